//! Values, sorted to the fragments whose files they go into, and written there.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::interleave;
use hub_schema::arrow_types::{Form, arrow_schema};
use hub_schema::{ContentHash, DataFile, Field, FieldId, Fragment, RowId};

use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::ops::fragment_builder::blob_of;
use crate::ops::rewrite::{ColumnsWriter, blob_lengths};
use crate::read::{FragmentIndex, FragmentReader};
use crate::sample::Value;
use crate::sample::build::{self, BuildError};

/// The values given for one column.
pub(super) type Given<'a> = (FieldId, &'a [(RowId, Value)]);

/// The values of one column in one fragment, by the row's offset.
pub(super) type ByOffset<'a> = BTreeMap<u32, &'a Value>;

/// The values for each fragment (by its place in the index), by column.
pub(super) type Placed<'a> = BTreeMap<usize, BTreeMap<FieldId, ByOffset<'a>>>;

/// Sorts values to fragments.
///
/// # Errors
/// [`Error::NoRow`] for an id that is not in the index.
pub(super) fn place<'a>(
    index: &FragmentIndex,
    values: impl IntoIterator<Item = Given<'a>>,
) -> Result<Placed<'a>> {
    let mut placed = Placed::new();
    for (field, values) in values {
        for (row, value) in values {
            let at = index.of_row(*row).ok_or(Error::NoRow(*row))?;
            placed.entry(at.fragment).or_default().entry(field).or_default().insert(at.offset, value);
        }
    }
    Ok(placed)
}

/// The columns of `ids` that belong together: a media column with its facts, any other alone.
pub(super) fn families<'a>(fields: &'a [Field], ids: &[FieldId]) -> Vec<Vec<&'a Field>> {
    let mut families: BTreeMap<FieldId, Vec<&Field>> = BTreeMap::new();
    for field in fields.iter().filter(|f| ids.contains(&f.id)) {
        families.entry(field.fact_of.unwrap_or(field.id)).or_default().push(field);
    }
    families.into_values().collect()
}

/// Writes columns of a fragment with some of their values replaced.
pub(super) async fn write(
    dataset: &Dataset,
    fragment: &Fragment,
    fields: &[&Field],
    values: &BTreeMap<FieldId, ByOffset<'_>>,
) -> Result<Vec<DataFile>> {
    let reader = FragmentReader::open(dataset, fragment, fields).await?;
    let mut writer = ColumnsWriter::new(fields)?;
    let mut lengths = blob_lengths(fragment);
    lengths.extend(new_blobs(values));
    let mut start = 0;
    for (row_group, rows) in fragment.row_groups.iter().enumerate() {
        let old = reader.read_row_group(row_group).await?;
        let mut columns = Vec::with_capacity(fields.len());
        for (field, old) in fields.iter().zip(old.columns()) {
            let new = values.get(&field.id).map(|v| v.range(start..start + rows));
            let new: Vec<(u32, &Value)> = new.into_iter().flatten().map(|(o, v)| (*o, *v)).collect();
            columns.push(mix(field, old, &new, start)?);
        }
        let schema = arrow_schema(fields.iter().copied(), Form::Read);
        let batch = RecordBatch::try_new(Arc::new(schema), columns)
            .map_err(Error::arrow("new values don't fit beside the old"))?;
        writer.write_row_group(&batch)?;
        start += rows;
    }
    writer.finish(dataset, &lengths).await
}

fn new_blobs(values: &BTreeMap<FieldId, ByOffset<'_>>) -> HashMap<ContentHash, u64> {
    values.values().flat_map(|v| v.values().filter_map(|v| blob_of(v))).collect()
}

/// The column of a row group that begins at row `start`, with the rows of `new` replaced.
fn mix(field: &Field, old: &ArrayRef, new: &[(u32, &Value)], start: u32) -> Result<ArrayRef> {
    if new.is_empty() {
        return Ok(Arc::clone(old));
    }
    let built = build::column(&field.feature, new.iter().map(|(_, v)| *v));
    let built = built.map_err(|source| wrong(field, source, new))?;
    let mut from: Vec<(usize, usize)> = (0..old.len()).map(|row| (0, row)).collect();
    for (i, (offset, _)) in new.iter().enumerate() {
        from[(offset - start) as usize] = (1, i);
    }
    interleave(&[old.as_ref(), built.as_ref()], &from)
        .map_err(Error::arrow("new values can't be put among the old"))
}

/// Names the row by its offset in the fragment rather than by its place among the new values.
fn wrong(field: &Field, mut source: BuildError, new: &[(u32, &Value)]) -> Error {
    if let BuildError::Kind { row, .. }
    | BuildError::Range { row, .. }
    | BuildError::Size { row, .. }
    | BuildError::Read { row, .. } = &mut source
    {
        *row = new.get(*row).map_or(*row, |(offset, _)| *offset as usize);
    }
    Error::Build { column: field.name.clone(), source }
}
