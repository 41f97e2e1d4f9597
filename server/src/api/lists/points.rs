//! Two numbers and a class of each row, for a map.

use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::{Binary, DatasetPath, Query};
use crate::auth::Readable;
use crate::problem::Result;
use crate::state::AppState;
use crate::store::object::send::{Keep, Object, Source};
use crate::views::points::{self as views, PointsOf};

/// The media type of points.
const MEDIA_TYPE: &str = "application/vnd.hub.points";

/// Which numbers, of which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PointsQuery {
    /// The column of numbers across, or one number of a column of vectors (`umap[0]`).
    x: String,
    /// The column of numbers upwards, likewise.
    y: String,
    /// A column with a facet, or `split`: each point gets the number of its bucket there.
    color: Option<String>,
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
    /// Only rows for which this SQL condition holds.
    #[serde(rename = "where")]
    filter: Option<String>,
    /// Only rows of this split.
    split: Option<String>,
}

/// Get two numbers of each row, for a map
///
/// Little-endian: the number n of points (uint32), n times x (float32), n times y (float32), n positions of the rows
/// (uint32), and with `color` n numbers of buckets (uint32; 4294967295 for none), in the order of `facets`. Rows without
/// both numbers are left out.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/points",
    tag = "rows",
    params(DatasetPath, PointsQuery),
    responses((status = 200, description = "The points", content_type = "application/vnd.hub.points", body = Binary))
)]
pub async fn points(
    State(state): State<AppState>,
    Readable(set): Readable,
    Query(query): Query<PointsQuery>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let of = PointsOf {
        x: &query.x,
        y: &query.y,
        color: query.color.as_deref(),
        filter: query.filter.as_deref(),
        split: query.split.as_deref(),
    };
    let bytes = views::points(&state, &set, &snapshot, of).await?;
    let object = Object {
        size_bytes: bytes.len() as u64,
        etag: Some(format!("\"{}\"", blake3::hash(&bytes).to_hex())),
        source: Source::Memory(bytes),
        media_type: MEDIA_TYPE,
        modified: None,
        keep: Keep::Ask,
        public: set.is_public(),
    };
    object.send(&method, &headers, &state.metrics.sent_bytes).await
}
