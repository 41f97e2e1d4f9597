//! Single rows by position, for callers that ask for many: what a row group decodes to is kept.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use hub_schema::Field;
use moka::sync::Cache;
use tokio::sync::OnceCell;

use super::{FragmentReader, Place, Snapshot};
use crate::error::{Error, Result};

/// Most bytes of decoded annotations that are kept. Media are views of the memory map and count 16 bytes each.
const KEPT_BYTES: u64 = 256 * 1024 * 1024;

/// Looks rows up by position. On a local disk a row group is checked and decoded at its first row (its media stay in
/// the memory map), so that each further row of it is found without reading; elsewhere each call reads its rows.
#[derive(Debug)]
pub struct RowLookup {
    snapshot: Snapshot,
    fields: Vec<Field>,
    /// For each fragment, opened when it is first needed; empty where rows are not kept.
    readers: Vec<OnceCell<FragmentReader>>,
    kept: Cache<(usize, usize), Arc<RecordBatch>>,
}

/// A row in a batch that holds it.
#[derive(Clone, Debug)]
pub struct FoundRow {
    /// The batch; its columns are those of the lookup.
    pub batch: Arc<RecordBatch>,
    /// The row's place in the batch.
    pub row: usize,
}

impl RowLookup {
    /// The lookup of some columns of a revision.
    ///
    /// # Errors
    /// The manifests can't be read.
    pub async fn new(snapshot: Snapshot, fields: Vec<Field>) -> Result<Self> {
        let fragments = snapshot.index().await?.fragments().len();
        let is_mapped = snapshot.dataset().store().directory().is_some();
        let readers = (0..if is_mapped { fragments } else { 0 }).map(|_| OnceCell::new()).collect();
        let kept = Cache::builder()
            .max_capacity(KEPT_BYTES)
            .weigher(|_, batch: &Arc<RecordBatch>| kept_bytes(batch))
            .build();
        Ok(Self { snapshot, fields, readers, kept })
    }

    /// The revision whose rows are found.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The columns, in the order of the batches.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The row at a position, if it is found without reading anything.
    pub fn kept(&self, position: u64) -> Option<FoundRow> {
        let place = self.snapshot.known_index()?.at(position)?;
        let reader = self.readers.get(place.fragment)?.get()?;
        let (group, row) = row_group(reader, place)?;
        self.kept.get(&(place.fragment, group)).map(|batch| FoundRow { batch, row })
    }

    /// The row at a position.
    ///
    /// # Errors
    /// There is no such position, a file can't be read, or is damaged.
    pub async fn row(&self, position: u64) -> Result<FoundRow> {
        let index = self.snapshot.index().await?;
        let place = index.at(position).ok_or(Error::NoPosition { position, rows: index.rows() })?;
        let Some(cell) = self.readers.get(place.fragment) else {
            let batch = self.snapshot.read_places(&[place], &self.columns()).await?;
            return Ok(FoundRow { batch: Arc::new(batch), row: 0 });
        };
        let open = || async {
            let fragment = &index.fragments()[place.fragment];
            self.snapshot.open(fragment, &self.columns()).await
        };
        let reader = cell.get_or_try_init(open).await?;
        let (group, row) =
            row_group(reader, place).ok_or(Error::NoPosition { position, rows: index.rows() })?;
        if let Some(batch) = self.kept.get(&(place.fragment, group)) {
            return Ok(FoundRow { batch, row });
        }
        for (file, _) in reader.files() {
            file.check_rows(&[place.offset])?;
        }
        let batch = Arc::new(reader.read_row_group(group).await?);
        self.kept.insert((place.fragment, group), Arc::clone(&batch));
        Ok(FoundRow { batch, row })
    }

    /// The rows at some positions, in the order given, as one batch.
    ///
    /// # Errors
    /// As [`row`](Self::row).
    pub async fn batch(&self, positions: &[u64]) -> Result<RecordBatch> {
        self.snapshot.read_positions(positions, &self.columns()).await
    }

    /// Whether single rows are kept; if not, several are better read by [`batch`](Self::batch).
    pub fn keeps_rows(&self) -> bool {
        !self.readers.is_empty()
    }

    fn columns(&self) -> Vec<&Field> {
        self.fields.iter().collect()
    }
}

/// The row group that holds a row, and the row's place in it.
fn row_group(reader: &FragmentReader, place: Place) -> Option<(usize, usize)> {
    let mut first = 0;
    for (group, rows) in reader.fragment().row_groups.iter().enumerate() {
        if place.offset - first < *rows {
            return Some((group, (place.offset - first) as usize));
        }
        first += rows;
    }
    None
}

/// Bytes in memory of a decoded row group; what lies in the memory map is not counted.
fn kept_bytes(batch: &RecordBatch) -> u32 {
    let bytes: usize = batch.columns().iter().map(array_bytes).sum();
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

fn array_bytes(array: &ArrayRef) -> usize {
    if let Some(members) = array.as_struct_opt() {
        return members.columns().iter().map(array_bytes).sum();
    }
    if let Some(views) = array.as_byte_view_opt::<arrow::datatypes::BinaryViewType>() {
        return size_of_val(views.views().as_ref());
    }
    if array.as_fixed_size_binary_opt().is_some() {
        return 0;
    }
    array.to_data().get_slice_memory_size().unwrap_or_default()
}
