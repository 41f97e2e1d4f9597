//! The label index: which rows of a data set carry which synset, and how many.
//!
//! In comes a revision; out come the rows and counts below any concept, in milliseconds, also at ImageNet-21k's
//! 14 million rows and 21,841 synsets. A [`SynsetIndex`] keeps itself up to date: a question about a revision
//! that is not indexed indexes it first, at the cost of what differs from a revision that is.
//!
//! # What is kept
//!
//! Rows have *ordinals* here (`extents`): numbers for life, so that neither deletes nor compactions change what
//! is stored; positions are worked out at the end, from the revision's own list of fragments (`layout`).
//! What one revision changes against another is a *segment* (`head`, `part`, `list`): the rows whose labels no
//! longer count, posting lists of the rows with their new labels, and by how much that changes the counts of
//! each meaning (`meaning`), itself and the whole of what lies below it. A revision is a list of segments. Its
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
//! synsets have several parents and a picture of a dog and a cat is one animal picture: so each row is counted
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
mod find;
mod labels;
mod layout;
mod list;
mod merge;
mod ordinals;
mod posting_block;
mod publish;
mod query;
mod revision;
mod segment;
mod segment_header;
#[cfg(test)]
mod tests;
mod wordnet;

use std::sync::Arc;

use hub_schema::CommitId;
use hub_wordnet::SynsetId;
use uuid::Uuid;

pub use query::{ConceptCount, DatasetCount, SubtreeCount, Unmapped};

use crate::catalog::Catalog;
use crate::db::Db;
use crate::error::Error;
use concept_key::ConceptKey;
use layout::Layout;
use revision::IndexedRevision;
use segment::Segment;

/// Bytes of segments' heads that are kept in memory; one of ImageNet-21k's size takes one million.
const SEGMENTS_BYTES: u64 = 64 << 20;
/// Revisions whose lists of segments are kept in memory.
const REVISIONS: u64 = 1000;
/// Runs of rows of all layouts that are kept in memory, 16 bytes each.
const LAYOUT_RUNS: u64 = 2 << 20;
/// Synsets below others that are kept in memory, 4 bytes each.
const BELOW: u64 = 1 << 20;

/// The label index of every data set, in the catalog's database. Cheap to clone; clones share what is in memory.
#[derive(Clone, Debug)]
pub struct SynsetIndex {
    db: Db,
    caches: Arc<Caches>,
}

/// What doesn't change once it is written.
#[derive(Debug)]
struct Caches {
    revisions: moka::future::Cache<(Uuid, CommitId), Arc<IndexedRevision>>,
    segments: moka::future::Cache<i64, Segment>,
    layouts: moka::future::Cache<(i64, CommitId), Arc<Layout>>,
    /// Who indexes a data set in this process: the others wait, and find a nearer revision to start from.
    applying: moka::future::Cache<Uuid, Arc<tokio::sync::Mutex<()>>>,
    /// What lies below concepts that were asked for.
    below: moka::future::Cache<SynsetId, Arc<[ConceptKey]>>,
}

impl Catalog {
    /// The label index, which lies in the same database. Ask for it once and share it: it remembers.
    pub fn synset_index(&self) -> SynsetIndex {
        SynsetIndex::new(self.db.clone())
    }
}

impl SynsetIndex {
    fn new(db: Db) -> Self {
        let bytes = |_: &i64, segment: &Segment| segment.head.memory_bytes().try_into().unwrap_or(u32::MAX);
        let runs = |_: &(i64, CommitId), layout: &Arc<Layout>| layout.len().try_into().unwrap_or(u32::MAX);
        let below = |_: &SynsetId, below: &Arc<[ConceptKey]>| below.len().try_into().unwrap_or(u32::MAX);
        let caches = Caches {
            revisions: moka::future::Cache::new(REVISIONS),
            segments: moka::future::Cache::builder().max_capacity(SEGMENTS_BYTES).weigher(bytes).build(),
            layouts: moka::future::Cache::builder().max_capacity(LAYOUT_RUNS).weigher(runs).build(),
            applying: moka::future::Cache::new(REVISIONS),
            below: moka::future::Cache::builder().max_capacity(BELOW).weigher(below).build(),
        };
        Self { db, caches: Arc::new(caches) }
    }
}

/// Why a step could not be taken.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What it built on was dropped, merged away or begun anew by another: look again.
    Moved,
    /// Something is wrong.
    Error(Error),
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

/// How often a step is tried while others change what it builds on.
const TRIES: usize = 8;

/// What is said when all tries were in vain.
fn contended() -> Error {
    let words = "the label index kept changing while it was used".to_owned();
    Error::Unavailable { source: sqlx::Error::Protocol(words) }
}
