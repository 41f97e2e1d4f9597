//! The rows of each class of a label column, found by reading the labels.
//!
//! The same content as a label index, computed from the column: for where there is no index, and to build one.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::Int64Type;
use futures::stream::{self, StreamExt, TryStreamExt};
use hub_schema::Fragment;
use roaring::RoaringBitmap;

use super::{FragmentReader, LabelColumn, Snapshot};
use crate::error::{Error, Result};

/// Fragments that are read at a time.
const READERS: usize = 4;

/// The positions of the rows with a label, class by class.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Postings {
    /// The rows with at least one label of each class, by class number.
    pub classes: Vec<RoaringBitmap>,
    /// The rows without any label.
    pub unlabelled: RoaringBitmap,
}

impl Postings {
    /// Reads a label column of a revision.
    ///
    /// # Errors
    /// A store that fails, damaged files, more than 2³² rows.
    pub async fn read(snapshot: &Snapshot, label: &LabelColumn) -> Result<Self> {
        let index = snapshot.index().await?;
        if u32::try_from(index.rows()).is_err() {
            return Err(Error::TooManyRows { max: u32::MAX, found: index.rows() as usize });
        }
        let reads = index.fragments().iter().enumerate().map(|(i, fragment)| {
            let (snapshot, label) = (snapshot.clone(), label.clone());
            let start = index.start(i) as u32;
            let fragment = fragment.clone();
            async move { of_fragment(&snapshot, &fragment, start, &label).await }
        });
        let mut parts = stream::iter(reads.collect::<Vec<_>>()).buffered(READERS);
        let mut all = Self { classes: vec![RoaringBitmap::new(); label.names.len()], ..Self::default() };
        while let Some(part) = parts.try_next().await? {
            for (class, rows) in all.classes.iter_mut().zip(part.classes) {
                *class |= rows;
            }
            all.unlabelled |= part.unlabelled;
        }
        Ok(all)
    }

    /// The rows with at least one label of some classes.
    pub fn any_of(&self, mut wanted: impl FnMut(usize) -> bool) -> RoaringBitmap {
        let classes = self.classes.iter().enumerate().filter(|(class, _)| wanted(*class));
        classes.map(|(_, rows)| rows).fold(RoaringBitmap::new(), |all, rows| all | rows)
    }
}

async fn of_fragment(
    snapshot: &Snapshot,
    fragment: &Fragment,
    start: u32,
    label: &LabelColumn,
) -> Result<Postings> {
    let mut found =
        Postings { classes: vec![RoaringBitmap::new(); label.names.len()], ..Postings::default() };
    let field = snapshot.schema().by_id(label.field);
    let reader = FragmentReader::open(snapshot.dataset(), fragment, &Vec::from_iter(field)).await?;
    let (mut offset, mut position) = (0, start);
    for (group, rows) in fragment.row_groups.iter().enumerate() {
        let batch = reader.read_row_group(group).await?;
        let mut positions = Vec::with_capacity(*rows as usize);
        for row in 0..*rows {
            let live = !fragment.deleted.contains(offset + row);
            positions.push(live.then_some(position));
            position += u32::from(live);
        }
        let mut unlabelled: RoaringBitmap = positions.iter().flatten().copied().collect();
        each_label(batch.column(0), &label.path[1..], &mut |row, class| {
            let Some(position) = positions.get(row).copied().flatten() else { return };
            if let Some(rows) = usize::try_from(class).ok().and_then(|c| found.classes.get_mut(c)) {
                rows.insert(position);
                unlabelled.remove(position);
            }
        });
        found.unlabelled |= unlabelled;
        offset += rows;
    }
    Ok(found)
}

/// Gives each label below a path of members, with the row it belongs to, including those in lists.
fn each_label(column: &ArrayRef, members: &[String], found: &mut impl FnMut(usize, i64)) {
    let mut rows: Vec<usize> = (0..column.len()).collect();
    let mut array = ArrayRef::clone(column);
    let mut members = members.iter();
    loop {
        if let Some(list) = array.clone().as_list_opt::<i32>() {
            let mut owners = vec![usize::MAX; list.values().len()];
            for (item, row) in rows.iter().enumerate().filter(|(item, _)| list.is_valid(*item)) {
                let ends = list.value_offsets();
                owners[ends[item] as usize..ends[item + 1] as usize].fill(*row);
            }
            rows = owners;
            array = ArrayRef::clone(list.values());
        } else if let Some(parent) = array.clone().as_struct_opt() {
            let Some(child) = members.next().and_then(|m| parent.column_by_name(m)) else { return };
            for (item, row) in rows.iter_mut().enumerate() {
                if parent.is_null(item) {
                    *row = usize::MAX;
                }
            }
            array = ArrayRef::clone(child);
        } else {
            break;
        }
    }
    let Some(labels) = array.as_primitive_opt::<Int64Type>() else { return };
    for (item, row) in rows.into_iter().enumerate().filter(|(item, _)| labels.is_valid(*item)) {
        found(row, labels.value(item));
    }
}
