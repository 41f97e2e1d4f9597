//! Takes values of some rows over into a fragment, from fragments that arrange the rows differently.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::interleave;
use hub_schema::arrow_types::{Form, arrow_schema};
use hub_schema::{Field, FieldId, Fragment, Patch, Schema};
use roaring::RoaringBitmap;

use super::fragment::add_patches;
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::ops::diff::row_ids;
use crate::ops::rewrite::{ColumnsWriter, blob_lengths, drop_derived, take_over};
use crate::read::{FragmentIndex, FragmentReader, Place, Snapshot};

/// Values of one column to take over.
pub(super) struct Taken {
    pub field: FieldId,
    /// The offsets of the rows.
    pub rows: RoaringBitmap,
    /// The patches of the column afterwards.
    pub patches: Vec<Patch>,
}

/// The fragments that values are taken from.
#[derive(Clone, Copy)]
pub(super) struct From<'a> {
    pub snapshot: &'a Snapshot,
    /// Their places in the snapshot's list.
    pub fragments: &'a [usize],
}

/// Writes the columns of `taken` of a fragment, with the values that `from` has for some of their rows. Other columns
/// stay in their files.
pub(super) async fn write(
    dataset: &Dataset,
    from: From<'_>,
    mut fragment: Fragment,
    taken: &[Taken],
    schema: &Schema,
) -> Result<Fragment> {
    if taken.is_empty() {
        return Ok(fragment);
    }
    let fields: Vec<&Field> = taken.iter().filter_map(|t| schema.by_id(t.field)).collect();
    let reader = FragmentReader::open(dataset, &fragment, &fields).await?;
    let mut writer = ColumnsWriter::new(&fields)?;
    let all = taken.iter().fold(RoaringBitmap::new(), |all, t| all | &t.rows);
    let index = from.snapshot.index().await?;
    let places = places(index, from.fragments, &fragment, &all)?;
    let mut start = 0;
    for (row_group, rows) in fragment.row_groups.iter().enumerate() {
        let ours = reader.read_row_group(row_group).await?;
        let wanted: Vec<u32> = all.range(start..start + rows).collect();
        let theirs: Vec<Place> = wanted.iter().map(|offset| places[offset]).collect();
        let theirs = match theirs.is_empty() {
            true => ours.slice(0, 0),
            false => from.snapshot.read_places(&theirs, &fields).await?,
        };
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(fields.len());
        for (column, taken) in taken.iter().enumerate() {
            let mut sources: Vec<(usize, usize)> = (0..*rows as usize).map(|row| (0, row)).collect();
            for (i, offset) in wanted.iter().enumerate().filter(|(_, offset)| taken.rows.contains(**offset)) {
                sources[(offset - start) as usize] = (1, i);
            }
            let both = [ours.column(column).as_ref(), theirs.column(column).as_ref()];
            columns
                .push(interleave(&both, &sources).map_err(Error::arrow("two sides can't be put together"))?);
        }
        let arrow = arrow_schema(fields.iter().copied(), Form::Read);
        let batch = RecordBatch::try_new(Arc::new(arrow), columns)
            .map_err(Error::arrow("two sides don't fit together"))?;
        writer.write_row_group(&batch)?;
        start += rows;
    }
    let mut lengths: HashMap<_, _> = blob_lengths(&fragment);
    for place in from.fragments {
        lengths.extend(blob_lengths(&index.fragments()[*place]));
    }
    for file in writer.finish(dataset, &lengths).await? {
        let held = file.fields.clone();
        drop_derived(&mut fragment, schema, &held);
        take_over(&mut fragment, file, None);
        if let Some(file) = fragment.files.last_mut() {
            file.patches.clear();
            for taken in taken.iter().filter(|t| held.contains(&t.field)) {
                add_patches(file, taken.patches.clone());
            }
        }
    }
    Ok(fragment)
}

/// Where the fragments at some places of an index have the rows at some offsets of a fragment.
fn places(
    index: &FragmentIndex,
    fragments: &[usize],
    fragment: &Fragment,
    offsets: &RoaringBitmap,
) -> Result<HashMap<u32, Place>> {
    let ids = row_ids(fragment);
    let wanted: HashMap<u64, u32> = offsets.iter().map(|offset| (ids[offset as usize], offset)).collect();
    let mut places = HashMap::with_capacity(wanted.len());
    for place in fragments {
        for (offset, id) in row_ids(&index.fragments()[*place]).into_iter().enumerate() {
            if let Some(here) = wanted.get(&id) {
                places.insert(*here, Place { fragment: *place, offset: offset as u32 });
            }
        }
    }
    match offsets.iter().find(|offset| !places.contains_key(offset)) {
        None => Ok(places),
        Some(missing) => Err(Error::NoRow(fragment.row_id(missing))),
    }
}
