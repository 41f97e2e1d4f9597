//! Frames of videos, and waveforms of audio with uncommon codecs, by `ffmpeg`, which reads them from a loopback URL.

use std::path::Path;
use std::time::Duration;

use hub_media::{FfmpegError, FfmpegInput, Limits, MediaError, Thumbnail, probe_audio, probe_video};

use super::Params;
use super::blocking::{blocking, refused};
use super::content::Content;
use super::decode_budget::DecodeBudget;
use super::loopback::Loopback;
use crate::problem::{Kind, Problem, Result, chain};

/// Time limit of a run of ffmpeg.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// Maximum pixels of a frame: twice 8K.
const MAX_PIXELS: u64 = 8192 * 8192;

/// Memory of a decoder per pixel of a frame, reference frames included.
const PIXEL_BYTES: u64 = 12;

/// Memory of the program apart from frames.
const PROGRAM_BYTES: u64 = 64 << 20;

/// The default frame is a tenth into the video, since the first frames are often black, but at most this far: everything
/// from the key frame before it has to be decoded.
const DEFAULT_AT_SECS: f64 = 3.0;

/// A frame of a video.
pub async fn frame(
    ffmpeg: &Path,
    budget: &DecodeBudget,
    content: Content,
    params: &Params,
) -> Result<Thumbnail> {
    let (reader, name) = (content.bytes.reader(), content.name.clone());
    let limits = Limits { max_pixels: MAX_PIXELS, ..Limits::default() };
    let facts = blocking(move || probe_video(reader, &name, &limits)).await?;
    let pixels = u64::from(facts.width) * u64::from(facts.height);
    let length_secs = facts.duration_secs.unwrap_or_default();
    let at_secs = params.at_millis.map(|millis| millis as f64 / 1000.0);
    if let (Some(at), Some(length)) = (at_secs, facts.duration_secs)
        && at > length
    {
        return Err(Problem::invalid(format!("at={at}: the video is {length:.3} seconds long")));
    }
    let size = params.size;
    // The last frame is shown until the end of the video, but its timestamp is before that.
    let last = facts.fps.filter(|fps| *fps > 0.0).map(|fps| (length_secs - 1.5 / fps).max(0.0));
    let requested_at = at_secs.map(|at| at.min(last.filter(|_| length_secs > 0.0).unwrap_or(at)));
    let first_try = requested_at.unwrap_or((length_secs / 10.0).min(DEFAULT_AT_SECS));
    let decode = move |input: FfmpegInput| match input.frame(first_try, size) {
        // The header's duration is wrong: use the first frame.
        Err(FfmpegError::Nothing) if at_secs.is_none() && first_try > 0.0 => input.frame(0.0, size),
        done => done,
    };
    let bytes = PROGRAM_BYTES + pixels * PIXEL_BYTES;
    match with_ffmpeg(ffmpeg, budget, &content, facts.format, bytes, decode).await? {
        Err(FfmpegError::Nothing) => Err(match at_secs {
            Some(at) => Problem::invalid(format!("at={at}: the video has no frame at this time")),
            None => Problem::new(Kind::BadMedia, "the video has no frame that can be decoded"),
        }),
        done => done.map_err(problem),
    }
}

/// The waveform of audio whose codec is not built in.
pub async fn waveform(
    ffmpeg: &Path,
    budget: &DecodeBudget,
    content: Content,
    size: u32,
) -> Result<Thumbnail> {
    let (reader, name) = (content.bytes.reader(), content.name.clone());
    let facts = blocking(move || probe_audio(reader, &name, &Limits::default())).await?;
    let decode = move |input: FfmpegInput| input.waveform(size, facts.duration_secs);
    let done = with_ffmpeg(ffmpeg, budget, &content, facts.format, PROGRAM_BYTES, decode).await?;
    done.map_err(|error| match error {
        FfmpegError::Nothing => Problem::new(Kind::BadMedia, "the file has no audio that can be decoded"),
        error => problem(error),
    })
}

/// When the frames of a video begin, in seconds.
pub async fn times(ffmpeg: &Path, budget: &DecodeBudget, content: Content) -> Result<Vec<f64>> {
    let (reader, name) = (content.bytes.reader(), content.name.clone());
    let limits = Limits { max_pixels: MAX_PIXELS, ..Limits::default() };
    let facts = blocking(move || probe_video(reader, &name, &limits)).await?;
    let list = |input: FfmpegInput| input.frame_times();
    let done = with_ffmpeg(ffmpeg, budget, &content, facts.format, PROGRAM_BYTES, list).await?;
    done.map_err(|error| match error {
        FfmpegError::Nothing => Problem::new(Kind::BadMedia, "the file has no frames"),
        error => problem(error),
    })
}

/// Runs ffmpeg on the content, served at a loopback URL while it runs.
async fn with_ffmpeg<T: Send + 'static>(
    ffmpeg: &Path,
    budget: &DecodeBudget,
    content: &Content,
    format: &'static str,
    bytes: u64,
    decode: impl FnOnce(FfmpegInput) -> T + Send + 'static,
) -> Result<T> {
    let permit = budget.wait(bytes).await?;
    let served = Loopback::serve(content.source.clone(), content.bytes.size_bytes()).await?;
    let input =
        FfmpegInput { program: ffmpeg.to_owned(), url: served.url().to_owned(), format, limit: TIME_LIMIT };
    // The URL is served until the work ends, even if the caller disconnects.
    blocking(move || {
        let (_permit, _served) = (permit, served);
        Ok(decode(input))
    })
    .await
}

fn problem(error: FfmpegError) -> Problem {
    match error {
        FfmpegError::NoProgram { program } => Problem::new(
            Kind::NoFfmpeg,
            format!(
                "this needs the program ffmpeg, but '{}' was not found on the server; its operator can install it, or \
                 set HUB_FFMPEG",
                program.display()
            ),
        ),
        FfmpegError::Run { .. } => {
            tracing::error!(error = chain(&error), "ffmpeg failed");
            Problem::new(Kind::NoFfmpeg, "the server can't run the program ffmpeg; its log has the reason")
        }
        // It may succeed when the server is less busy, so this is not cached.
        FfmpegError::Slow { .. } => Problem::new(Kind::Timeout, error.to_string()),
        FfmpegError::Media(error @ MediaError::Io(_)) => refused(error),
        error => Problem::new(Kind::BadMedia, error.to_string()),
    }
}
