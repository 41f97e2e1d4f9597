//! A mask as an image, to be laid over its picture.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::cell::{CellPath, is_pinned};
use crate::api::{Binary, Query};
use crate::auth::Readable;
use crate::problem::Result;
use crate::state::AppState;
use crate::store::object::send::{Keep, Object, Source};
use crate::views::mask as views;

/// Which mask to draw.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MaskQuery {
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
    /// A JSON pointer to the mask in the value (`/3/segmentation`); by default the cell is one.
    #[serde(default)]
    path: String,
}

/// Get a mask as an image
///
/// A PNG as large as the mask, transparent where it is not. Of run lengths: white where it is. Of a PNG of numbers: each
/// class in a colour, those of a mask of one class in the first; of a PNG of colours: these.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/rows/{row}/{column}/mask",
    tag = "rows",
    params(CellPath, MaskQuery),
    responses((status = 200, description = "The mask", content_type = "image/png", body = Binary))
)]
pub async fn mask(
    State(state): State<AppState>,
    Readable(set): Readable,
    Path(path): Path<CellPath>,
    Query(query): Query<MaskQuery>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let field = path.field(&snapshot)?;
    let png = views::mask(&state, &snapshot, (&path.row, field), &query.path).await?;
    let object = Object {
        size_bytes: png.len() as u64,
        etag: Some(format!("\"{}\"", blake3::hash(&png).to_hex())),
        source: Source::Memory(png),
        media_type: "image/png",
        modified: None,
        keep: if is_pinned(query.rev.as_deref()) { Keep::Forever } else { Keep::Ask },
        public: set.is_public(),
    };
    object.send(&method, &headers, &state.metrics.sent_bytes).await
}
