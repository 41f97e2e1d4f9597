//! WordNet as a graph: ancestors and descendants of a synset, its depth, and distances between synsets.
//!
//! It is a graph and no tree: 2,213 nouns have more than one hypernym, so whatever is collected here is free of
//! repeats. Two kinds of edges go up. *Classes*: a dog is a kind of canine. *Instances*: Einstein is a physicist.
//! They are kept apart: functions on classes follow hypernyms and hyponyms only, unless called with
//! [`Follow::Instances`]; depths and distances follow both, as nltk's do, so that every noun has a way to the one
//! root, `entity.n.01`.
//!
//! Verbs have hypernyms too, but no common root, and two of them are each other's hypernym; all functions take
//! them, and return `None` where there is no path. Adjectives and adverbs have none.

mod closure;
mod common;
mod depth;
mod walk;

pub use closure::ClosurePair;

/// The kinds of edges that a walk follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Follow {
    /// Hypernyms and hyponyms only.
    #[default]
    Classes,
    /// These and the instances: single persons, places and things.
    Instances,
}
