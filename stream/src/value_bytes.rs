//! How many bytes the values of an array take.
//!
//! A sliced array, or one that views a mapped file, refers to buffers that are far larger than its values, so the bytes are
//! counted value by value; none of them is read.

use arrow::array::{Array, ArrayRef, AsArray, BinaryViewArray};
use arrow::datatypes::DataType;

/// Bytes of an array's values.
pub fn value_bytes(array: &ArrayRef) -> u64 {
    let offsets = |offsets: &[i32]| match (offsets.first(), offsets.last()) {
        (Some(first), Some(last)) => (last - first) as u64,
        _ => 0,
    };
    match array.data_type() {
        DataType::BinaryView => views(array.as_binary_view()),
        DataType::Utf8View => views(&array.as_string_view().clone().to_binary_view()),
        DataType::Binary => offsets(array.as_binary::<i32>().value_offsets()),
        DataType::Utf8 => offsets(array.as_string::<i32>().value_offsets()),
        DataType::FixedSizeBinary(width) => array.len() as u64 * u64::from(width.unsigned_abs()),
        DataType::Struct(_) => array.as_struct().columns().iter().map(value_bytes).sum(),
        DataType::List(_) => {
            let list = array.as_list::<i32>();
            let (start, len) = (list.value_offsets()[0] as usize, offsets(list.value_offsets()) as usize);
            value_bytes(&list.values().slice(start, len))
        }
        DataType::FixedSizeList(_, width) => {
            let list = array.as_fixed_size_list();
            let width = usize::try_from(*width).unwrap_or(0);
            value_bytes(&list.values().slice(list.value_offset(0) as usize, list.len() * width))
        }
        // Booleans are packed into bits.
        DataType::Boolean => (array.len() as u64).div_ceil(8),
        other => array.len() as u64 * other.primitive_width().unwrap_or(0) as u64,
    }
}

fn views(array: &BinaryViewArray) -> u64 {
    array.iter().flatten().map(|value| value.len() as u64).sum()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{BooleanArray, FixedSizeListArray, Int64Array, ListArray, StringArray};
    use arrow::datatypes::Int64Type;

    use super::*;

    #[test]
    fn only_what_is_shown_counts() {
        let long = [0_u8; 100];
        let view: ArrayRef = Arc::new(BinaryViewArray::from_iter([Some(&long[..]), None, Some(b"abc")]));
        assert_eq!((value_bytes(&view), value_bytes(&view.slice(1, 2))), (103, 3));
        let ints: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
        assert_eq!(value_bytes(&ints.slice(1, 1)), 8);
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("ab"), None, Some("cde")]));
        assert_eq!((value_bytes(&texts), value_bytes(&texts.slice(1, 2))), (5, 3));
        let flags: ArrayRef = Arc::new(BooleanArray::from(vec![true; 9]));
        assert_eq!(value_bytes(&flags), 2);
        let lists: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>([
            Some(vec![Some(1)]),
            None,
            Some(vec![Some(2), Some(3)]),
        ]));
        assert_eq!((value_bytes(&lists), value_bytes(&lists.slice(1, 2))), (24, 16));
        let pairs = FixedSizeListArray::from_iter_primitive::<Int64Type, _, _>(
            [vec![Some(1), Some(2)], vec![Some(3), Some(4)]].map(Some),
            2,
        );
        let pairs: ArrayRef = Arc::new(pairs);
        assert_eq!((value_bytes(&pairs), value_bytes(&pairs.slice(1, 1))), (32, 16));
    }
}
