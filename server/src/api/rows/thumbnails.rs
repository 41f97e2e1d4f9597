//! The thumbnails of many rows in one answer.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::cell::is_pinned;
use super::thumbnail::{Fit, Format, ThumbnailQuery};
use crate::api::{Binary, DatasetPath, Query};
use crate::auth::Readable;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::store::object::send::{Keep, Object, Source};
use crate::thumbnail::Subject;
use crate::views::thumbnails::Pictures;

/// Rows of one pack.
const MAX_ROWS: usize = 64;
/// The media type of a pack.
const MEDIA_TYPE: &str = "application/vnd.hub.thumbnails";

/// Which thumbnails to get.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ThumbnailsQuery {
    /// The ids or positions of the rows, separated by commas, 64 at most.
    rows: String,
    /// The column; by default the first that has thumbnails.
    column: Option<String>,
    /// A branch, tag, `branch:version` or commit; the default branch if missing. With a pinned one (`branch:version` or a
    /// commit), the answer may be kept for good.
    rev: Option<String>,
    /// Pixels of the longest side, 256 by default; smaller images are not enlarged.
    #[param(minimum = 16, maximum = 1024)]
    size: Option<u32>,
    /// The format of the files; by default WebP if the request's `Accept` names it, else JPEG.
    #[param(inline)]
    format: Option<Format>,
    /// `cover` makes the thumbnails squares of `size`, cut from the middle.
    #[param(inline)]
    fit: Option<Fit>,
}

/// Get the thumbnails of many rows in one answer
///
/// For each row in the order given: the length of its file in bytes (four bytes, little-endian), and the file. The length is
/// 0 where the cell is null or its content can't be decoded.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/thumbnails",
    tag = "rows",
    params(DatasetPath, ThumbnailsQuery),
    responses(
        (status = 200, description = "The pack", content_type = "application/vnd.hub.thumbnails", body = Binary),
        (status = 304, description = "Not modified"),
    )
)]
pub async fn thumbnails(
    State(state): State<AppState>,
    Readable(set): Readable,
    Query(query): Query<ThumbnailsQuery>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let rows: Vec<&str> = query.rows.split(',').map(str::trim).filter(|row| !row.is_empty()).collect();
    if rows.is_empty() || rows.len() > MAX_ROWS {
        let found = rows.len();
        return Err(Problem::bad_request(format!("rows has {found} rows; expected 1 to {MAX_ROWS}")));
    }
    let one = ThumbnailQuery::of(query.size, query.format, query.fit);
    let params = one.params(&headers)?;
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let schema = snapshot.schema();
    let field = match &query.column {
        Some(name) => schema.column(name)?,
        None => {
            let first = schema.given().find(|field| Subject::of(&field.feature).is_some());
            first.ok_or_else(|| Problem::invalid("this data set has no column that has thumbnails"))?
        }
    };
    let pictures = Pictures { state: &state, set: &set, snapshot: &snapshot, field };
    let pack = pictures.pack(&rows, &params).await?;
    let object = Object {
        size_bytes: pack.len() as u64,
        etag: Some(format!("\"{}\"", blake3::hash(&pack).to_hex())),
        source: Source::Memory(pack),
        media_type: MEDIA_TYPE,
        modified: None,
        keep: if is_pinned(query.rev.as_deref()) { Keep::Forever } else { Keep::Ask },
        public: set.is_public(),
    };
    let mut response = object.send(&method, &headers, &state.metrics.sent_bytes).await?;
    if query.format.is_none() {
        response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    }
    Ok(response)
}
