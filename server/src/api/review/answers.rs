//! The answers that people gave about rows of queues.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use hub_schema::RowId;
use hub_schema::api::{ReviewList, ReviewView, SetReviews};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::{Body, DatasetPath, Query};
use crate::auth::{OpenDataset, Readable, Writable};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::views::position::parse_row_id;

/// The most rows of one request.
const MAX_ROWS: usize = 1000;
/// The most characters of a queue's name.
const MAX_QUEUE: usize = 64;
/// The only answer: the row is right as it is.
const KEEP: &str = "keep";

/// Which answers to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReviewsQuery {
    /// Only answers of this queue.
    queue: Option<String>,
    /// `next` of the previous page.
    cursor: Option<String>,
    /// Answers on the page, 100 by default and 1,000 at most; greater values are clamped.
    limit: Option<u32>,
}

/// List the answers about rows
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/reviews",
    tag = "review",
    params(DatasetPath, ReviewsQuery),
    responses((status = 200, description = "A page of answers", body = ReviewList))
)]
pub async fn reviews(
    State(state): State<AppState>,
    Readable(set): Readable,
    Query(query): Query<ReviewsQuery>,
) -> Result<Json<ReviewList>> {
    let (queue, cursor) = (query.queue.as_deref(), query.cursor.as_deref());
    let page = state.catalog.reviews(set.info.uuid, queue, cursor, query.limit.unwrap_or(100)).await?;
    let reviews = page.items.into_iter().map(|review| ReviewView {
        queue: review.queue,
        row_id: RowId::from_raw(review.row).to_string(),
        answer: review.answer,
        by: review.by,
        time: review.time,
    });
    Ok(Json(ReviewList { reviews: reviews.collect(), next: page.next }))
}

/// Keep rows as they are, or take that back
///
/// A queue no longer shows rows that were answered with `keep`. Answers are about rows, whatever revision shows them.
#[utoipa::path(
    put,
    path = "/api/v1/datasets/{ns}/{name}/reviews",
    tag = "review",
    params(DatasetPath),
    request_body = SetReviews,
    responses((status = 204, description = "The answers are kept"))
)]
pub async fn set_reviews(
    State(state): State<AppState>,
    Writable(set): Writable,
    Body(wanted): Body<SetReviews>,
) -> Result<StatusCode> {
    keep_answers(&state, &set, &wanted).await.map(|()| StatusCode::NO_CONTENT)
}

/// Keeps answers of a caller who may write, or takes them back.
pub(crate) async fn keep_answers(state: &AppState, set: &OpenDataset, wanted: &SetReviews) -> Result<()> {
    let is_name = |name: &str| {
        (1..=MAX_QUEUE).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    if !is_name(&wanted.queue) {
        let detail = format!("queue: expected 1 to {MAX_QUEUE} letters, digits, - and _");
        return Err(Problem::invalid(detail));
    }
    if wanted.row_ids.len() > MAX_ROWS {
        let found = wanted.row_ids.len();
        return Err(Problem::invalid(format!("row_ids has {found} rows; expected {MAX_ROWS} at most")));
    }
    let row = |id: &String| {
        let wrong = || Problem::invalid(format!("'{id}' is not the id of a row; expected fragment:offset"));
        parse_row_id(id).map(RowId::raw).ok_or_else(wrong)
    };
    let rows: Vec<u64> = wanted.row_ids.iter().map(row).collect::<Result<_>>()?;
    let by = &set.caller.user()?.name;
    match wanted.answer.as_deref() {
        Some(KEEP) => state.catalog.put_reviews(set.info.uuid, &wanted.queue, &rows, KEEP, by).await?,
        None => state.catalog.remove_reviews(set.info.uuid, &wanted.queue, &rows).await?,
        Some(other) => {
            return Err(Problem::invalid(format!("answer: expected keep or null, found '{other}'")));
        }
    }
    Ok(())
}
