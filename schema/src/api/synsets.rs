//! Concepts: what WordNet says of them, and which rows carry them.

use serde::{Deserialize, Serialize};

use super::revisions::At;
use crate::name::DatasetName;

/// A concept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SynsetView {
    /// Its WordNet 3.0 id.
    #[cfg_attr(feature = "openapi", schema(example = "n02084071"))]
    pub id: String,
    /// Its name as nltk writes it.
    #[cfg_attr(feature = "openapi", schema(example = "dog.n.01"))]
    pub name: String,
    /// Its words, as people read them.
    pub words: Vec<String>,
    /// Its definition.
    pub gloss: String,
}

/// How many rows carry a concept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CountView {
    /// Rows labelled with just this concept.
    pub own: u64,
    /// Rows labelled with it or a kind of it, each counted once.
    pub subtree: u64,
}

/// Concepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SynsetList {
    /// The concepts, the best first.
    pub synsets: Vec<SynsetView>,
    /// Words that are spelt like it, where nothing was found; 5 at most.
    pub suggestions: Vec<String>,
}

/// A concept, with what is right above and below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SynsetPage {
    /// The concept.
    #[serde(flatten)]
    pub synset: SynsetView,
    /// Sentences that use it.
    pub examples: Vec<String>,
    /// What it is a kind or an instance of.
    pub parents: Vec<SynsetView>,
    /// Its kinds and instances.
    pub children: Vec<SynsetView>,
}

/// The kinds of a concept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SynsetChildren {
    /// The concept.
    pub synset: CountedSynset,
    /// Its kinds and instances.
    pub children: Vec<CountedSynset>,
}

/// A concept, and how many rows carry it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CountedSynset {
    /// The concept.
    #[serde(flatten)]
    pub synset: SynsetView,
    /// How many rows carry it, where a data set was named; else null.
    pub count: Option<CountView>,
    /// Whether there is anything below it.
    pub has_children: bool,
}

/// Data sets that hold rows of a concept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SynsetDatasets {
    /// The concept.
    pub synset: SynsetView,
    /// The data sets, by branch and label column.
    pub datasets: Vec<SynsetDataset>,
}

/// A label column of a data set that holds rows of a concept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SynsetDataset {
    /// The data set: `namespace/name`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub dataset: DatasetName,
    /// The revision that was counted.
    pub at: At,
    /// The name of the label column.
    pub column: String,
    /// How many of its rows carry the concept.
    pub count: CountView,
}

/// Rows that carry a concept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SynsetRowList {
    /// The concept.
    pub synset: SynsetView,
    /// The revision.
    pub at: At,
    /// The name of the label column.
    pub column: String,
    /// How many rows there are in all.
    pub count: CountView,
    /// The rows, by position.
    pub rows: Vec<SynsetRow>,
    /// What to give as `after` to go on; null at the end.
    pub next: Option<u64>,
}

/// A row that carries a concept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SynsetRow {
    /// Its place among the rows of the revision, counted from 0.
    pub position: u64,
    /// Its id, `fragment:offset`, which stays the same in every revision.
    pub row_id: String,
}
