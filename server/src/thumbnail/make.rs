//! Makes a thumbnail of a cell's content.

use std::path::Path;

use bytes::Bytes;
use hub_media::{Limits, MediaError, Thumbnail, View, decoding_bytes, probe_image};

use super::blocking::blocking;
use super::content::Content;
use super::decode_budget::DecodeBudget;
use super::{Params, Subject, tensor, video};
use crate::problem::{Kind, Problem, Result};

/// Larger images are not decoded: 10,000 x 10,000 pixels.
const MAX_PIXELS: u64 = 100_000_000;

/// Longer image files are not read.
const MAX_FILE_BYTES: u64 = 256 << 20;

/// Memory for decoding audio.
const AUDIO_BYTES: u64 = 16 << 20;

/// Decoding limits for images.
const fn limits() -> Limits {
    Limits { max_pixels: MAX_PIXELS, max_header_bytes: 64 << 20 }
}

/// Makes a thumbnail; returns it as an encoded file.
pub async fn make(ffmpeg: &Path, budget: &DecodeBudget, content: Content, params: &Params) -> Result<Bytes> {
    let encoding = params.encoding;
    let size = View { size: params.size, crop: params.crop, is_square: params.is_square };
    let thumbnail = match content.subject {
        Subject::Image | Subject::Mask => image(budget, content, size).await,
        Subject::Pixels(..) => pixels(budget, content, size).await,
        Subject::Audio => audio(ffmpeg, budget, content, params.size).await,
        Subject::Video => video::frame(ffmpeg, budget, content, params).await,
    }?;
    blocking(move || thumbnail.encode(encoding).map(Bytes::from)).await
}

async fn image(budget: &DecodeBudget, content: Content, size: View) -> Result<Thumbnail> {
    let file_bytes = content.bytes.size_bytes();
    if file_bytes > MAX_FILE_BYTES {
        let detail = format!(
            "the image has {file_bytes} bytes; thumbnails are made of at most {MAX_FILE_BYTES} bytes"
        );
        return Err(Problem::new(Kind::TooManyPixels, detail));
    }
    // Reading takes memory too, so it needs a permit.
    let reading = budget.wait(file_bytes).await?;
    let (bytes, facts) = blocking(move || {
        let bytes = content.bytes.read_all()?;
        let facts = probe_image(&bytes, &limits())?;
        Ok((bytes, facts))
    })
    .await?;
    drop(reading);
    let permit = budget.wait(file_bytes + decoding_bytes(&facts)).await?;
    let is_mask = content.subject == Subject::Mask;
    blocking(move || {
        let _permit = permit;
        match is_mask {
            true => Thumbnail::of_mask(&bytes, size, &limits()),
            false => Thumbnail::of_image(&bytes, size, &limits()),
        }
    })
    .await
}

async fn pixels(budget: &DecodeBudget, content: Content, size: View) -> Result<Thumbnail> {
    let Subject::Pixels(dtype, layout) = content.subject else {
        return Err(Problem::invalid("the cell has no raw pixels"));
    };
    let found = content.bytes.size_bytes();
    let permit = budget.wait(found.saturating_mul(6)).await?;
    blocking(move || {
        let _permit = permit;
        let bytes = content.bytes.read_all()?;
        let side = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let (width, height, channels) = (side(layout.width), side(layout.height), side(layout.channels));
        let count = u64::from(width) * u64::from(height);
        if count > MAX_PIXELS {
            return Err(MediaError::TooManyPixels { width, height, limit: MAX_PIXELS });
        }
        let pixels = tensor::pixels(dtype, layout, &bytes).ok_or(MediaError::PixelCount {
            found: bytes.len(),
            expected: count * u64::from(channels) * dtype.size_bytes() as u64,
            width,
            height,
            channels,
        })?;
        Thumbnail::of_pixels(pixels, (width, height, channels), size)
    })
    .await
}

async fn audio(ffmpeg: &Path, budget: &DecodeBudget, content: Content, size: u32) -> Result<Thumbnail> {
    let permit = budget.wait(AUDIO_BYTES).await?;
    let (reader, name) = (content.bytes.reader(), content.name.clone());
    let drawn = blocking(move || {
        let _permit = permit;
        match Thumbnail::of_audio(reader, &name, size) {
            // Codecs that are not built in, such as Opus: ffmpeg decodes them.
            Err(MediaError::Unsupported(_)) => Ok(None),
            drawn => drawn.map(Some),
        }
    });
    match drawn.await? {
        Some(thumbnail) => Ok(thumbnail),
        None => video::waveform(ffmpeg, budget, content, size).await,
    }
}
