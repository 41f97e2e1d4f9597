//! Writes columns that both sides changed: our rows, overlaid with those that the other side changed.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::interleave;
use hub_schema::{ContentHash, DataFile, Field, FieldId, Fragment, Patch, Schema};
use roaring::RoaringBitmap;

use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::ops::rewrite::{ColumnsWriter, blob_lengths};
use crate::read::FragmentReader;

/// A column that both sides changed.
pub(super) struct Overlaid {
    pub field: FieldId,
    /// Rows to take from theirs.
    pub rows: RoaringBitmap,
    pub patches: Vec<Patch>,
    /// The files that hold it: columns of the same pair are written together.
    pub files: (Option<ContentHash>, Option<ContentHash>),
}

/// Writes the columns of `overlaid` into new files.
pub(super) async fn write(
    dataset: &Dataset,
    our: &Fragment,
    their: &Fragment,
    overlaid: &[Overlaid],
    schema: &Schema,
) -> Result<Vec<DataFile>> {
    let fields: Vec<&Field> = overlaid.iter().filter_map(|c| schema.by_id(c.field)).collect();
    let ours = FragmentReader::open(dataset, our, &fields).await?;
    let theirs = FragmentReader::open(dataset, their, &fields).await?;
    let mut writer = ColumnsWriter::new(&fields)?;
    let mut start = 0;
    for (row_group, rows) in our.row_groups.iter().enumerate() {
        let (ours, theirs) = (ours.read_row_group(row_group).await?, theirs.read_row_group(row_group).await?);
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(fields.len());
        for (i, column) in overlaid.iter().enumerate() {
            let from = (0..*rows).map(|row| (usize::from(column.rows.contains(start + row)), row as usize));
            let from: Vec<(usize, usize)> = from.collect();
            let both = [ours.column(i).as_ref(), theirs.column(i).as_ref()];
            columns.push(interleave(&both, &from).map_err(Error::arrow("two sides can't be put together"))?);
        }
        let batch = RecordBatch::try_new(Arc::clone(&ours.schema()), columns)
            .map_err(Error::arrow("two sides don't fit together"))?;
        writer.write_row_group(&batch)?;
        start += rows;
    }
    let mut lengths: HashMap<_, _> = blob_lengths(our);
    lengths.extend(blob_lengths(their));
    writer.finish(dataset, &lengths).await
}
