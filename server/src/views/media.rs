//! What a page draws of audio and video: peaks, spectrograms, times of frames.

use std::sync::Arc;

use bytes::Bytes;
use hub_dataset::Snapshot;
use hub_media::{Limits, audio_peaks, audio_spectrogram, probe_audio};
use hub_schema::api::PeaksView;
use hub_schema::{Feature, Field};

use super::cell_value::read;
use crate::auth::OpenDataset;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::thumbnail::{Content, Subject, blocking};

/// Memory for decoding audio.
const AUDIO_BYTES: u64 = 32 << 20;
/// The latest time: a year.
const MAX_SECS: f64 = 366.0 * 86_400.0;

/// A stretch of audio, as it is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stretch {
    /// Where it begins in seconds, by default at the beginning.
    pub from: Option<f64>,
    /// Where it ends, by default at the end.
    pub to: Option<f64>,
}

/// A cell of audio or video.
#[derive(Clone, Copy, Debug)]
pub struct MediaCell<'a> {
    pub state: &'a AppState,
    pub set: &'a OpenDataset,
    pub snapshot: &'a Snapshot,
    pub field: &'a Field,
    /// The id or position of the row.
    pub row: &'a str,
}

impl MediaCell<'_> {
    async fn content(&self, subject: Subject) -> Result<Content> {
        let cell = read(self.snapshot, self.row, self.field).await?;
        Content::of(&subject, cell.value, self.set.dataset.store())
    }

    async fn audio(&self) -> Result<Content> {
        if self.field.feature != Feature::Audio {
            let (name, holds) = (&self.field.name, self.field.feature.describe());
            return Err(Problem::invalid(format!("column '{name}' is {holds}; expected audio")));
        }
        self.content(Subject::Audio).await
    }

    /// The peaks of `parts` equal parts of a stretch.
    pub async fn peaks(&self, stretch: Stretch, parts: usize) -> Result<PeaksView> {
        let content = self.audio().await?;
        let _permit = self.state.thumbnails.wait(AUDIO_BYTES).await?;
        let (reader, name) = (content.bytes.reader(), content.name.clone());
        let facts = blocking(move || probe_audio(reader, &name, &Limits::default())).await?;
        let (from, to) = bounds(stretch, facts.duration_secs)?;
        let peaks =
            blocking(move || audio_peaks(content.bytes.reader(), &content.name, (from, to), parts)).await?;
        Ok(PeaksView {
            sample_rate: facts.sample_rate,
            channels: facts.channels,
            duration_secs: facts.duration_secs,
            from,
            to,
            low: peaks.iter().map(|peak| peak.map(|(low, _)| low)).collect(),
            high: peaks.iter().map(|peak| peak.map(|(_, high)| high)).collect(),
        })
    }

    /// The spectrogram of a stretch, as a PNG.
    pub async fn spectrogram(&self, stretch: Stretch, size: (u32, u32)) -> Result<Bytes> {
        let content = self.audio().await?;
        let _permit = self.state.thumbnails.wait(AUDIO_BYTES).await?;
        let (reader, name) = (content.bytes.reader(), content.name.clone());
        let facts = blocking(move || probe_audio(reader, &name, &Limits::default())).await?;
        let bounds = bounds(stretch, facts.duration_secs)?;
        let png =
            blocking(move || audio_spectrogram(content.bytes.reader(), &content.name, bounds, size)).await?;
        Ok(png.into())
    }

    /// When the frames of a video begin, in seconds.
    pub async fn frame_times(&self) -> Result<Arc<Vec<f64>>> {
        if self.field.feature != Feature::Video {
            let (name, holds) = (&self.field.name, self.field.feature.describe());
            return Err(Problem::invalid(format!("column '{name}' is {holds}; expected video")));
        }
        self.state.thumbnails.frame_times(self.content(Subject::Video).await?).await
    }
}

/// The bounds of a stretch in seconds.
fn bounds(stretch: Stretch, duration_secs: Option<f64>) -> Result<(f64, f64)> {
    let from = stretch.from.unwrap_or(0.0);
    let to = stretch.to.or(duration_secs).ok_or_else(|| {
        Problem::bad_request("the file doesn't say how long it is: give `to`, in seconds from the beginning")
    })?;
    let are_times = [from, to].iter().all(|secs| (0.0..=MAX_SECS).contains(secs));
    if are_times && from < to {
        return Ok((from, to));
    }
    Err(Problem::bad_request(format!(
        "from={from} to={to}: expected seconds from the beginning, with from before to"
    )))
}
