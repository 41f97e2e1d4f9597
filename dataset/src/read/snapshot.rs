//! A revision of a data set.

use std::sync::Arc;

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use hub_schema::{Commit, CommitParent, ContentHash, Field, Fragment, Schema};
use tokio::sync::OnceCell;

use super::{FragmentIndex, FragmentReader, Place, StoredBlob};
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::manifest::list::{self, Manifest};
use crate::sample::ReadAt;

/// A revision. Cheap to clone. Its manifests are read when they are first needed.
#[derive(Clone, Debug)]
pub struct Snapshot {
    dataset: Dataset,
    at: CommitParent,
    commit: Arc<Commit>,
    index: Arc<OnceCell<FragmentIndex>>,
    /// Manifests that were read or written before.
    known: Arc<[Manifest]>,
}

impl Snapshot {
    pub(crate) fn new(dataset: Dataset, at: CommitParent, commit: Commit) -> Self {
        Self { dataset, at, commit: Arc::new(commit), index: Arc::default(), known: Arc::default() }
    }

    /// The same revision, some of whose manifests are known and need not be read.
    pub(crate) fn knowing(self, known: Vec<Manifest>) -> Self {
        Self { known: known.into(), ..self }
    }

    /// The manifests that were known when it was created.
    pub(crate) fn known(&self) -> &[Manifest] {
        &self.known
    }

    /// The data set that the revision belongs to.
    pub fn dataset(&self) -> &Dataset {
        &self.dataset
    }

    /// The commit's id, branch and version.
    pub fn at(&self) -> &CommitParent {
        &self.at
    }

    /// The commit that the revision is.
    pub fn commit(&self) -> &Commit {
        &self.commit
    }

    /// The revision's columns.
    pub fn schema(&self) -> &Schema {
        &self.commit.schema
    }

    /// The names of the splits, sorted; rows without a split are not counted.
    pub fn splits(&self) -> Vec<String> {
        self.commit.counts.splits.keys().filter(|s| !s.is_empty()).cloned().collect()
    }

    /// The revision's fragments; the manifests are read at the first call.
    pub async fn index(&self) -> Result<&FragmentIndex> {
        let read = || async {
            let store = self.dataset.store();
            let fragments = list::read_unknown(store, &self.commit.manifests, &self.known).await?;
            Ok(FragmentIndex::new(fragments))
        };
        self.index.get_or_try_init(read).await
    }

    /// The revision's fragments, if [`index`](Self::index) has read them.
    pub fn known_index(&self) -> Option<&FragmentIndex> {
        self.index.get()
    }

    /// The columns of the given names, or all.
    pub fn fields(&self, names: Option<&[String]>) -> Result<Vec<&Field>> {
        match names {
            None => Ok(self.schema().fields.iter().collect()),
            Some(names) => names.iter().map(|n| Ok(self.schema().column(n)?)).collect(),
        }
    }

    /// Opens some columns of a fragment.
    pub async fn open(&self, fragment: &Fragment, fields: &[&Field]) -> Result<FragmentReader> {
        FragmentReader::open(&self.dataset, fragment, fields).await
    }

    /// Opens a sample that is an object of its own.
    pub fn blob(&self, hash: ContentHash, size_bytes: u64) -> Arc<dyn ReadAt> {
        Arc::new(StoredBlob::new(self.dataset.store().clone(), hash, size_bytes))
    }

    /// Reads the rows at some positions, in the order given.
    pub async fn read_positions(&self, positions: &[u64], fields: &[&Field]) -> Result<RecordBatch> {
        let index = self.index().await?;
        let none = |position: u64| Error::NoPosition { position, rows: index.rows() };
        let places = positions.iter().map(|p| index.at(*p).ok_or_else(|| none(*p)));
        self.read_places(&places.collect::<Result<Vec<_>>>()?, fields).await
    }

    /// Reads the rows at some places, in the order given. On a local disk the row groups that hold them are
    /// checked first.
    pub async fn read_places(&self, places: &[Place], fields: &[&Field]) -> Result<RecordBatch> {
        let index = self.index().await?;
        let mut sorted = places.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let mut batches = Vec::new();
        for run in sorted.chunk_by(|a, b| a.fragment == b.fragment) {
            let reader = self.open(&index.fragments()[run[0].fragment], fields).await?;
            let offsets: Vec<u32> = run.iter().map(|p| p.offset).collect();
            for (file, _) in reader.files() {
                file.check_rows(&offsets)?;
            }
            batches.push(reader.read_rows(&offsets).await?);
        }
        let schema = hub_schema::arrow_types::arrow_schema(
            fields.iter().copied(),
            hub_schema::arrow_types::Form::Read,
        );
        let all = concat_batches(&Arc::new(schema), &batches)
            .map_err(Error::arrow("rows of several fragments can't be put together"))?;
        let order = places.iter().map(|p| sorted.binary_search(p).unwrap_or(0) as u32);
        let order = UInt32Array::from_iter_values(order);
        take_record_batch(&all, &order).map_err(Error::arrow("rows can't be put into order"))
    }
}
