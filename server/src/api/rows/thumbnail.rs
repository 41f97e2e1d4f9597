//! The thumbnail of one cell.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::Response;
use bytes::Bytes;
use hub_media::{Crop, Encoding};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::cell::{CellPath, is_pinned};
use crate::api::{Binary, Query};
use crate::auth::Readable;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::store::object::range::matches;
use crate::store::object::send::{Keep, Object, Source};
use crate::thumbnail::{Params, accepted};
use crate::views::thumbnails::Pictures;

/// Pixels of the longest side by default.
const DEFAULT_SIZE: u32 = 256;
/// Minimum and maximum of the longest side in pixels.
const SIZES: (u32, u32) = (16, 1024);
/// Maximum of `at`: a year.
const MAX_AT_SECS: f64 = 366.0 * 86_400.0;

/// Which thumbnail to get.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ThumbnailQuery {
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
    /// Pixels of the longest side, 256 by default; smaller images are not enlarged.
    #[param(minimum = 16, maximum = 1024)]
    size: Option<u32>,
    /// The file format; by default WebP if the request's `Accept` names it, else JPEG.
    #[param(inline)]
    format: Option<Format>,
    /// `cover` makes the thumbnail a square of `size`, cut from the middle; by default all of the image is shown.
    #[param(inline)]
    fit: Option<Fit>,
    /// Only this part of the image, upright: `x,y,width,height` in pixels of the image, such as a box. What lies outside of
    /// the image is cut off.
    crop: Option<String>,
    /// For a video, the time of the frame in seconds; by default a tenth into the video, but at most 3 s.
    #[param(minimum = 0)]
    at: Option<f64>,
}

/// The file format of a thumbnail.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Lossy WebP with alpha.
    Webp,
    /// JPEG; transparent pixels become white.
    Jpeg,
}

/// How an image fits into a thumbnail.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// All of it is shown.
    #[default]
    Contain,
    /// A square from its middle.
    Cover,
}

/// Parses `x,y,width,height`.
fn part(text: &str) -> Result<Crop> {
    let numbers: Vec<f64> = text.split(',').map_while(|number| number.trim().parse().ok()).collect();
    match numbers[..] {
        [x, y, width, height]
            if text.split(',').count() == 4
                && numbers.iter().all(|number| number.is_finite() && number.abs() < 1e9)
                && width > 0.0
                && height > 0.0 =>
        {
            // Whole pixels that the box touches.
            let whole = |from: f64, to: f64| {
                let (from, to) = (from.max(0.0).floor() as u32, to.max(0.0).ceil() as u32);
                (from, to.saturating_sub(from).max(1))
            };
            let ((x, width), (y, height)) = (whole(x, x + width), whole(y, y + height));
            Ok(Crop { x, y, width, height })
        }
        _ => Err(Problem::bad_request(format!(
            "crop={text}: expected x,y,width,height in pixels, with a width and a height above 0"
        ))),
    }
}

impl ThumbnailQuery {
    /// The parameters that a pack of thumbnails has too.
    pub(super) const fn of(size: Option<u32>, format: Option<Format>, fit: Option<Fit>) -> Self {
        Self { rev: None, size, format, fit, crop: None, at: None }
    }

    pub(super) fn params(&self, headers: &HeaderMap) -> Result<Params> {
        let encoding = match self.format {
            Some(Format::Webp) => Encoding::WebP,
            Some(Format::Jpeg) => Encoding::Jpeg,
            None => accepted(headers),
        };
        let at_millis = match self.at {
            Some(at) if (0.0..=MAX_AT_SECS).contains(&at) => Some((at * 1000.0).round() as u64),
            Some(at) => {
                return Err(Problem::bad_request(format!(
                    "at={at}: expected seconds from the beginning of the video"
                )));
            }
            None => None,
        };
        Ok(Params {
            size: self.size.unwrap_or(DEFAULT_SIZE).clamp(SIZES.0, SIZES.1),
            encoding,
            at_millis,
            crop: self.crop.as_deref().map(part).transpose()?,
            is_square: matches!(self.fit, Some(Fit::Cover)),
        })
    }
}

/// Get a thumbnail of a cell
///
/// For an image, raw pixels or a PNG mask, the image, rotated upright; for a video, a frame; for audio, the waveform.
/// Media that can't be decoded are answered with `bad-media`, images of more than 100 million pixels with
/// `too-many-pixels`. Videos need `ffmpeg` on the server; without it the answer is `no-ffmpeg`.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/rows/{row}/{column}/thumbnail",
    tag = "rows",
    params(CellPath, ThumbnailQuery),
    responses(
        (status = 200, description = "The thumbnail", content((Binary = "image/webp"), (Binary = "image/jpeg"))),
        (status = 206, description = "The requested range", content((Binary = "image/webp"), (Binary = "image/jpeg"))),
        (status = 304, description = "Not modified"),
    )
)]
pub async fn thumbnail(
    State(state): State<AppState>,
    Readable(set): Readable,
    Path(path): Path<CellPath>,
    Query(query): Query<ThumbnailQuery>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let params = query.params(&headers)?;
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let field = path.field(&snapshot)?;
    let pictures = Pictures { state: &state, set: &set, snapshot: &snapshot, field };
    let found = pictures.find(&path.row, &params).await?;
    let etag = format!("\"{}\"", blake3::Hash::from_bytes(found.name).to_hex());
    let has = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    // A caller who has it already gets `304` without it being generated again.
    let bytes = match has.is_some_and(|tags| matches(tags, Some(&etag))) {
        true => Bytes::new(),
        false => pictures.make(&path.row, found, &params).await?,
    };
    let object = Object {
        size_bytes: bytes.len() as u64,
        source: Source::Memory(bytes),
        etag: Some(etag),
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
