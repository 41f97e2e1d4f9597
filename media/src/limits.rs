//! Limits of probing and decoding one file.

/// Bounds on one file; the default is meant for data sets of unknown origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// An image of more pixels is refused before anything is allocated for it. The default is where
    /// Pillow raises its `DecompressionBombError`: twice `Image.MAX_IMAGE_PIXELS`, i.e. what fills
    /// 512 MiB at three bytes a pixel. An image above it could not be opened in Python anyway.
    pub max_pixels: u64,
    /// The most bytes that are read of an audio or video file to find its facts. Payload that is skipped
    /// does not count, so this bounds indexes, tags and cover images.
    pub max_header_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_pixels: 178_956_970, max_header_bytes: 64 << 20 }
    }
}
