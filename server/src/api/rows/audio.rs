//! The waveform and the spectrogram of an audio cell.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use hub_schema::api::PeaksView;
use serde::Deserialize;
use utoipa::IntoParams;

use super::cell::{CellPath, is_pinned};
use crate::api::{Binary, Query};
use crate::auth::Readable;
use crate::problem::Result;
use crate::state::AppState;
use crate::store::object::send::{Keep, Object, Source};
use crate::views::media::{MediaCell, Stretch};

/// Parts of a waveform by default, and at most.
const PARTS: (usize, usize) = (1000, 8192);
/// Width and height of a spectrogram by default.
const SIZE: (u32, u32) = (1000, 200);
/// The greatest width and height.
const MAX_SIZE: (u32, u32) = (4096, 1024);

/// Which peaks to get.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PeaksQuery {
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
    /// Where to begin, in seconds; by default at the beginning.
    from: Option<f64>,
    /// Where to end, in seconds; by default at the end.
    to: Option<f64>,
    /// Number of parts, 1,000 by default and 8,192 at most; greater values are clamped.
    n: Option<usize>,
}

/// Get the peaks of a waveform
///
/// The least and the greatest sample of each of `n` equal parts. Of a stretch hours into a file only that stretch is decoded.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/rows/{row}/{column}/peaks",
    tag = "rows",
    params(CellPath, PeaksQuery),
    responses((status = 200, description = "The peaks", body = PeaksView))
)]
pub async fn peaks(
    State(state): State<AppState>,
    Readable(set): Readable,
    Path(path): Path<CellPath>,
    Query(query): Query<PeaksQuery>,
) -> Result<Json<PeaksView>> {
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let field = path.field(&snapshot)?;
    let cell = MediaCell { state: &state, set: &set, snapshot: &snapshot, field, row: &path.row };
    let parts = query.n.unwrap_or(PARTS.0).clamp(1, PARTS.1);
    cell.peaks(Stretch { from: query.from, to: query.to }, parts).await.map(Json)
}

/// Which spectrogram to get.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SpectrogramQuery {
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
    /// Where to begin, in seconds; by default at the beginning.
    from: Option<f64>,
    /// Where to end, in seconds; by default at the end.
    to: Option<f64>,
    /// Moments across, 1,000 by default and 4,096 at most; greater values are clamped.
    width: Option<u32>,
    /// Frequencies upwards, from 0 to half the sample rate; 200 by default and 1,024 at most.
    height: Option<u32>,
}

/// Get a spectrogram
///
/// A PNG of one channel: time runs to the right, frequency upwards; white is full scale, black is 100 dB below.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/rows/{row}/{column}/spectrogram",
    tag = "rows",
    params(CellPath, SpectrogramQuery),
    responses((status = 200, description = "The spectrogram", content_type = "image/png", body = Binary))
)]
pub async fn spectrogram(
    State(state): State<AppState>,
    Readable(set): Readable,
    Path(path): Path<CellPath>,
    Query(query): Query<SpectrogramQuery>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let field = path.field(&snapshot)?;
    let cell = MediaCell { state: &state, set: &set, snapshot: &snapshot, field, row: &path.row };
    let size = (
        query.width.unwrap_or(SIZE.0).clamp(1, MAX_SIZE.0),
        query.height.unwrap_or(SIZE.1).clamp(1, MAX_SIZE.1),
    );
    let png = cell.spectrogram(Stretch { from: query.from, to: query.to }, size).await?;
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
