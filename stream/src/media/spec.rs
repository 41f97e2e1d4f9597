//! What a stream makes of audio and videos, as its user sets it.

use hub_decode::{AudioSpec, ClipSpec, DecodeError, VideoBackend};
use hub_schema::Feature;
use serde::Serialize;

/// A column of audio or videos to decode.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MediaColumn {
    /// Its name.
    pub column: String,
    /// What becomes of each value.
    pub spec: MediaSpec,
}

impl MediaColumn {
    /// Without what doesn't change the values: what decodes them, and where the `ffmpeg` program is.
    pub fn without_program(&self) -> Self {
        let mut column = self.clone();
        match &mut column.spec {
            MediaSpec::Audio(AudioSpec { ffmpeg, .. }) => ffmpeg.clear(),
            MediaSpec::Clip(ClipSpec { ffmpeg, backend, .. }) => {
                ffmpeg.clear();
                *backend = VideoBackend::default();
            }
        }
        column
    }
}

/// What becomes of the values of a column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum MediaSpec {
    /// Audio to samples.
    Audio(AudioSpec),
    /// Videos to clips of frames.
    Clip(ClipSpec),
}

impl MediaSpec {
    /// The type of column that it is for.
    pub fn feature(&self) -> Feature {
        match self {
            Self::Audio(_) => Feature::Audio,
            Self::Clip(_) => Feature::Video,
        }
    }

    /// # Errors
    /// It makes no sense.
    pub(crate) fn check(&self) -> Result<(), DecodeError> {
        match self {
            Self::Audio(spec) => spec.check(),
            Self::Clip(spec) => spec.check(),
        }
    }
}
