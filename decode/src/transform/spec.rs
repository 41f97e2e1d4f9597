//! The specification of a transform: plain data, for Rust and Python alike.

use serde::{Deserialize, Serialize};

use crate::error::DecodeError;
use crate::limits::Limits;

/// The greatest side of a result, in pixels.
const MOST_SIDE: u32 = 1 << 16;

/// What is made of an encoded image.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ImageSpec {
    /// The geometry.
    pub transform: Transform,
    /// The filter of resizing.
    pub filter: Filter,
    /// Resize as older torchvision did on tensors: without widening the filter when shrinking. Default: antialiased, as
    /// PIL images always are.
    pub no_antialias: bool,
    /// The order of the two passes of a resize is that of Pillow 13 and later: the vertical one first where the height
    /// shrinks by more than twice as many pixels as the width. Default: always the horizontal one first, as published scores
    /// were made. The two differ in rounding.
    pub vertical_first: bool,
    /// Pillow's tensors bit for bit. Otherwise, where a JPEG is shrunk sixteen times or more, its DCT is computed at half the
    /// size or less, which is faster and within 0.2/255 on average on photographs.
    pub exact: bool,
    /// Turn the image as its EXIF orientation says. Default: as stored, as the loaders of torchvision and timm.
    pub orient: bool,
    /// The result.
    pub output: Output,
    /// Bounds on the image.
    pub limits: Limits,
}

/// The geometry of a transform. Sizes are height, width, in pixels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Transform {
    /// The image as it is.
    #[default]
    Decode,
    /// A random part of the image, resized (torchvision's `RandomResizedCrop`, then `RandomHorizontalFlip`).
    RandomResizedCrop {
        /// Of the result.
        size: [u32; 2],
        /// Least and greatest area of the part, as a fraction of the image's. torchvision's default: 0.08, 1.
        scale: [f64; 2],
        /// Least and greatest width of the part divided by its height. torchvision's default: 3/4, 4/3.
        ratio: [f64; 2],
        /// The chance of a mirrored result.
        flip: f64,
    },
    /// The whole image resized, then cropped to the centre (torchvision's `Resize`, then `CenterCrop`).
    Resize {
        /// The size to resize to.
        to: ResizeTo,
        /// What is cut out of the centre; a smaller image is padded with zeros. `None`: nothing is cut.
        crop: Option<[u32; 2]>,
        /// The chance of a mirrored result.
        #[serde(default)]
        flip: f64,
    },
}

/// The size to which a whole image is resized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResizeTo {
    /// The shorter side has this many pixels; the longer one `int(short * longer / shorter)`.
    Short(u32),
    /// Height and width, whatever the image's proportions.
    Both([u32; 2]),
}

/// A filter of resizing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// One source pixel for each pixel.
    Nearest,
    /// A triangle.
    #[default]
    Bilinear,
    /// Cubic convolution, a = -0.5, as Pillow's.
    Bicubic,
}

/// The result's bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Output {
    /// Order of the dimensions.
    pub layout: Layout,
    /// Type of a value.
    pub dtype: Dtype,
    /// Order of the channels.
    pub channels: ChannelOrder,
    /// How a byte becomes a number; ignored by `Dtype::U8`.
    pub normalize: Normalize,
}

/// Order of the dimensions of a batch; an image is one row of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Layout {
    /// Height, width, channels.
    #[default]
    Nhwc,
    /// Channels, height, width.
    Nchw,
}

/// Type of a value, in the machine's byte order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dtype {
    /// Bytes as decoded.
    #[default]
    U8,
    /// IEEE half precision.
    F16,
    /// The upper half of an `f32`, rounded to nearest even.
    Bf16,
    /// IEEE single precision.
    F32,
}

impl Dtype {
    /// Bytes of a value.
    pub fn bytes(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::F16 | Self::Bf16 => 2,
            Self::F32 => 4,
        }
    }
}

/// Order of the channels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChannelOrder {
    /// Red first.
    #[default]
    Rgb,
    /// Blue first, as models that were trained with Caffe or OpenCV want it.
    Bgr,
}

/// `(byte / divisor - mean) / std`, in `f32`; mean and deviation of each channel, in the order of the result.
///
/// As torchvision's `ToTensor` and `Normalize` compute it, so that values are theirs bit for bit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Normalize {
    /// 255 for numbers from 0 to 1; 1 for numbers from 0 to 255.
    pub divisor: f32,
    /// Subtracted.
    pub mean: [f32; 3],
    /// Divided by.
    pub std: [f32; 3],
}

impl Default for Normalize {
    fn default() -> Self {
        Self { divisor: 255.0, mean: [0.0; 3], std: [1.0; 3] }
    }
}

impl ImageSpec {
    /// Height and width of the result, in pixels, where they don't depend on the image.
    pub fn fixed_size(&self) -> Option<[u32; 2]> {
        match self.transform {
            Transform::RandomResizedCrop { size, .. }
            | Transform::Resize { crop: Some(size), .. }
            | Transform::Resize { to: ResizeTo::Both(size), crop: None, .. } => Some(size),
            Transform::Decode | Transform::Resize { to: ResizeTo::Short(_), crop: None, .. } => None,
        }
    }

    /// # Errors
    /// [`DecodeError::Spec`] with the first field that makes no sense.
    pub fn check(&self) -> Result<(), DecodeError> {
        match &self.transform {
            Transform::Decode => {}
            Transform::RandomResizedCrop { size, scale, ratio, flip } => {
                check_size("size", *size)?;
                check_range(
                    "scale",
                    *scale,
                    "two numbers above 0 and at most 1, the smaller one first",
                    1.0,
                )?;
                check_range("ratio", *ratio, "two numbers above 0, the smaller one first", 1e6)?;
                check_flip(*flip)?;
            }
            Transform::Resize { to, crop, flip } => {
                match to {
                    ResizeTo::Short(side) => check_size("to", [*side; 2])?,
                    ResizeTo::Both(size) => check_size("to", *size)?,
                }
                crop.map_or(Ok(()), |size| check_size("crop", size))?;
                check_flip(*flip)?;
            }
        }
        let Normalize { divisor, mean, std } = self.output.normalize;
        let divides = |value: f32| value.is_finite() && value != 0.0;
        if !divides(divisor) {
            return Err(DecodeError::spec("divisor", divisor, "a finite number other than 0"));
        }
        if !std.into_iter().all(divides) {
            return Err(DecodeError::spec("std", std, "finite numbers other than 0"));
        }
        if !mean.into_iter().all(f32::is_finite) {
            return Err(DecodeError::spec("mean", mean, "finite numbers"));
        }
        Ok(())
    }
}

fn check_size(field: &'static str, size: [u32; 2]) -> Result<(), DecodeError> {
    if size.into_iter().all(|side| (1..=MOST_SIDE).contains(&side)) {
        return Ok(());
    }
    Err(DecodeError::spec(field, size, "sides of 1 to 65536 pixels"))
}

fn check_range(
    field: &'static str,
    [least, most]: [f64; 2],
    expected: &'static str,
    limit: f64,
) -> Result<(), DecodeError> {
    if least > 0.0 && least <= most && most <= limit {
        return Ok(());
    }
    Err(DecodeError::spec(field, [least, most], expected))
}

fn check_flip(chance: f64) -> Result<(), DecodeError> {
    if (0.0..=1.0).contains(&chance) {
        return Ok(());
    }
    Err(DecodeError::spec("flip", chance, "a chance from 0 to 1"))
}
