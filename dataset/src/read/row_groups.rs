//! Reads some columns of a whole revision, row group by row group.
//!
//! A few readers run at once, each with one row group, which is decoded on the CPU pool ([`crate::cpu_pool`]): a server
//! stays responsive, and reading stops when the caller is gone.

use std::sync::Arc;

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use futures::stream::{self, StreamExt};
use hub_schema::{Field, Fragment};

use super::{FragmentReader, Snapshot};
use crate::cpu_pool;
use crate::error::{Error, Result};

/// Fragments that are read concurrently.
const READERS: usize = 4;

impl FragmentReader {
    /// Reads a row group without its deleted rows.
    ///
    /// # Errors
    /// A file can't be read, or is damaged.
    pub async fn read_live_rows(&self, row_group: usize) -> Result<RecordBatch> {
        let fragment = self.fragment();
        let batch = self.read_row_group(row_group).await?;
        let start: u32 = fragment.row_groups[..row_group].iter().sum();
        let rows = fragment.row_groups[row_group];
        if fragment.deleted.range_cardinality(start..start + rows) == 0 {
            return Ok(batch);
        }
        let live: BooleanArray = (start..start + rows).map(|o| Some(!fragment.deleted.contains(o))).collect();
        filter_record_batch(&batch, &live).map_err(Error::arrow("deleted rows can't be left out"))
    }
}

impl Snapshot {
    /// What `map` makes of each row group's rows that are not deleted, in the order of their positions; it is given the
    /// position of the first of them. The batches together have a row for each position.
    ///
    /// # Errors
    /// A file can't be read; those of `map`.
    pub async fn map_row_groups<T: Send + 'static>(
        &self,
        fields: &[&Field],
        map: impl Fn(u64, RecordBatch) -> Result<T> + Send + Sync + 'static,
    ) -> Result<Vec<T>> {
        let fields: Arc<[Field]> = fields.iter().map(|field| (*field).clone()).collect();
        let map = Arc::new(map);
        let index = self.index().await?;
        let fragments: Vec<(u64, Fragment)> =
            index.fragments().iter().enumerate().map(|(i, f)| (index.start(i), f.clone())).collect();
        let reads = fragments.into_iter().map(|(start, fragment)| {
            let (snapshot, fields, map) = (self.clone(), Arc::clone(&fields), Arc::clone(&map));
            cpu_pool::abort_on_drop(
                async move { map_fragment(&snapshot, &fields, (start, fragment), map).await },
            )
        });
        let mut reads = stream::iter(reads).buffered(READERS);
        let mut mapped = Vec::new();
        while let Some(parts) = reads.next().await {
            mapped.extend(parts.map_err(|e| failed(self, &e))??);
        }
        Ok(mapped)
    }
}

async fn map_fragment<T: Send + 'static>(
    snapshot: &Snapshot,
    fields: &[Field],
    (mut start, fragment): (u64, Fragment),
    map: Arc<impl Fn(u64, RecordBatch) -> Result<T> + Send + Sync + 'static>,
) -> Result<Vec<T>> {
    let fields: Vec<&Field> = fields.iter().collect();
    let reader = snapshot.open(&fragment, &fields).await?;
    let mut mapped = Vec::with_capacity(fragment.row_groups.len());
    for row_group in 0..fragment.row_groups.len() {
        let (reader, map) = (reader.clone(), Arc::clone(&map));
        let read = async move {
            let batch = reader.read_live_rows(row_group).await?;
            let rows = batch.num_rows() as u64;
            map(start, batch).map(|made| (rows, made))
        };
        let (rows, made) = cpu_pool::run(read).await.map_err(|e| failed(snapshot, &e))??;
        start += rows;
        mapped.push(made);
    }
    Ok(mapped)
}

fn failed(snapshot: &Snapshot, error: &tokio::task::JoinError) -> Error {
    Error::damaged(snapshot.dataset().store().uri(), error.to_string())
}
