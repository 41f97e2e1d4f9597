//! The label index: which rows of a data set carry which synset, and how many.
//!
//! In comes a revision; out come the rows and counts below any concept, in milliseconds, also at ImageNet-21k's
//! 14 million rows and 21,841 synsets. A [`SynsetIndex`] keeps itself up to date: a query about a revision
//! that is not indexed indexes it first, at the cost of what differs from a revision that is.
//!
//! # What is kept
//!
//! Rows have *ordinals* here (`extents`): numbers for life, so that neither deletes nor compactions change what
//! is stored; positions are worked out at the end, from the revision's own list of fragments (`layout`).
//! What one revision changes against another is a *segment* (`segment_header`, `posting_block`, `list`): the rows whose labels no
//! longer count, posting lists of the rows with their new labels, and by how much that changes the counts of
//! each concept (`concept_key`), itself and the whole of what lies below it. A revision is a list of segments. Its
//! counts are the sums of theirs; its rows are those of the last segment that speaks of them. Old revisions
//! keep their lists, so time travel costs nothing; branches share what they have in common. Small segments are
//! merged into greater ones as they pile up (`merge`), so a list stays short: each is four times as large as
//! the one behind it.
//!
//! # How it follows a data set
//!
//! By comparing states, not by replaying operations (`delta`): of the fragments that only one of two revisions
//! holds, the label files are read and compared row by row. That is right for every operation there is (append,
//! delete, relabel, merge, revert, compaction) and costs what the change touched. Where the classes mean
//! something else than before, or most rows changed, the column is read whole. Two who apply the same revision
//! at once both do the work; the transaction of the first one counts, and the other's segments are dropped
//! (`publish`). Holding a lock instead would block SQLite's only writer for as long as a scan takes.
//!
//! # Why not otherwise
//!
//! A table of rows with a synset column costs 40 bytes a row with its b-tree, and a count below `animal.n.01`
//! visits millions of them. Roaring bitmaps of rows by synset cost 4.7 bytes a row at this many classes (see
//! `list`), and a union for each count. A count kept per concept can't be added up over children, since 2,213
//! synsets have several parents, and an image of a dog and a cat is one image of an animal: so each row is counted
//! once for everything above its labels when its segment is made.

mod apply;
mod base;
mod builder;
mod bytes;
mod clean;
mod concept_key;
mod counter;
mod delta;
mod extents;
mod failure;
mod find;
mod labels;
mod layout;
mod layout_reader;
mod list;
mod merge;
mod ordinals;
mod posting_block;
mod publish;
mod query;
mod revision;
mod revision_reader;
mod segment;
mod segment_header;
mod segment_reader;
mod segment_writer;
mod synset_index;
#[cfg(test)]
mod tests;
mod wordnet;

pub use query::{ConceptCount, DatasetCount, SubtreeCount, Unmapped};
pub use synset_index::SynsetIndex;
