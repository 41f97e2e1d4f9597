//! Which images some values belong to, and the items of lists.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use hub_decode::{Limits, Plan};

use super::settings::Moving;

/// Why values can't be moved.
#[derive(Debug)]
pub enum MoveError {
    Arrow(ArrowError),
    /// The value of a row is at fault.
    Row {
        row: usize,
        problem: String,
    },
}

impl From<ArrowError> for MoveError {
    fn from(error: ArrowError) -> Self {
        Self::Arrow(error)
    }
}

/// Which images some values belong to.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The row of each value.
    pub rows: &'a [usize],
    /// What was done with the image of each row.
    pub plans: &'a [Option<Plan>],
    pub moving: &'a Moving,
    pub limits: &'a Limits,
}

impl Place<'_> {
    pub fn plan(&self, row: usize) -> Option<&Plan> {
        self.plans.get(row)?.as_ref()
    }
}

/// Moves the items of lists.
pub fn in_list(
    values: &ArrayRef,
    place: &Place<'_>,
    items: impl FnOnce(&ArrayRef, &Place<'_>) -> Result<ArrayRef, MoveError>,
) -> Result<ArrayRef, MoveError> {
    let Some(list) = values.as_list_opt::<i32>() else { return Ok(Arc::clone(values)) };
    // A slice has all items of the whole.
    let (start, end) = (list.value_offsets()[0] as usize, list.value_offsets()[list.len()] as usize);
    let mut of_items = vec![0; end - start];
    for (ends, row) in list.offsets().windows(2).zip(place.rows) {
        of_items[ends[0] as usize - start..ends[1] as usize - start].fill(*row);
    }
    let place = Place { rows: &of_items, ..*place };
    let moved = items(&list.values().slice(start, end - start), &place)?;
    let DataType::List(field) = list.data_type() else { return Ok(Arc::clone(values)) };
    let lengths = list.offsets().windows(2).map(|ends| (ends[1] - ends[0]) as usize);
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(ListArray::try_new(Arc::clone(field), offsets, moved, list.nulls().cloned())?))
}
