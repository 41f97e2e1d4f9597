//! Look-ups in WordNet for the functions of queries.

use std::collections::HashSet;

use hub_wordnet::{Follow, SynsetId, WordNet};

use crate::error::QueryError;

/// The synset that a literal in a query names; an error for an unknown or ambiguous one.
pub fn resolve(text: &str) -> Result<SynsetId, QueryError> {
    WordNet::get().resolve(text).map_err(|source| QueryError::Synset { position: None, source })
}

/// The synset of a stored or computed value: `n02084071` or `dog.n.01`; `None` for anything else.
pub fn known(text: &str) -> Option<SynsetId> {
    WordNet::get().resolve(text).ok()
}

/// A synset, all its hyponyms, and the instances of all of these: the Eiffel Tower is a tower, as for [`wup`].
pub fn below(id: SynsetId) -> HashSet<SynsetId> {
    WordNet::get().descendants_with(id, Follow::Instances).into_iter().collect()
}

/// The deepest synset above both: of several the one with the smallest id.
pub fn lowest_common(a: SynsetId, b: SynsetId) -> Option<SynsetId> {
    WordNet::get().lowest_common_ancestors(a, b).into_iter().min()
}

/// Wu and Palmer's similarity, 0 to 1.
pub fn wup(a: SynsetId, b: SynsetId) -> Option<f64> {
    WordNet::get().wup(a, b)
}
