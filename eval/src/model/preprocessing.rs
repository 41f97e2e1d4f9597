//! From an image to the tensor that a model was trained with.

use std::fmt;

use hub_decode::{Filter, ResizeTo};
use serde::{Deserialize, Serialize};

use super::values::Values;

/// The greatest side of a tensor in pixels: 2048 × 2048 floats of three channels are 50 MB an image.
pub const GREATEST_SIDE: u32 = 2048;

/// The order of the two passes of a resize, which shows in the rounding between them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResizeOrder {
    /// Rows first: Pillow up to 12, with which published scores were made.
    #[default]
    Horizontal,
    /// Columns first where the height shrinks by more than twice as many pixels as the width, else rows: Pillow 13 and
    /// later.
    Vertical,
}

/// From an image to a tensor of fixed size: resize, crop the centre, scale the values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preprocessing {
    /// The preset that it was made from, for people; nothing is computed from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// The size to resize to: the shorter side, or height and width, in pixels.
    pub resize: ResizeTo,
    /// The filter of the resize.
    pub interpolation: Filter,
    /// The order of its passes.
    #[serde(default)]
    pub resize_order: ResizeOrder,
    /// Widens the filter when shrinking, as PIL does; older torchvision didn't on tensors.
    #[serde(default = "yes")]
    pub antialias: bool,
    /// Turns images as their EXIF orientation says; the loaders of torchvision and timm don't.
    #[serde(default)]
    pub orient: bool,
    /// Height and width of what is cut out of the centre; a smaller image is padded with zeros.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crop: Option<[u32; 2]>,
    /// From bytes to numbers.
    pub values: Values,
}

const fn yes() -> bool {
    true
}

/// A preprocessing that gives no tensor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PreprocessingError {
    /// The shorter side alone leaves the other open.
    #[error(
        "the shorter side is resized to {0} pixels and nothing is cropped, so tensors differ in size; add a crop"
    )]
    NoCrop(u32),
    /// A side of 0 or too many pixels.
    #[error("{what} is {found} pixels; expected 1 to {GREATEST_SIDE}")]
    Side {
        /// Which side, of the resize or the crop.
        what: &'static str,
        /// Its length in pixels.
        found: u32,
    },
    /// Values that don't scale.
    #[error("{what} is {found}; expected finite numbers, and none of them 0 to divide by")]
    Values {
        /// The divisor, the mean or the deviation.
        what: &'static str,
        /// Its numbers.
        found: String,
    },
}

impl Preprocessing {
    /// Height and width of the tensor in pixels.
    ///
    /// # Errors
    /// It isn't the same for all images, or out of bounds.
    pub fn size(&self) -> Result<[u32; 2], PreprocessingError> {
        match (self.crop, self.resize) {
            (Some(crop), _) => Ok(crop),
            (None, ResizeTo::Both(size)) => Ok(size),
            (None, ResizeTo::Short(side)) => Err(PreprocessingError::NoCrop(side)),
        }
    }

    /// # Errors
    /// The first thing in it that makes no sense.
    pub fn check(&self) -> Result<(), PreprocessingError> {
        self.size()?;
        let resized = match self.resize {
            ResizeTo::Short(side) => [side; 2],
            ResizeTo::Both(size) => size,
        };
        for (what, sides) in [("the resize", Some(resized)), ("the crop", self.crop)] {
            if let Some(found) = sides.into_iter().flatten().find(|side| !(1..=GREATEST_SIDE).contains(side))
            {
                return Err(PreprocessingError::Side { what, found });
            }
        }
        let Values { divisor, mean, std, .. } = self.values;
        let wrong = |what, found: String| Err(PreprocessingError::Values { what, found });
        if !divisor.is_finite() || divisor == 0.0 {
            return wrong("the divisor", divisor.to_string());
        }
        if !mean.iter().all(|mean| mean.is_finite()) {
            return wrong("the mean", format!("{mean:?}"));
        }
        if !std.iter().all(|std| std.is_finite() && *std != 0.0) {
            return wrong("the deviation (std)", format!("{std:?}"));
        }
        Ok(())
    }
}

/// `256/224 bilinear, imagenet values`: resize, crop, filter, values.
impl fmt::Display for Preprocessing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sides = |[height, width]: [u32; 2]| match height == width {
            true => height.to_string(),
            false => format!("{height}x{width}"),
        };
        match self.resize {
            ResizeTo::Short(side) => write!(f, "{side}")?,
            ResizeTo::Both(size) => write!(f, "both sides {}", sides(size))?,
        }
        if let Some(crop) = self.crop {
            write!(f, "/{}", sides(crop))?;
        }
        let filter = match self.interpolation {
            Filter::Nearest => "nearest",
            Filter::Bilinear => "bilinear",
            Filter::Bicubic => "bicubic",
        };
        write!(f, " {filter}, {} values", self.values.mode)?;
        if !self.antialias {
            f.write_str(", no antialias")?;
        }
        if self.orient {
            f.write_str(", turned by EXIF")?;
        }
        match self.resize_order {
            ResizeOrder::Horizontal => Ok(()),
            ResizeOrder::Vertical => f.write_str(", vertical pass first"),
        }
    }
}
