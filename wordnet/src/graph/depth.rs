//! How deep a synset lies and how high it stands, read from the bundled data, where they are counted once.

use crate::{Pos, SynsetId, WordNet};

impl WordNet {
    /// The fewest steps up to a root, through instances too: 0 for `entity.n.01`.
    pub fn min_depth(&self, id: SynsetId) -> Option<u32> {
        self.number(id).map(|number| self.asset.byte(self.asset.min_depth, number).into())
    }

    /// The most steps up to a root, through instances too.
    pub fn max_depth(&self, id: SynsetId) -> Option<u32> {
        self.number(id).map(|number| self.deepest(number))
    }

    /// The most steps down to a leaf, through classes only: 0 for a leaf.
    pub fn height(&self, id: SynsetId) -> Option<u32> {
        self.number(id).map(|number| self.height_of(number))
    }

    /// The nouns that nothing is above: `entity.n.01` alone.
    pub fn roots(&self) -> Vec<SynsetId> {
        let roots = self.range(Pos::Noun).filter(|number| self.deepest(*number) == 0);
        roots.map(|number| self.id(number)).collect()
    }

    pub(crate) fn deepest(&self, number: u32) -> u32 {
        self.asset.byte(self.asset.max_depth, number).into()
    }

    pub(crate) fn height_of(&self, number: u32) -> u32 {
        self.asset.byte(self.asset.height, number).into()
    }
}
