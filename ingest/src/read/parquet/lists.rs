//! The many layouts of a list as one.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, StructArray};
use arrow::buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, Fields};

/// A list's parts: item `offsets[i]..offsets[i + 1]` of `items` are row `i`'s.
pub struct Parts {
    pub offsets: OffsetBuffer<i32>,
    pub items: ArrayRef,
    pub nulls: Option<NullBuffer>,
}

/// Takes a list, a map, or a struct of lists (as a list of structs) apart.
///
/// # Errors
/// The array is none, or its members are of different lengths.
pub fn parts(array: &ArrayRef) -> Result<Parts, String> {
    let nulls = array.nulls().cloned();
    match array.data_type() {
        DataType::List(_) => {
            let list = array.as_list::<i32>();
            Ok(Parts { offsets: list.offsets().clone(), items: Arc::clone(list.values()), nulls })
        }
        DataType::LargeList(_) => {
            let list = array.as_list::<i64>();
            let offsets: Result<Vec<i32>, _> = list.offsets().iter().map(|o| i32::try_from(*o)).collect();
            let offsets = offsets.map_err(|_| "more than 2 billion items in some rows".to_owned())?;
            let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
            Ok(Parts { offsets, items: Arc::clone(list.values()), nulls })
        }
        DataType::FixedSizeList(_, length) => {
            let list = array.as_fixed_size_list();
            let lengths = std::iter::repeat_n(*length as usize, list.len());
            Ok(Parts {
                offsets: OffsetBuffer::from_lengths(lengths),
                items: Arc::clone(list.values()),
                nulls,
            })
        }
        DataType::Map(..) => {
            let map = array.as_map();
            Ok(Parts { offsets: map.offsets().clone(), items: Arc::new(map.entries().clone()), nulls })
        }
        DataType::Struct(fields) => members(array.as_struct(), fields, nulls),
        other => Err(format!("{other} is not a list")),
    }
}

/// A struct of lists, which must be equally long in each row.
fn members(array: &StructArray, fields: &Fields, nulls: Option<NullBuffer>) -> Result<Parts, String> {
    let mut lengths: Option<Vec<usize>> = None;
    let mut items = Vec::new();
    for (field, column) in fields.iter().zip(array.columns()) {
        let list = parts(column)?;
        let found: Vec<usize> = list.offsets.lengths().collect();
        if lengths.as_ref().is_some_and(|known| *known != found) {
            return Err(format!(
                "the list '{}' differs in length from the other lists of its struct",
                field.name()
            ));
        }
        lengths = Some(found);
        items.push((field.name().clone(), dense(&list)));
    }
    let lengths = lengths.ok_or("a struct without lists")?;
    let fields: Fields =
        items.iter().map(|(name, a)| Field::new(name, a.data_type().clone(), true)).collect();
    let arrays = items.into_iter().map(|(_, array)| array).collect();
    let structs = StructArray::try_new(fields, arrays, None).map_err(|e| e.to_string())?;
    Ok(Parts { offsets: OffsetBuffer::from_lengths(lengths), items: Arc::new(structs), nulls })
}

/// The items of the rows, without what may stand before and after them.
pub fn dense(list: &Parts) -> ArrayRef {
    let first = list.offsets.first().copied().unwrap_or(0) as usize;
    let last = list.offsets.last().copied().unwrap_or(0) as usize;
    list.items.slice(first, last - first)
}

/// Puts a list together again, with other items.
///
/// # Errors
/// They don't fit.
pub fn list_of(
    offsets: OffsetBuffer<i32>,
    items: ArrayRef,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef, String> {
    let item = Arc::new(Field::new("item", items.data_type().clone(), true));
    let list = ListArray::try_new(item, offsets, items, nulls).map_err(|e| e.to_string())?;
    Ok(Arc::new(list))
}
