//! What a stream decodes, as its user sets it.

use hub_decode::ImageSpec;

/// An image column to decode.
#[derive(Clone, Debug, PartialEq)]
pub struct ImageColumn {
    /// Its name.
    pub column: String,
    /// What becomes of each image.
    pub spec: ImageSpec,
    /// Columns with coordinates in its images, which move along.
    pub moving: Vec<String>,
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
    /// The row keeps its place, with zeros as its pixels or samples; without a fixed size, an image of 0 x 0.
    Zero,
}
