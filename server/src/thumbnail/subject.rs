//! What a column holds, as far as it can be shown.

use hub_schema::{DType, Feature, MaskEncoding, TensorRole};

/// What a thumbnail is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// An encoded picture.
    Picture,
    /// A mask as PNG.
    Mask,
    /// Raw pixels.
    Pixels(DType, Layout),
    /// A sound.
    Sound,
    /// A film.
    Film,
}

/// How raw pixels lie in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Rows.
    pub height: usize,
    /// Pixels a row.
    pub width: usize,
    /// Numbers a pixel, 1 to 4.
    pub channels: usize,
    /// One channel after the other, as PyTorch has them, rather than one pixel after the other.
    pub planar: bool,
}

impl Subject {
    /// Of a column; `None` for what can't be shown.
    pub fn of(feature: &Feature) -> Option<Self> {
        match feature {
            Feature::Image => Some(Self::Picture),
            Feature::Audio => Some(Self::Sound),
            Feature::Video => Some(Self::Film),
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
