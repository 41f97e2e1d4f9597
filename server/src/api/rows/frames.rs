//! The frames of a video cell: when they begin, and one of them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::Response;
use hub_schema::api::FrameTimes;
use serde::Deserialize;
use utoipa::IntoParams;

use super::cell::{CellPath, is_pinned};
use super::thumbnail::{Format, ThumbnailQuery};
use crate::api::{Binary, Query};
use crate::auth::Readable;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::store::object::send::{Keep, Object, Source};
use crate::views::media::MediaCell;
use crate::views::thumbnails::Pictures;

/// Times on a page by default, and at most.
const TIMES: (usize, usize) = (10_000, 100_000);
/// Pixels of the longest side of a frame by default, and at most.
const SIZES: (u32, u32) = (1920, 4096);
/// How long before its time a frame is sought, so that rounding doesn't lose it, in milliseconds.
const BEFORE_MILLIS: u64 = 2;

/// Which times to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FramesQuery {
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
    /// The number of the first frame to list, from 0.
    #[serde(default)]
    first: usize,
    /// Frames to list, 10,000 by default and 100,000 at most; greater values are clamped.
    limit: Option<usize>,
}

/// List when the frames of a video begin
///
/// Also of a video whose frames don't last equally long. Needs `ffmpeg` on the server.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/rows/{row}/{column}/frames",
    tag = "rows",
    params(CellPath, FramesQuery),
    responses((status = 200, description = "The times", body = FrameTimes))
)]
pub async fn frames(
    State(state): State<AppState>,
    Readable(set): Readable,
    Path(path): Path<CellPath>,
    Query(query): Query<FramesQuery>,
) -> Result<Json<FrameTimes>> {
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let field = path.field(&snapshot)?;
    let cell = MediaCell { state: &state, set: &set, snapshot: &snapshot, field, row: &path.row };
    let times = cell.frame_times().await?;
    let limit = query.limit.unwrap_or(TIMES.0).clamp(1, TIMES.1);
    let listed = times.get(query.first..).unwrap_or_default().iter().take(limit).copied();
    Ok(Json(FrameTimes { count: times.len() as u64, first: query.first as u64, times: listed.collect() }))
}

/// Which frame to get.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FrameQuery {
    /// The number of the frame, from 0.
    n: usize,
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
    /// Pixels of the longest side, 1,920 by default and 4,096 at most; smaller frames are not enlarged.
    size: Option<u32>,
    /// The file format; by default WebP if the request's `Accept` names it, else JPEG.
    #[param(inline)]
    format: Option<Format>,
}

/// Get one frame of a video
///
/// Upright and whole, for a browser that lacks the codec. Needs `ffmpeg` on the server.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/rows/{row}/{column}/frame",
    tag = "rows",
    params(CellPath, FrameQuery),
    responses((status = 200, description = "The frame", content_type = "image/jpeg", body = Binary))
)]
pub async fn frame(
    State(state): State<AppState>,
    Readable(set): Readable,
    Path(path): Path<CellPath>,
    Query(query): Query<FrameQuery>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let field = path.field(&snapshot)?;
    let cell = MediaCell { state: &state, set: &set, snapshot: &snapshot, field, row: &path.row };
    let times = cell.frame_times().await?;
    let none = || Problem::not_found(format!("frame {}: the video has {} frames", query.n, times.len()));
    let at_secs = times.get(query.n).ok_or_else(none)?;
    let mut params = ThumbnailQuery::of(None, query.format, None).params(&headers)?;
    params.size = query.size.unwrap_or(SIZES.0).clamp(16, SIZES.1);
    params.at_millis = Some(((at_secs * 1000.0) as u64).saturating_sub(BEFORE_MILLIS));
    let pictures = Pictures { state: &state, set: &set, snapshot: &snapshot, field };
    let found = pictures.find(&path.row, &params).await?;
    let bytes = pictures.make(&path.row, found, &params).await?;
    let object = Object {
        size_bytes: bytes.len() as u64,
        etag: Some(format!("\"{}\"", blake3::hash(&bytes).to_hex())),
        source: Source::Memory(bytes),
        media_type: params.encoding.media_type(),
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
