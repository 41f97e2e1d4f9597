//! The thumbnail of one cell.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::Response;
use bytes::Bytes;
use hub_media::Encoding;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::cell::{CellPath, is_pinned, read};
use crate::api::{Binary, Query};
use crate::auth::Readable;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::store::object::range::matches;
use crate::store::object::send::{Keep, Object, Source};
use crate::thumbnail::{Content, Params, Subject, accepted};

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

impl ThumbnailQuery {
    fn params(&self, headers: &HeaderMap) -> Result<Params> {
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
        Ok(Params { size: self.size.unwrap_or(DEFAULT_SIZE).clamp(SIZES.0, SIZES.1), encoding, at_millis })
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
    let subject = Subject::of(&field.feature).ok_or_else(|| {
        let holds = field.feature.describe();
        Problem::invalid(format!(
            "column '{}' is {holds}; thumbnails are only available for images, raw images, PNG masks, audio and video",
            field.name
        ))
    })?;
    let content = async || {
        let cell = read(&snapshot, &path.row, field).await?;
        Content::of(&subject, cell.value, set.dataset.store())
    };
    let id = (set.info.uuid, snapshot.at().id, path.row.clone(), field.id);
    let (hash, known) = match state.thumbnails.hash(&id).await {
        Some(hash) => (hash, None),
        None => {
            let content = content().await?;
            let hash = content.hash();
            state.thumbnails.remember(id, hash).await;
            (hash, Some(content))
        }
    };
    let name = params.name(&subject, &hash);
    let etag = format!("\"{}\"", blake3::Hash::from_bytes(name).to_hex());
    let has = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    // A caller who has it already gets `304` without it being generated again.
    let bytes = match has.is_some_and(|tags| matches(tags, Some(&etag))) {
        true => Bytes::new(),
        false => {
            let read = async {
                match known {
                    Some(content) => Ok(content),
                    None => content().await,
                }
            };
            state.thumbnails.get(&state.metrics, name, &params, read).await?
        }
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
