//! The concepts of a label's classes: each synset that is one of a class, or above one.

use std::collections::HashMap;

use hub_dataset::LabelColumn;
use hub_wordnet::{Follow, SynsetId, WordNet};

/// The concepts of some classes.
#[derive(Clone, Debug, Default)]
pub struct Concepts {
    /// The synsets, in the order of their ids.
    pub ids: Vec<SynsetId>,
    /// For each class, the places in `ids` of its own synset and of those above.
    pub of_class: Vec<Vec<u32>>,
}

impl Concepts {
    /// The concepts of a label's classes; classes without a synset have none.
    pub fn of(label: &LabelColumn) -> Self {
        let wordnet = WordNet::get();
        let synset =
            |id: &Option<String>| id.as_ref()?.parse().ok().filter(|id| wordnet.synset(*id).is_some());
        let above = |id: SynsetId| wordnet.ancestors_with(id, Follow::Instances);
        let classes: Vec<Vec<SynsetId>> =
            label.synsets.iter().map(|id| synset(id).map(above).unwrap_or_default()).collect();
        let mut ids: Vec<SynsetId> = classes.iter().flatten().copied().collect();
        ids.sort_unstable();
        ids.dedup();
        let places: HashMap<SynsetId, u32> = ids.iter().copied().zip(0..).collect();
        let of_class = classes.into_iter().map(|mut ids| {
            ids.sort_unstable();
            ids.dedup();
            ids.iter().filter_map(|id| places.get(id).copied()).collect()
        });
        Self { of_class: of_class.collect(), ids }
    }
}
