//! Every pair of a noun and something above it: the rows of a closure table in SQL.

use super::Follow;
use crate::{SynsetId, WordNet};

/// A noun, something it is a kind of (or itself), and the fewest steps between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClosurePair {
    /// The hyponym or instance.
    pub descendant: SynsetId,
    /// The hypernym; the same synset at distance 0.
    pub ancestor: SynsetId,
    /// Steps from one to the other.
    pub distance: u32,
}

impl WordNet {
    /// All pairs of nouns of which one is the other or a kind of it, with the pair of each noun with itself, in
    /// the order of the descendants' offsets and then of distance. There are 745,623.
    pub fn closure_pairs(&self) -> impl Iterator<Item = ClosurePair> + '_ {
        self.closure_pairs_with(Follow::Classes)
    }

    /// As [`Self::closure_pairs`], for instances too with [`Follow::Instances`].
    pub fn closure_pairs_with(&self, follow: Follow) -> impl Iterator<Item = ClosurePair> + '_ {
        let id = |number| self.noun(number);
        self.closure_numbers(follow).filter_map(move |(descendant, ancestor, distance)| {
            Some(ClosurePair { descendant: id(descendant)?, ancestor: id(ancestor)?, distance })
        })
    }

    /// The same as noun numbers: descendant, ancestor, distance.
    pub fn closure_numbers(&self, follow: Follow) -> impl Iterator<Item = (u32, u32, u32)> + '_ {
        (0..self.nouns().len() as u32).flat_map(move |noun| {
            let above = self.above(noun, follow).into_iter();
            above.map(move |(ancestor, distance)| (noun, ancestor, distance))
        })
    }
}
