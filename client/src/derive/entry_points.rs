//! The index of entry points of a JPEG.

use hub_dataset::ops::derived::Derive;
use hub_decode::Limits;
use hub_schema::DerivedKind;

use super::decoders::Decoders;

/// Makes indexes of entry points, in about half the time of a decode.
#[derive(Debug, Default)]
pub struct EntryPoints {
    decoders: Decoders,
}

impl Derive for EntryPoints {
    fn kind(&self) -> DerivedKind {
        DerivedKind::EntryPoints
    }

    /// Empty for an image that can have no index, of whatever format.
    fn derive(&self, media: &[u8]) -> Option<Vec<u8>> {
        if !media.starts_with(&[0xFF, 0xD8]) {
            return Some(Vec::new());
        }
        self.decoders.with(|decoder| decoder.jpeg().index(media, &Limits::default()).ok())?
    }
}
