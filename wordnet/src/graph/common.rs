//! Common ancestors of synsets, and measures of similarity and distance.
//!
//! The measures are nltk's, to the last digit, so that figures can be compared with published ones; and the height
//! of the lowest common ancestor, by which ImageNet's hierarchical error is counted (Deng et al. 2010).

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::Follow;
use crate::{Pos, SynsetId, WordNet};

/// What both synsets lie below (or are), with the steps from each.
struct Common {
    number: u32,
    steps: (u32, u32),
}

impl WordNet {
    /// The deepest synsets that both are kinds or instances of (or are), by their greatest depth, in the order of
    /// their names: nltk's `lowest_common_hypernyms`. Mostly one; none where nothing is above both.
    pub fn lowest_common_ancestors(&self, a: SynsetId, b: SynsetId) -> Vec<SynsetId> {
        self.lowest_common_of(&[a, b])
    }

    /// The same of any number of synsets: the deepest of what is above all of them.
    pub fn lowest_common_of(&self, ids: &[SynsetId]) -> Vec<SynsetId> {
        let above = |id: &SynsetId| -> BTreeSet<u32> {
            let above = self.number(*id).map(|number| self.above(number, Follow::Instances));
            above.into_iter().flatten().map(|(number, _)| number).collect()
        };
        let all = ids.iter().map(above).reduce(|all, one| &all & &one).unwrap_or_default();
        let common: Vec<Common> = all.into_iter().map(|number| Common { number, steps: (0, 0) }).collect();
        let lowest = self.lowest(&common, |number| self.deepest(number));
        lowest.into_iter().map(|common| self.id(common.number)).collect()
    }

    /// The fewest steps from one to the other, up and down: 0 from a synset to itself.
    pub fn path_distance(&self, a: SynsetId, b: SynsetId) -> Option<u32> {
        self.common(a, b).iter().map(|common| common.steps.0 + common.steps.1).min()
    }

    /// The similarity of Wu and Palmer, above 0 to 1: how deep the common ancestor lies, as nltk counts it.
    pub fn wup(&self, a: SynsetId, b: SynsetId) -> Option<f64> {
        let common = self.common(a, b);
        // nltk chooses by the least depth here, and measures by the greatest.
        let lowest = self.lowest(&common, |number| self.asset.byte(self.asset.min_depth, number).into());
        let chosen = lowest.iter().find(|common| common.steps.0 == 0).or(lowest.first())?;
        let depth = self.deepest(chosen.number) + 1;
        // The shortest way to an ancestor may lead over a higher one and down again.
        let chosen = self.id(chosen.number);
        let steps = self.path_distance(a, chosen)? + self.path_distance(b, chosen)?;
        Some(2.0 * f64::from(depth) / f64::from(2 * depth + steps))
    }

    /// The similarity of Leacock and Chodorow: minus the logarithm of the path's length over twice the greatest
    /// depth of all nouns. `None` for a synset that is not a noun.
    pub fn lch(&self, a: SynsetId, b: SynsetId) -> Option<f64> {
        static DEEPEST: OnceLock<u32> = OnceLock::new();
        self.noun_number(a)?;
        let steps = self.path_distance(a, b)?;
        let deepest = *DEEPEST.get_or_init(|| {
            self.range(Pos::Noun).map(|number| self.deepest(number)).max().unwrap_or_default()
        });
        Some(-(f64::from(steps + 1) / (2.0 * f64::from(deepest))).ln())
    }

    /// The height of the lowest common ancestor, the lowest where there are several: 0 from a leaf to itself.
    pub fn height_distance(&self, a: SynsetId, b: SynsetId) -> Option<u32> {
        let heights = self.common(a, b).into_iter().map(|common| self.height_of(common.number));
        if a == b { self.number(a).map(|_| 0) } else { heights.min() }
    }

    fn common(&self, a: SynsetId, b: SynsetId) -> Vec<Common> {
        let (Some(a), Some(b)) = (self.number(a), self.number(b)) else { return Vec::new() };
        let (above_a, above_b) = (self.above(a, Follow::Instances), self.above(b, Follow::Instances));
        let both = above_a.into_iter().filter_map(|(number, up)| {
            let (_, down) = above_b.iter().find(|(other, _)| *other == number)?;
            Some(Common { number, steps: (up, *down) })
        });
        both.collect()
    }

    /// Those of greatest depth, by name.
    fn lowest<'c>(&self, common: &'c [Common], depth: impl Fn(u32) -> u32) -> Vec<&'c Common> {
        let deepest = common.iter().map(|common| depth(common.number)).max();
        let mut lowest: Vec<&Common> =
            common.iter().filter(|common| Some(depth(common.number)) == deepest).collect();
        lowest.sort_by_cached_key(|common| self.numbered(common.number).name());
        lowest
    }
}
