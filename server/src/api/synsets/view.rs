//! Synsets as the REST interface shows them.

use hub_catalog::index::SubtreeCount;
use hub_schema::api::{CountView, SynsetView};
use hub_wordnet::{Synset, SynsetId, WordNet};

pub fn view(synset: &Synset<'_>) -> SynsetView {
    SynsetView {
        id: synset.id().to_string(),
        name: synset.name(),
        words: synset.words().map(|word| word.replace('_', " ")).collect(),
        gloss: synset.gloss().to_owned(),
    }
}

pub fn count(count: SubtreeCount) -> CountView {
    CountView { own: count.own, subtree: count.subtree }
}

/// The synsets of these ids; unknown ids are skipped.
pub fn views(ids: impl IntoIterator<Item = SynsetId>) -> Vec<SynsetView> {
    ids.into_iter().filter_map(|id| Some(view(&WordNet::get().synset(id)?))).collect()
}

/// The ids of the direct hyponyms, instances included.
pub fn children_of(synset: &Synset<'_>) -> Vec<SynsetId> {
    synset.hyponyms().chain(synset.instance_hyponyms()).collect()
}
