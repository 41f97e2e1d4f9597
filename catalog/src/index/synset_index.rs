//! The handle of the label index, and what it keeps in memory.

use std::sync::Arc;

use hub_schema::CommitId;
use hub_wordnet::SynsetId;
use uuid::Uuid;

use super::concept_key::ConceptKey;
use super::layout::Layout;
use super::revision::IndexedRevision;
use super::segment::Segment;
use crate::catalog::Catalog;
use crate::db::Db;

/// Bytes of segments' headers that are kept in memory; one of ImageNet-21k's size takes one million.
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
    pub(super) db: Db,
    pub(super) caches: Arc<Caches>,
}

/// What doesn't change once it is written.
#[derive(Debug)]
pub(super) struct Caches {
    pub revisions: moka::future::Cache<(Uuid, CommitId), Arc<IndexedRevision>>,
    pub segments: moka::future::Cache<i64, Segment>,
    pub layouts: moka::future::Cache<(i64, CommitId), Arc<Layout>>,
    /// A lock for each data set, held while this process indexes it: the tasks that wait then find a nearer revision
    /// to start from.
    pub applying: moka::future::Cache<Uuid, Arc<tokio::sync::Mutex<()>>>,
    /// What lies below concepts that were queried.
    pub below: moka::future::Cache<SynsetId, Arc<[ConceptKey]>>,
}

impl Catalog {
    /// The label index, which is in the same database. Create it once and share it: it has caches.
    pub fn synset_index(&self) -> SynsetIndex {
        SynsetIndex::new(self.db.clone())
    }
}

impl SynsetIndex {
    fn new(db: Db) -> Self {
        let bytes = |_: &i64, segment: &Segment| segment.header.memory_bytes().try_into().unwrap_or(u32::MAX);
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
