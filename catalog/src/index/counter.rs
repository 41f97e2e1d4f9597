//! Counts rows by concept and by what lies above their concepts, each row once however many of its labels, and
//! however many ways up, lead there.

use std::collections::HashMap;

use super::concept_key::ConceptKey;
use super::segment_header::Count;

/// Counts of a segment while it is made.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    counts: HashMap<ConceptKey, Count>,
    /// Rows in the posting lists, by concept.
    listed: HashMap<ConceptKey, i64>,
    /// Those of them that have several concepts, and are counted.
    counted: HashMap<ConceptKey, i64>,
    above: Vec<ConceptKey>,
}

impl Counter {
    /// A row that goes: its concepts, each once.
    pub fn remove(&mut self, concepts: &[ConceptKey]) {
        self.row(concepts, -1);
    }

    /// A row that comes. One with a single concept is counted with its posting list, see [`Self::list`].
    pub fn add(&mut self, concepts: &[ConceptKey]) {
        if concepts.len() > 1 {
            self.row(concepts, 1);
            for concept in concepts {
                *self.counted.entry(*concept).or_default() += 1;
            }
        }
    }

    /// A posting list of `rows` rows, all of which were [added](Self::add) before.
    pub fn list(&mut self, concept: ConceptKey, rows: u64) {
        *self.listed.entry(concept).or_default() += rows as i64;
    }

    fn row(&mut self, concepts: &[ConceptKey], sign: i64) {
        if let [concept] = concepts {
            self.same(*concept, sign);
            return;
        }
        let mut above = std::mem::take(&mut self.above);
        above.clear();
        for concept in concepts {
            self.counts.entry(*concept).or_default().own += sign;
            above.extend(concept.above());
        }
        above.sort_unstable();
        above.dedup();
        for concept in &above {
            self.counts.entry(*concept).or_default().subtree += sign;
        }
        self.above = above;
    }

    /// Rows with this one concept.
    fn same(&mut self, concept: ConceptKey, rows: i64) {
        self.counts.entry(concept).or_default().own += rows;
        for above in concept.above() {
            self.counts.entry(above).or_default().subtree += rows;
        }
    }

    pub fn finish(mut self) -> Vec<(ConceptKey, Count)> {
        for (concept, rows) in std::mem::take(&mut self.listed) {
            let counted = self.counted.get(&concept).copied().unwrap_or_default();
            self.same(concept, rows - counted);
        }
        sorted(self.counts)
    }
}

/// Counts in the order of concepts, without those that changed nothing.
pub(crate) fn sorted(counts: HashMap<ConceptKey, Count>) -> Vec<(ConceptKey, Count)> {
    let mut counts: Vec<_> = counts.into_iter().filter(|(_, count)| *count != Count::default()).collect();
    counts.sort_unstable_by_key(|(concept, _)| *concept);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_counted_once_below_each_concept() {
        let named =
            |name: &str| ConceptKey::synset(hub_wordnet::WordNet::get().resolve(name).unwrap()).unwrap();
        let (dog, cat, animal) = (named("dog.n.01"), named("cat.n.01"), named("animal.n.01"));
        let mut counter = Counter::default();
        counter.add(&[cat, dog]);
        counter.add(&[dog]);
        counter.list(cat, 1);
        counter.list(dog, 2);
        counter.remove(&[dog]);
        let counts: HashMap<_, _> = counter.finish().into_iter().collect();
        assert_eq!(counts[&dog], Count { own: 1, subtree: 1 });
        assert_eq!(counts[&cat], Count { own: 1, subtree: 1 });
        assert_eq!(counts[&animal], Count { own: 0, subtree: 1 });
    }
}
