//! Concepts: a synset, or a class without one, as one number.
//!
//! A synset is its place in WordNet (nouns, verbs, adjectives, adverbs, each by offset); WordNet 3.0 no longer
//! changes, so the number is as lasting as the id. A class without a synset is its own concept, so that it is
//! counted and can be listed, and all of these lie below [`ConceptKey::UNMAPPED`]. A row without any label has
//! the concept [`ConceptKey::UNLABELLED`]. So every row has at least one concept, and all are counted alike.

use std::sync::{LazyLock, OnceLock};

use hub_dataset::LabelColumn;
use hub_wordnet::{Follow, SynsetId, WordNet};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ConceptKey(u32);

/// Set for a class without a synset.
const CLASS: u32 = 1 << 31;

/// All ids, by number: in the order of ids.
static IDS: LazyLock<Vec<SynsetId>> =
    LazyLock::new(|| WordNet::get().synsets().map(|synset| synset.id()).collect());

/// What each synset is a kind or an instance of, itself first; filled on first use.
static ABOVE: LazyLock<Vec<OnceLock<Box<[ConceptKey]>>>> =
    LazyLock::new(|| IDS.iter().map(|_| OnceLock::new()).collect());

impl ConceptKey {
    /// A row has no label.
    pub const UNLABELLED: Self = Self(1 << 30);
    /// A label has no synset: what all classes without one lie below.
    pub const UNMAPPED: Self = Self((1 << 30) + 1);

    /// A number as it was stored.
    pub fn from_raw(raw: u32) -> Self {
        Self(raw)
    }

    /// The number, as it is stored.
    pub fn raw(self) -> u32 {
        self.0
    }

    /// A synset; none if WordNet 3.0 has no such.
    pub fn synset(id: SynsetId) -> Option<Self> {
        IDS.binary_search(&id).ok().map(|number| Self(number as u32))
    }

    /// A synset's id as text; none for what is none.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().and_then(Self::synset)
    }

    /// The class of that number, which has no synset.
    pub fn class(number: u32) -> Self {
        Self(CLASS | number)
    }

    /// The number of a class without a synset.
    pub fn as_class(self) -> Option<u32> {
        (self.0 & CLASS != 0).then_some(self.0 & !CLASS)
    }

    /// Itself and all that it is a kind or an instance of, each once.
    pub fn above(self) -> Above {
        if let Some(above) = ABOVE.get(self.0 as usize) {
            return Above::Synsets(above.get_or_init(|| synsets_above(self.0)).iter());
        }
        let mapped = self == Self::UNLABELLED || self == Self::UNMAPPED;
        Above::Two([(!mapped).then_some(Self::UNMAPPED), Some(self)])
    }

    /// Itself and every kind and instance of it, in the order of numbers.
    pub fn below(id: SynsetId) -> Vec<Self> {
        let below = WordNet::get().descendants_with(id, Follow::Instances);
        let mut below: Vec<Self> = below.into_iter().filter_map(Self::synset).collect();
        below.sort_unstable();
        below
    }
}

fn synsets_above(number: u32) -> Box<[ConceptKey]> {
    let Some(id) = IDS.get(number as usize) else { return Box::default() };
    WordNet::get().ancestors_with(*id, Follow::Instances).into_iter().filter_map(ConceptKey::synset).collect()
}

/// Gives what lies above a concept.
pub(crate) enum Above {
    Synsets(std::slice::Iter<'static, ConceptKey>),
    Two([Option<ConceptKey>; 2]),
}

impl Iterator for Above {
    type Item = ConceptKey;

    fn next(&mut self) -> Option<ConceptKey> {
        match self {
            Self::Synsets(above) => above.next().copied(),
            Self::Two(left) => left[1].take().or_else(|| left[0].take()),
        }
    }
}

/// What the classes of a label column mean, by their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Classes(Vec<ConceptKey>);

impl Classes {
    pub fn of(column: &LabelColumn) -> Self {
        let mean = |(number, synset): (usize, &Option<String>)| {
            synset.as_deref().and_then(ConceptKey::parse).unwrap_or(ConceptKey::class(number as u32))
        };
        Self(column.synsets.iter().enumerate().map(mean).collect())
    }

    /// What a stored number means; a number without a class means as little as a class without a synset.
    pub fn concept(&self, class: i64) -> ConceptKey {
        let known = usize::try_from(class).ok().and_then(|class| self.0.get(class));
        known.copied().unwrap_or(ConceptKey::UNMAPPED)
    }

    /// Does every label that these know mean the same to `later`?
    pub fn agree_with(&self, later: &Self) -> bool {
        later.0.starts_with(&self.0)
    }
}

/// Names a label column for its life: the column's id, and the members down to the label as JSON.
pub(crate) fn key(column: &LabelColumn) -> String {
    let members = column.path.get(1..).unwrap_or_default();
    if members.is_empty() {
        return column.field.to_string();
    }
    format!("{}{}", column.field, serde_json::json!(members))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_above_is_what_wordnet_says() {
        let dog = ConceptKey::parse("n02084071").unwrap();
        let wn = WordNet::get();
        let canine = wn.resolve("canine.n.02").unwrap();
        assert!(dog.above().any(|m| Some(m) == ConceptKey::synset(canine)));
        // Dogs are canines and domestic animals; what is above both comes once.
        let mut above: Vec<_> = dog.above().collect();
        let count = above.len();
        above.sort_unstable();
        above.dedup();
        assert_eq!(above.len(), count);
        assert_eq!(count, wn.ancestors(wn.resolve("dog.n.01").unwrap()).len());
        assert!(ConceptKey::below(canine).contains(&dog));
        // The Eiffel Tower is an instance of a tower, and counts as one.
        let id = |name| ConceptKey::synset(wn.resolve(name).unwrap()).unwrap();
        assert!(id("eiffel_tower.n.01").above().any(|above| above == id("tower.n.01")));
        assert!(ConceptKey::below(wn.resolve("tower.n.01").unwrap()).contains(&id("eiffel_tower.n.01")));
        assert_eq!(ConceptKey::parse("n00000001"), None);
        let seven = ConceptKey::class(7);
        assert_eq!(seven.above().collect::<Vec<_>>(), [seven, ConceptKey::UNMAPPED]);
        assert_eq!(ConceptKey::UNMAPPED.above().collect::<Vec<_>>(), [ConceptKey::UNMAPPED]);
        assert_eq!((seven.as_class(), dog.as_class()), (Some(7), None));
    }
}
