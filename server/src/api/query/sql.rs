//! Queries are read-only, and limited in time, memory, rows and bytes. The result is complete before it is sent, so
//! that a query that fails half-way is answered with a problem document instead of a truncated result; for longer
//! results there are streams. A query runs in a process of its own, which is killed when the client disconnects.

use std::time::Instant;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use hub_query::Limits;
use hub_schema::api::{AnswerFormat, QueryRequest};

use super::targets::Targets;
use crate::api::{Binary, Body};
use crate::auth::{Address, Caller};
use crate::problem::Result;
use crate::query_process::{QuestionLimits, What};
use crate::state::AppState;

/// Maximum bytes of a result.
const ANSWER_BYTES: usize = 64 * 1024 * 1024;

/// The media type of a format.
const fn media_type(format: AnswerFormat) -> &'static str {
    match format {
        AnswerFormat::Json => "application/json",
        AnswerFormat::Csv => "text/csv; charset=utf-8",
        AnswerFormat::Table => "text/plain; charset=utf-8",
        AnswerFormat::Arrow => "application/vnd.apache.arrow.stream",
        AnswerFormat::Parquet => "application/vnd.apache.parquet",
    }
}

/// Run an SQL query
///
/// A class label is the name of its class. Besides the usual SQL functions there are `isa(label, 'dog.n.01')`,
/// `synset(label)`, `label_id(label)`, `lca`, `wup`, `iou`, `area` and `cosine_distance`. Notes about the result come in
/// the header `X-Hub-Note`: among them, if the request names no data sets, those that were skipped because their files
/// can't be read.
#[utoipa::path(
    post,
    path = "/api/v1/query",
    tag = "synsets",
    request_body = QueryRequest,
    responses((status = 200, description = "The result", content(
        (Vec<Object> = "application/json"),
        (String = "text/csv"),
        (String = "text/plain"),
        (Binary = "application/vnd.apache.arrow.stream"),
        (Binary = "application/vnd.apache.parquet"),
    )))
)]
pub async fn query(
    State(state): State<AppState>,
    caller: Caller,
    address: Address,
    Body(request): Body<QueryRequest>,
) -> Result<Response> {
    let requester = caller.requester(&address);
    let mut targets = match &request.datasets {
        Some(names) => Targets::named(&state, caller, address, names).await?,
        None => Targets::all(&state, &caller).await?,
    };
    let mut limits = Limits {
        time: requester.time(state.config.request),
        memory_bytes: state.config.query_memory_bytes,
        rows: request.limit.unwrap_or(u64::MAX).min(state.config.query_rows),
    };
    let _permit = state.filters.take(requester).await?;
    let end = Instant::now() + limits.time;
    let (notes, written) = loop {
        let what = What::Query { sql: request.sql.clone(), several: targets.several, format: request.format };
        let of = QuestionLimits { limits, answer_bytes: ANSWER_BYTES };
        match state.queries.ask(&state.root, &targets.members, what, of).await {
            Ok(done) => break done,
            Err(failure) => targets.skip(&state, &failure).await?,
        }
        limits.time = end.saturating_duration_since(Instant::now());
    };
    let mut headers = HeaderMap::new();
    for note in notes.into_iter().chain(targets.note()) {
        if let Ok(note) = HeaderValue::from_str(&note) {
            headers.append("x-hub-note", note);
        }
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(request.format)));
    Ok((headers, written).into_response())
}
