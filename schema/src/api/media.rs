//! What a page draws of audio and video.

use serde::{Deserialize, Serialize};

/// The peaks of a waveform.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PeaksView {
    /// Samples a second and channel, in hertz.
    pub sample_rate: u32,
    /// Number of channels.
    pub channels: u32,
    /// Playing time of the whole file in seconds; null if it doesn't say.
    pub duration_secs: Option<f64>,
    /// Where the peaks begin, in seconds.
    pub from: f64,
    /// Where they end.
    pub to: f64,
    /// The least sample of each part, of all channels, from -1 to 1; null where there is no audio.
    pub low: Vec<Option<f32>>,
    /// The greatest sample of each part.
    pub high: Vec<Option<f32>>,
}

/// When the frames of a video are shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FrameTimes {
    /// Number of frames.
    pub count: u64,
    /// The number of the first frame that is listed.
    pub first: u64,
    /// The time at which each frame begins, in seconds from the beginning, rising.
    pub times: Vec<f64>,
}
