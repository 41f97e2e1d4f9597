//! What an image may cost.

use serde::{Deserialize, Serialize};

/// Bounds on decoding one image, checked before anything is allocated for its pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Pixels of the whole image, whatever part of it is decoded. Default: 178,956,970, where Pillow raises its
    /// `DecompressionBombError`.
    pub max_pixels: u64,
    /// Bytes that one decode may hold: pixels, and for a progressive JPEG its coefficients. Default: 2 GiB.
    pub max_bytes: u64,
    /// Scans of a progressive JPEG, each of which may cost as much as a whole image. Default: 200; encoders write
    /// about ten.
    pub max_scans: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_pixels: 178_956_970, max_bytes: 2 << 30, max_scans: 200 }
    }
}

impl Limits {
    /// The same bounds for the header readers of `hub_media`.
    pub(crate) fn of_headers(&self) -> hub_media::Limits {
        hub_media::Limits { max_pixels: self.max_pixels, ..hub_media::Limits::default() }
    }
}
