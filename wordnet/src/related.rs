//! The pointers of a synset, from the bundled arrays.

use crate::WordNet;
use crate::pointer::{KINDS, Pointer, PointerKind};

impl WordNet {
    pub(crate) fn pointers(&self, number: u32) -> impl Iterator<Item = Pointer> + '_ {
        let asset = &self.asset;
        asset.list(asset.pointer_start, number).filter_map(move |place| {
            let (kind, _, _) = KINDS.get(usize::from(asset.byte(asset.pointer_kind, place)))?;
            Some(Pointer {
                kind: *kind,
                target: self.id(self.target(number, place)),
                word: asset.byte(asset.pointer_source, place).checked_sub(1),
                target_word: asset.byte(asset.pointer_to_word, place).checked_sub(1),
            })
        })
    }

    /// Where the pointers of one kind go.
    pub(crate) fn targets(&self, number: u32, kind: PointerKind) -> impl Iterator<Item = u32> + '_ {
        let asset = &self.asset;
        let places = asset.list(asset.pointer_start, number);
        let places = places.filter(move |place| asset.byte(asset.pointer_kind, *place) == kind as u8);
        places.map(move |place| self.target(number, place))
    }

    fn target(&self, number: u32, place: u32) -> u32 {
        number.wrapping_add(self.asset.number(self.asset.pointer_target, place)) & 0x00ff_ffff
    }
}
