//! Counts rows by meaning and by what lies above their meanings, each row once however many of its labels, and
//! however many ways up, lead there.

use std::collections::HashMap;

use super::concept_key::ConceptKey;
use super::segment_header::Count;

/// Counts of a segment while it is made.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    counts: HashMap<ConceptKey, Count>,
    /// Rows in the posting lists, by meaning.
    listed: HashMap<ConceptKey, i64>,
    /// Those of them that have several meanings, and are counted.
    counted: HashMap<ConceptKey, i64>,
    above: Vec<ConceptKey>,
}

impl Counter {
    /// A row that goes: its meanings, each once.
    pub fn remove(&mut self, meanings: &[ConceptKey]) {
        self.row(meanings, -1);
    }

    /// A row that comes. One with a single meaning is counted with its posting list, see [`Self::list`].
    pub fn add(&mut self, meanings: &[ConceptKey]) {
        if meanings.len() > 1 {
            self.row(meanings, 1);
            for meaning in meanings {
                *self.counted.entry(*meaning).or_default() += 1;
            }
        }
    }

    /// A posting list of `rows` rows, all of which were [added](Self::add) before.
    pub fn list(&mut self, meaning: ConceptKey, rows: u64) {
        *self.listed.entry(meaning).or_default() += rows as i64;
    }

    fn row(&mut self, meanings: &[ConceptKey], sign: i64) {
        if let [meaning] = meanings {
            self.same(*meaning, sign);
            return;
        }
        let mut above = std::mem::take(&mut self.above);
        above.clear();
        for meaning in meanings {
            self.counts.entry(*meaning).or_default().own += sign;
            above.extend(meaning.above());
        }
        above.sort_unstable();
        above.dedup();
        for meaning in &above {
            self.counts.entry(*meaning).or_default().subtree += sign;
        }
        self.above = above;
    }

    /// Rows with this one meaning.
    fn same(&mut self, meaning: ConceptKey, rows: i64) {
        self.counts.entry(meaning).or_default().own += rows;
        for above in meaning.above() {
            self.counts.entry(above).or_default().subtree += rows;
        }
    }

    /// What changed, by meaning.
    pub fn finish(mut self) -> Vec<(ConceptKey, Count)> {
        for (meaning, rows) in std::mem::take(&mut self.listed) {
            let counted = self.counted.get(&meaning).copied().unwrap_or_default();
            self.same(meaning, rows - counted);
        }
        sorted(self.counts)
    }
}

/// Counts in the order of meanings, without those that changed nothing.
pub(crate) fn sorted(counts: HashMap<ConceptKey, Count>) -> Vec<(ConceptKey, Count)> {
    let mut counts: Vec<_> = counts.into_iter().filter(|(_, count)| *count != Count::default()).collect();
    counts.sort_unstable_by_key(|(meaning, _)| *meaning);
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
        let mut tally = Counter::default();
        tally.add(&[cat, dog]);
        tally.add(&[dog]);
        tally.list(cat, 1);
        tally.list(dog, 2);
        tally.remove(&[dog]);
        let counts: HashMap<_, _> = tally.finish().into_iter().collect();
        assert_eq!(counts[&dog], Count { own: 1, subtree: 1 });
        assert_eq!(counts[&cat], Count { own: 1, subtree: 1 });
        assert_eq!(counts[&animal], Count { own: 0, subtree: 1 });
    }
}
