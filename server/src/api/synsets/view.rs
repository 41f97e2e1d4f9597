//! Concepts as the interface shows them.

use hub_catalog::index::SubtreeCount;
use hub_schema::api::{CountView, SynsetView};
use hub_wordnet::{Synset, SynsetId, WordNet};

/// A concept, with what WordNet says of it.
pub fn view(synset: &Synset<'_>) -> SynsetView {
    SynsetView {
        id: synset.id().to_string(),
        name: synset.name(),
        words: synset.words().map(|word| word.replace('_', " ")).collect(),
        gloss: synset.gloss().to_owned(),
    }
}

/// How many rows carry a concept.
pub fn count(count: SubtreeCount) -> CountView {
    CountView { own: count.own, subtree: count.subtree }
}

/// The concepts of some ids.
pub fn views(ids: impl IntoIterator<Item = SynsetId>) -> Vec<SynsetView> {
    ids.into_iter().filter_map(|id| Some(view(&WordNet::get().synset(id)?))).collect()
}

/// Its kinds and its instances.
pub fn children_of(synset: &Synset<'_>) -> Vec<SynsetId> {
    synset.hyponyms().chain(synset.instance_hyponyms()).collect()
}
