//! What a stream decodes, as its user sets it.

use hub_decode::{AudioSpec, ClipSpec, DecodeError, ImageSpec};
use hub_schema::Feature;

/// A column of media to decode.
#[derive(Clone, Debug, PartialEq)]
pub struct MediaColumn {
    /// Its name.
    pub column: String,
    /// What becomes of each value.
    pub spec: MediaSpec,
    /// Columns with coordinates in its images, which move along.
    pub moving: Vec<String>,
}

/// What becomes of the values of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum MediaSpec {
    /// Images to pixels.
    Image(ImageSpec),
    /// Audio to samples.
    Audio(AudioSpec),
    /// Videos to clips of frames.
    Clip(ClipSpec),
}

impl MediaSpec {
    /// The type of column that it is for.
    pub fn feature(&self) -> Feature {
        match self {
            Self::Image(_) => Feature::Image,
            Self::Audio(_) => Feature::Audio,
            Self::Clip(_) => Feature::Video,
        }
    }

    /// # Errors
    /// It makes no sense.
    pub fn check(&self) -> Result<(), DecodeError> {
        match self {
            Self::Image(spec) => spec.check(),
            Self::Audio(spec) => spec.check(),
            Self::Clip(spec) => spec.check(),
        }
    }
}

/// What happens where an image, an audio file or a video can't be decoded: it is damaged, or exceeds the limits.
///
/// Only these are concerned. A file of the data set that can't be read, or whose checksum is wrong, always ends a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// The stream ends with [`Error::Image`](crate::Error::Image), which names the row.
    #[default]
    Raise,
    /// The row is left out and the next row of the same batch that can be decoded comes twice, counted from the first
    /// again behind the last; where the batch has none, the first such row of the consumer's later batches. So every batch
    /// keeps its number of rows, every rank its number of batches, and a resumed stream its rows.
    Skip,
    /// The row keeps its place, with zeros as its pixels or samples; without a fixed size, an image of 0 x 0, no samples.
    Zero,
}
