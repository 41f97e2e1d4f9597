//! What a stream decodes, as its user sets it.

use std::fmt;

use hub_decode::{ImageSpec, Plan, Transform};
use serde::{Deserialize, Serialize};

/// An image column to decode.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImageColumn {
    /// Its name.
    pub column: String,
    /// What becomes of each image.
    pub spec: ImageSpec,
    /// What moves along with its images.
    pub moving: Moving,
}

/// Columns of boxes, polygons, keypoints and masks that move along with an image: what is cut, resized and mirrored is what
/// they say of it. They may be in lists and structs, such as the objects of an image.
///
/// - A box is cut off at the edges of the result. It becomes null where less than [`min_visible`](Self::min_visible) of its
///   area is left, or nothing. Lists keep their length, so that what is beside a box stays beside it.
/// - A keypoint outside of the result becomes COCO's point that isn't labelled: `x`, `y` and `visibility` 0. Points that
///   weren't labelled before stay as they are. In a mirrored result the points of each of
///   [`flip_pairs`](Self::flip_pairs) change places, so that a left eye stays a left eye.
/// - Points of polygons may be outside of the result.
/// - A column of masks becomes a tensor of `uint8` `[height, width]` for each row, nearest neighbour, 0 outside of the
///   image; masks within lists and structs keep their encoding, with the result's size.
/// - Where an image couldn't be decoded all of them are null.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Moving {
    /// Their names.
    pub columns: Vec<String>,
    /// The least part of a box's area, from 0 to 1, that must be in the result (default 0: any).
    pub min_visible: f64,
    /// Names of keypoints that change places in a mirrored result. `None`, the default: those whose names differ by `left`
    /// and `right`, or begin or end with `l_`, `r_`, `_l`, `_r`.
    pub flip_pairs: Option<Vec<(String, String)>>,
}

impl Moving {
    /// These columns, with the defaults.
    pub fn columns<S: AsRef<str>>(names: &[S]) -> Self {
        Self { columns: names.iter().map(|name| name.as_ref().to_owned()).collect(), ..Self::default() }
    }
}

/// When smaller copies of images, those of the data set (`hub push --store 256`) or of a
/// [cache](crate::StreamBuilder::copy_cache), are decoded in place of the images.
///
/// A copy is one step of resizing and, if it is a JPEG, of compression away from its image, so tensors differ slightly.
/// Images whose boxes, polygons or keypoints move along are never replaced: these count the pixels of the image itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Copies {
    /// Never.
    Off,
    /// Where the copy has at least as many pixels as the result, of the part that is shown; never with
    /// [`ImageSpec::exact`], nor where images are decoded as they are.
    #[default]
    Enough,
    /// Wherever there is one, also if its pixels are enlarged: faster, and less sharp where a small part is shown. Of
    /// several copies, the largest.
    Always,
}

impl Copies {
    /// Whether any copy may be decoded in place of an image of a column; `moves`: other columns move along.
    pub(crate) fn may_replace(self, spec: &ImageSpec, moves: bool) -> bool {
        match self {
            Self::Off => false,
            Self::Enough => !moves && !spec.exact && spec.transform != Transform::Decode,
            Self::Always => !moves,
        }
    }

    /// Whether a copy may be, of which `plan` shows a part. Where it must be enough, no pixel may be enlarged.
    pub(crate) fn allow(self, plan: &Plan) -> bool {
        match self {
            Self::Off => false,
            Self::Enough => plan.resized.0 <= plan.crop.width && plan.resized.1 <= plan.crop.height,
            Self::Always => true,
        }
    }
}

/// What happens where an image, an audio file or a video can't be decoded: it is damaged, or exceeds the limits.
///
/// Only these are concerned. A file of the data set that can't be read, or whose checksum is wrong, always ends a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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

impl OnError {
    /// Whether it is the default.
    pub(crate) fn is_raise(&self) -> bool {
        *self == Self::Raise
    }
}

impl fmt::Display for OnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Raise => "raise",
            Self::Skip => "skip",
            Self::Zero => "zero",
        })
    }
}
