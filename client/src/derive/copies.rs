//! Smaller copies of images.

use hub_dataset::ops::derived::Derive;
use hub_decode::SmallerCopy;
use hub_schema::{CopyEncoding, DerivedKind};

use super::decoders::Decoders;

/// Makes copies of images whose shorter side is longer than that of the copy.
#[derive(Debug)]
pub struct Copies {
    short_side: u32,
    encoding: CopyEncoding,
    decoders: Decoders,
}

impl Copies {
    /// Copies whose shorter side has so many pixels.
    pub fn new(short_side: u32, encoding: CopyEncoding) -> Self {
        Self { short_side, encoding, decoders: Decoders::default() }
    }
}

impl Derive for Copies {
    fn kind(&self) -> DerivedKind {
        DerivedKind::Copy { short_side: self.short_side, encoding: self.encoding }
    }

    /// None where [`SmallerCopy::of`] makes none.
    fn derive(&self, media: &[u8]) -> Option<Vec<u8>> {
        let copy = self.decoders.with(|decoder| SmallerCopy::of(decoder, media, self.short_side))??;
        match self.encoding {
            CopyEncoding::Jpeg => copy.to_jpeg(),
            CopyEncoding::Raw => Some(copy.into_ppm()),
        }
    }
}
