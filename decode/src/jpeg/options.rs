//! How a JPEG is to be decoded.

use crate::limits::Limits;
use crate::rect::Rect;

/// Facts of a JPEG's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JpegFacts {
    /// Pixels, as stored.
    pub width: u32,
    /// Pixels, as stored.
    pub height: u32,
    /// 1 (grey), 3, or 4 (CMYK, YCCK).
    pub components: u32,
    /// Whether an index of entry points can be made of it, by what its header says.
    pub indexable: bool,
}

/// Which entropy decoder reads a baseline scan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Entropy {
    /// This crate's, where it can; otherwise libjpeg's.
    #[default]
    Fast,
    /// libjpeg-turbo's.
    Libjpeg,
}

/// The size at which the inverse DCT is computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DctScale {
    /// As stored.
    #[default]
    Full,
    /// 1/2 of width and height.
    Half,
    /// 1/4 of width and height.
    Quarter,
    /// 1/8 of width and height.
    Eighth,
}

impl DctScale {
    /// By what the sides are divided.
    pub fn divisor(self) -> u32 {
        8 / self.eighths()
    }

    pub(super) fn eighths(self) -> u32 {
        match self {
            Self::Full => 8,
            Self::Half => 4,
            Self::Quarter => 2,
            Self::Eighth => 1,
        }
    }
}

/// How to decode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JpegOptions {
    /// In pixels of the scaled image. `None`: all of it.
    pub region: Option<Rect>,
    /// The size of the result.
    pub scale: DctScale,
    /// Which entropy decoder to use. With an index, it is always this crate's.
    pub entropy: Entropy,
    /// Of the JPEG only the bytes are there that [`super::JpegDecoder::parts`] names; the others may be anything. With an
    /// index, whose CRC-32 of the JPEG is not compared then.
    pub partial: bool,
    /// Make the index of entry points on the way ([`super::JpegReport::index`]). The scan is then read to its end, whatever
    /// the region.
    pub record_index: bool,
    /// Measure the time of entropy decoding ([`super::JpegReport::entropy`]), which takes a few percent more.
    pub timed: bool,
    /// Bounds on the image.
    pub limits: Limits,
}
