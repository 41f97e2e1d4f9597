//! Facets: how many rows hold each class, value or range of a column.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::commits::At;

/// The facets of a revision, under filters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FacetList {
    /// The revision that was read.
    pub at: At,
    /// Number of rows that meet all filters.
    pub rows: u64,
    /// Number of rows of the revision.
    pub total: u64,
    /// A facet for each column that has one, or that was asked for.
    pub facets: Vec<FacetView>,
}

/// What the buckets of a facet are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum FacetKind {
    /// Classes of a label.
    Classes,
    /// Texts, where there are few.
    Values,
    /// False and true.
    Bools,
    /// Ranges of numbers.
    Numbers,
    /// Ranges of times.
    Times,
    /// Ranges of the lengths of lists.
    Lengths,
    /// Only whether there is a value: texts, where there are many.
    Present,
}

/// A number of rows, under all other filters and without any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FacetCount {
    /// Rows that meet all filters but the facet's own.
    pub count: u64,
    /// Rows of the revision.
    pub all: u64,
}

/// The counts of one column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FacetView {
    /// The column, or the way to a member of it (`objects.category`); `split` for the splits.
    pub column: String,
    /// What the buckets are.
    pub kind: FacetKind,
    /// The rows that are counted: those that meet all filters but this facet's own.
    pub rows: u64,
    /// The buckets: classes by number, texts and ranges rising. A row of several values is counted in several.
    pub buckets: Vec<FacetBucket>,
    /// How many buckets are left out, which have the fewest rows of the revision.
    pub left_out: u64,
    /// Rows without a value.
    pub nulls: FacetCount,
    /// Rows with a number that is infinite or NaN.
    pub not_finite: FacetCount,
    /// The smallest value of the revision, the 1st, 5th, 25th, 50th, 75th, 95th and 99th percentile and the greatest; of
    /// numbers and lengths, and of times in microseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantiles: Option<Vec<f64>>,
    /// The concepts of the classes, where they were asked for: each synset that is one of a class, or above one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub concepts: Vec<FacetConcept>,
}

/// A class, a value or a range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FacetBucket {
    /// The name of the class, the text, or the boolean; missing for ranges.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    #[serde(default, skip_serializing_if = "Value::is_null")]
    #[cfg_attr(feature = "openapi", schema(schema_with = super::any_value))]
    pub value: Value,
    /// The number of the class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<u64>,
    /// The synset of the class, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synset: Option<String>,
    /// Where the range begins; a time in RFC 3339. The beginning belongs to it.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    #[serde(default, skip_serializing_if = "Value::is_null")]
    #[cfg_attr(feature = "openapi", schema(schema_with = super::any_value))]
    pub from: Value,
    /// Where the range ends; a time in RFC 3339. The end belongs to the next range.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    #[serde(default, skip_serializing_if = "Value::is_null")]
    #[cfg_attr(feature = "openapi", schema(schema_with = super::any_value))]
    pub to: Value,
    /// Rows that meet all filters but the facet's own.
    pub count: u64,
    /// Rows of the revision.
    pub all: u64,
}

/// A concept, and the rows of the classes below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FacetConcept {
    /// The synset's id (`n02084071`).
    pub id: String,
    /// Its name (`dog.n.01`).
    pub name: String,
    /// Its first word, for people.
    pub title: String,
    /// The synsets directly above it.
    pub parents: Vec<String>,
    /// Rows of a class below it or of its own that meet all filters but the facet's own; each is counted once.
    pub count: u64,
    /// Rows of the revision of a class below it or of its own.
    pub all: u64,
}

/// The distribution of a column's values in a revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Distribution {
    /// The column, or the way to a member of it.
    pub column: String,
    /// Where the bins begin, and where the last one ends; of times in microseconds since 1970.
    pub edges: Vec<f64>,
    /// Rows in each bin.
    pub counts: Vec<u64>,
    /// Rows without a value.
    pub nulls: u64,
    /// Rows with a number that is infinite or NaN.
    pub not_finite: u64,
    /// The smallest value, the 1st, 5th, 25th, 50th, 75th, 95th and 99th percentile, and the greatest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantiles: Option<Vec<f64>>,
}

/// The classes of a label in each split.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClassesBySplit {
    /// The label column, or the way to it.
    pub column: String,
    /// The splits, sorted.
    pub splits: Vec<String>,
    /// For each split, the rows of each class by its number; each row is counted once.
    pub counts: Vec<Vec<u64>>,
}
