//! What is worth a look: duplicates, outliers, and the answers that people gave.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::commits::At;

/// Whether the pictures of a revision were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ScanState {
    /// All of them.
    Done,
    /// They are being read; ask again in a moment.
    Running,
    /// Not yet, and a caller who isn't logged in can't have it done.
    NotBegun,
}

/// How far the reading of the pictures is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScanView {
    /// Whether all were read.
    pub state: ScanState,
    /// Rows that were read.
    pub rows: u64,
    /// Rows of the revision.
    pub total: u64,
}

/// Groups of rows with the same picture, or nearly the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DuplicateList {
    /// The revision that was read.
    pub at: At,
    /// The column of the pictures.
    pub column: String,
    /// The label column that is compared; null if the data set has none.
    pub label: Option<String>,
    /// Whether the pictures were read; without that there are no groups.
    pub scan: ScanView,
    /// Number of groups, over all pages.
    pub total: u64,
    /// The groups, ordered by their first rows.
    pub groups: Vec<DuplicateGroup>,
    /// Send it as `offset` to get the next page; null on the last page.
    pub next: Option<u64>,
}

/// Rows with the same picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DuplicateGroup {
    /// Whether their labels differ.
    pub labels_differ: bool,
    /// The rows, by position; of a large group the first 100.
    pub rows: Vec<DuplicateRow>,
    /// Number of rows.
    pub count: u64,
}

/// A row of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DuplicateRow {
    /// The row's id, `fragment:offset`.
    pub row_id: String,
    /// The position among the rows of the revision, counted from 0.
    pub position: u64,
    /// The name of its class; null for no label.
    pub label: Option<String>,
}

/// Pictures that stand out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OutlierList {
    /// The revision that was read.
    pub at: At,
    /// The column of the pictures.
    pub column: String,
    /// Whether the pictures were read; without that there are no rows.
    pub scan: ScanView,
    /// Number of outliers, over all pages.
    pub total: u64,
    /// The outliers, by position; a row is listed once for each reason.
    pub rows: Vec<OutlierRow>,
    /// Send it as `offset` to get the next page; null on the last page.
    pub next: Option<u64>,
}

/// A picture that stands out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OutlierRow {
    /// The row's id, `fragment:offset`.
    pub row_id: String,
    /// The position among the rows of the revision, counted from 0.
    pub position: u64,
    /// Why: `damaged`, `blank`, `grey`, `tiny` or `extreme`.
    pub kind: String,
}

/// An answer about a row of a queue: that it is right as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewView {
    /// The queue: `duplicates`, `outliers`, or another name.
    pub queue: String,
    /// The row's id, `fragment:offset`.
    pub row_id: String,
    /// The answer: `keep`.
    pub answer: String,
    /// Who gave it.
    pub by: String,
    /// When, UTC.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub time: DateTime<Utc>,
}

/// A page of answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewList {
    /// The answers, by queue and row.
    pub reviews: Vec<ReviewView>,
    /// Send it as `cursor` to get the next page; null on the last page.
    pub next: Option<String>,
}

/// Answers to keep, or to take back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetReviews {
    /// The queue: 1 to 64 letters, digits, `-` and `_`.
    pub queue: String,
    /// The ids of the rows, 1,000 at most.
    pub row_ids: Vec<String>,
    /// `keep` keeps the rows as they are, so that the queue no longer shows them; null takes the answer back.
    pub answer: Option<String>,
}

/// Why a row is in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum QueueReason {
    /// Its picture can't be decoded.
    Damaged,
    /// Its picture has one colour.
    Blank,
    /// Its picture is grey, and almost all others have colours.
    Grey,
    /// Its picture is far smaller than the others.
    Tiny,
    /// Its picture is far wider than high, or the other way round.
    Extreme,
    /// Another row has (almost) the same picture.
    SamePicture,
    /// Its picture is compared with the middle of its class.
    Distance,
    /// Most of the rows with the nearest vectors have another label.
    Neighbours,
    /// A model gives another class more probability than the label.
    Model,
    /// It was added.
    Added,
    /// Some of its values were changed.
    Changed,
}

/// A class of a label column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueueClass {
    /// Its number.
    pub class: u64,
    /// Its name.
    pub name: String,
}

/// A queue: rows that are worth a look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueueView {
    /// Its name in addresses: `disagrees`, `unlike`, `duplicates`, `outliers`, `class` or `new`.
    pub queue: String,
    /// Its name for people.
    pub title: String,
    /// How its rows are found.
    pub how: String,
    /// Whether its rows are likely mistakes. Of `class` and `new` most are right.
    pub has_mistakes: bool,
    /// How far the reading of the data is that it needs.
    pub scan: ScanView,
    /// Number of rows (of `duplicates`: of groups) without those that people keep; null until the data were read, and for
    /// `class`, which needs a class.
    pub total: Option<u64>,
    /// The ids of its first rows, at most four.
    pub first: Vec<String>,
}

/// The queues of a revision, without those for which something is missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueueList {
    /// The revision.
    pub at: At,
    /// The queues.
    pub queues: Vec<QueueView>,
}

/// A row of a queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueueItem {
    /// The row's id, `fragment:offset`.
    pub row_id: String,
    /// The position among the rows of the revision, counted from 0.
    pub position: u64,
    /// Rows of one group are looked at together: of `duplicates` those with the same picture. Else each row is a group.
    pub group: u64,
    /// The label that it has; null without one.
    pub label: Option<QueueClass>,
    /// The label that is suggested instead.
    pub suggestion: Option<QueueClass>,
    /// Whether the suggestion is near the label in WordNet: one is a kind of the other, or both are kinds of the same.
    pub is_near: bool,
    /// Why it is here.
    pub reason: QueueReason,
    /// By what the queue is sorted, the greatest first. `disagrees`: the probability of the suggestion less that of the label.
    /// `unlike`: the part of the nearest rows with another label, 0 to 1. `class`: the distance from the middle, 0 to 255.
    /// Null elsewhere.
    pub score: Option<f64>,
}

/// A page of a queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueuePage {
    /// The revision.
    pub at: At,
    /// The name of the queue.
    pub queue: String,
    /// The label column; null if the data set has none.
    pub label: Option<String>,
    /// `class`: which one.
    pub class: Option<QueueClass>,
    /// `disagrees`: the run's id.
    pub run: Option<String>,
    /// `disagrees`: the run's model.
    pub model: Option<String>,
    /// `new`: the earlier revision.
    pub since: Option<At>,
    /// How far the reading of the data is; without that there are no rows.
    pub scan: ScanView,
    /// Number of rows (of `duplicates`: of groups) over all pages.
    pub total: u64,
    /// The rows in their order; groups are whole.
    pub items: Vec<QueueItem>,
    /// Send it as `offset` to get the next page; null on the last page.
    pub next: Option<u64>,
}
