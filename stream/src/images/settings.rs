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

/// When the data set's smaller copies of images (`hub push --store 256`) are decoded in place of the images.
///
/// A copy is one step of resizing and, if it is a JPEG, of compression away from its image, so tensors differ slightly.
/// Images whose boxes, polygons or keypoints move along are never replaced: these count the pixels of the image itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Copies {
    /// Never.
    Off,
    /// Where the copy has at least as many pixels as the result, of the part that is shown; never with
    /// [`ImageSpec::exact`].
    #[default]
    Enough,
    /// Wherever there is one, also if its pixels are enlarged: faster, and less sharp where a small part is shown. Of
    /// several copies, the largest.
    Always,
}

/// What happens where an image can't be decoded: it is damaged, or exceeds the limits.
///
/// Only images are concerned. A file of the data set that can't be read, or whose checksum is wrong, always ends a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// The stream ends with [`Error::Image`](crate::Error::Image), which names the row.
    #[default]
    Raise,
    /// The row is left out and the next row of the same batch that can be decoded comes twice, counted from the first
    /// again behind the last; where the batch has none, the first such row of the consumer's later batches. So every batch
    /// keeps its number of rows, every rank its number of batches, and a resumed stream its rows.
    Skip,
    /// The row keeps its place, with zeros as its pixels; without a fixed size, an image of 0 x 0.
    Zero,
}
