//! The kinds of columns that have thumbnails.

use hub_schema::{DType, Feature, MaskEncoding, TensorRole};

/// The kind of content that a thumbnail is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    Image,
    /// A mask, encoded as PNG.
    Mask,
    /// Raw pixels of a tensor.
    Pixels(DType, Layout),
    /// Audio, of which the waveform is shown.
    Audio,
    /// A video, of which a frame is shown.
    Video,
}

/// The layout of raw pixels in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    pub height: usize,
    pub width: usize,
    /// Numbers per pixel, 1 to 4.
    pub channels: usize,
    /// True for channels first (CHW, as in PyTorch), false for channels last (HWC).
    pub planar: bool,
}

impl Subject {
    /// The kind of a column; `None` if it has no thumbnails.
    pub fn of(feature: &Feature) -> Option<Self> {
        match feature {
            Feature::Image => Some(Self::Image),
            Feature::Audio => Some(Self::Audio),
            Feature::Video => Some(Self::Video),
            Feature::Mask { encoding: MaskEncoding::Png } => Some(Self::Mask),
            Feature::Tensor { dtype, shape, role: TensorRole::Image } => {
                Layout::of(shape).map(|layout| Self::Pixels(*dtype, layout))
            }
            _ => None,
        }
    }
}

impl Layout {
    fn of(shape: &[usize]) -> Option<Self> {
        let (height, width, channels, planar) = match *shape {
            [height, width] => (height, width, 1, false),
            [height, width, channels @ 1..=4] => (height, width, channels, false),
            [channels @ 1..=4, height, width] => (height, width, channels, true),
            _ => return None,
        };
        (height > 0 && width > 0).then_some(Self { height, width, channels, planar })
    }
}
