//! Everything above or below a synset, nearest first.

use std::collections::VecDeque;

use super::Follow;
use crate::pointer::PointerKind;
use crate::{SynsetId, WordNet};

impl WordNet {
    /// The synset itself and every class it is a kind of, nearest first, each once. Empty for an unknown id.
    pub fn ancestors(&self, id: SynsetId) -> Vec<SynsetId> {
        self.ancestors_with(id, Follow::Classes)
    }

    /// As [`Self::ancestors`], for an instance too with [`Follow::Instances`].
    pub fn ancestors_with(&self, id: SynsetId, follow: Follow) -> Vec<SynsetId> {
        let above = self.number(id).map(|number| self.above(number, follow)).unwrap_or_default();
        above.into_iter().map(|(number, _)| self.id(number)).collect()
    }

    /// The synset itself and every kind of it, nearest first, each once. Empty for an unknown id.
    ///
    /// ```
    /// let wn = hub_wordnet::WordNet::get();
    /// assert_eq!(wn.descendants(wn.resolve("canine.n.02").unwrap()).len(), 224);
    /// ```
    pub fn descendants(&self, id: SynsetId) -> Vec<SynsetId> {
        self.descendants_with(id, Follow::Classes)
    }

    /// As [`Self::descendants`], with the instances of all these classes with [`Follow::Instances`].
    pub fn descendants_with(&self, id: SynsetId, follow: Follow) -> Vec<SynsetId> {
        let below = self.number(id).map(|number| self.below(number, follow)).unwrap_or_default();
        below.into_iter().map(|number| self.id(number)).collect()
    }

    /// The noun numbers of a noun and of every kind of it, nearest first: for bitmaps. Empty for a synset that is not a noun.
    pub fn noun_numbers_below(&self, id: SynsetId, follow: Follow) -> Vec<u32> {
        self.noun_number(id).map(|number| self.below(number, follow)).unwrap_or_default()
    }

    /// Whether one synset is the other or a kind of it: whether it is among its descendants. False for unknown ids.
    pub fn is_a(&self, id: SynsetId, ancestor: SynsetId) -> bool {
        self.is_a_with(id, ancestor, Follow::Classes)
    }

    /// As [`Self::is_a`], for instances too with [`Follow::Instances`]: Einstein is a person.
    pub fn is_a_with(&self, id: SynsetId, ancestor: SynsetId, follow: Follow) -> bool {
        let (Some(number), Some(ancestor)) = (self.number(id), self.number(ancestor)) else { return false };
        self.above(number, follow).iter().any(|(above, _)| *above == ancestor)
    }

    /// A synset and all above it, each with its least number of steps, fewest first.
    pub(crate) fn above(&self, number: u32, follow: Follow) -> Vec<(u32, u32)> {
        let mut found = vec![(number, 0)];
        let mut next = 0;
        // At most a few dozen, so looking through them beats a set.
        while let Some(&(number, steps)) = found.get(next) {
            let instances = self.followed(number, follow, PointerKind::InstanceHypernym);
            for above in self.targets(number, PointerKind::Hypernym).chain(instances) {
                if found.iter().all(|(other, _)| *other != above) {
                    found.push((above, steps + 1));
                }
            }
            next += 1;
        }
        found
    }

    pub(crate) fn below(&self, number: u32, follow: Follow) -> Vec<u32> {
        let mut seen = vec![false; self.len()];
        let (mut found, mut queue) = (Vec::new(), VecDeque::from([number]));
        while let Some(number) = queue.pop_front() {
            let Some(seen) = seen.get_mut(number as usize).filter(|seen| !**seen) else { continue };
            *seen = true;
            found.push(number);
            queue.extend(self.targets(number, PointerKind::Hyponym));
            queue.extend(self.followed(number, follow, PointerKind::InstanceHyponym));
        }
        found
    }

    fn followed(&self, number: u32, follow: Follow, kind: PointerKind) -> impl Iterator<Item = u32> + '_ {
        (follow == Follow::Instances).then(|| self.targets(number, kind)).into_iter().flatten()
    }
}
