//! WordNet synsets, and the rows that are labelled with them.

use serde::{Deserialize, Serialize};

use super::commits::At;
use crate::name::DatasetName;

/// A synset of WordNet 3.0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SynsetView {
    /// The WordNet 3.0 id: part of speech and offset.
    #[cfg_attr(feature = "openapi", schema(example = "n02084071"))]
    pub id: String,
    /// The name as in NLTK.
    #[cfg_attr(feature = "openapi", schema(example = "dog.n.01"))]
    pub name: String,
    /// The synonyms (lemmas), with spaces between words.
    pub words: Vec<String>,
    /// The definition, in English.
    pub gloss: String,
}

/// Number of rows labelled with a synset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CountView {
    /// Rows labelled with exactly this synset.
    pub own: u64,
    /// Rows labelled with it or one of its hyponyms, each counted once.
    pub subtree: u64,
}

/// The result of a synset search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SynsetList {
    /// The matching synsets, best match first.
    pub synsets: Vec<SynsetView>,
    /// Words with similar spelling, if nothing was found; 5 at most.
    pub suggestions: Vec<String>,
}

/// A synset with its direct hypernyms and hyponyms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SynsetPage {
    /// The synset that was requested.
    #[serde(flatten)]
    pub synset: SynsetView,
    /// Example sentences from WordNet.
    pub examples: Vec<String>,
    /// The direct hypernyms, instance hypernyms included.
    pub parents: Vec<SynsetView>,
    /// The direct hyponyms, instances included.
    pub children: Vec<SynsetView>,
}

/// The direct hyponyms of a synset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SynsetChildren {
    /// The synset that was requested.
    pub synset: CountedSynset,
    /// The direct hyponyms, instances included.
    pub children: Vec<CountedSynset>,
}

/// A synset with the number of rows labelled with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CountedSynset {
    /// The synset that was requested.
    #[serde(flatten)]
    pub synset: SynsetView,
    /// Number of rows labelled with it in the data set that was named; null if none was.
    pub count: Option<CountView>,
    /// True if it has hyponyms.
    pub has_children: bool,
}

/// The data sets that have rows labelled with a synset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SynsetDatasets {
    /// The synset that was requested.
    pub synset: SynsetView,
    /// One entry for each data set, branch and label column.
    pub datasets: Vec<SynsetDataset>,
}

/// A label column of a data set that has rows labelled with a synset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SynsetDataset {
    /// The data set's full name, `namespace/name`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub dataset: DatasetName,
    /// The revision that was counted.
    pub at: At,
    /// The name of the label column.
    pub column: String,
    /// Number of its rows labelled with the synset.
    pub count: CountView,
}

/// A page of rows labelled with a synset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SynsetRowList {
    /// The synset that was requested.
    pub synset: SynsetView,
    /// The revision that was read.
    pub at: At,
    /// The name of the label column.
    pub column: String,
    /// Total number of rows, over all pages.
    pub count: CountView,
    /// The rows, in order of position.
    pub rows: Vec<SynsetRow>,
    /// Send it as `after` to get the next page; null on the last page.
    pub next: Option<u64>,
}

/// A row labelled with a synset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SynsetRow {
    /// The position among the rows of the revision, counted from 0.
    pub position: u64,
    /// The row's id, `fragment:offset`, which stays the same in every revision.
    pub row_id: String,
}
