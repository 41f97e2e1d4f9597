//! Reads every byte of an array's values, and counts them.
//!
//! A sliced array, or one that views a mapped file, refers to buffers that are far larger than its values, so the bytes are
//! counted value by value.

use arrow::array::{Array, ArrayRef, AsArray, BinaryViewArray, make_array};
use arrow::datatypes::DataType;

/// The number of bytes of an array's values, and a checksum that requires reading all of them.
pub fn array(array: &ArrayRef) -> (u64, u64) {
    match array.data_type() {
        DataType::BinaryView => views(array.as_binary_view()),
        DataType::Utf8View => views(&array.as_string_view().clone().to_binary_view()),
        DataType::Binary => values(array, |i| array.as_binary::<i32>().value(i)),
        DataType::Utf8 => values(array, |i| array.as_string::<i32>().value(i).as_bytes()),
        DataType::FixedSizeBinary(_) => values(array, |i| array.as_fixed_size_binary().value(i)),
        DataType::Struct(_) => add(array.as_struct().columns().iter().map(self::array)),
        DataType::List(_) => {
            let list = array.as_list::<i32>();
            let (start, end) = (list.value_offsets()[0], list.value_offsets()[list.len()]);
            self::array(&list.values().slice(start as usize, (end - start) as usize))
        }
        DataType::FixedSizeList(_, width) => {
            let width = usize::try_from(*width).unwrap_or(0);
            let list = array.as_fixed_size_list();
            self::array(&list.values().slice(list.value_offset(0) as usize, list.len() * width))
        }
        _ => primitive(array),
    }
}

/// Numbers, booleans and timestamps, whose values are in one buffer.
fn primitive(array: &ArrayRef) -> (u64, u64) {
    let data = array.to_data();
    let width = data.data_type().primitive_width().unwrap_or(0);
    let bytes = data.buffers().first().map_or(&[][..], |buffer| buffer.as_slice());
    let shown = bytes.get(data.offset() * width..(data.offset() + data.len()) * width).unwrap_or_default();
    if width == 0 {
        // Booleans are packed into bits.
        return ((array.len() as u64).div_ceil(8), make_array(data).null_count() as u64);
    }
    (shown.len() as u64, sum(shown))
}

fn views(array: &BinaryViewArray) -> (u64, u64) {
    let shown = array.iter().flatten();
    add(shown.map(|value| (value.len() as u64, sum(value))))
}

fn values<'a>(array: &ArrayRef, value: impl Fn(usize) -> &'a [u8]) -> (u64, u64) {
    let shown = (0..array.len()).filter(|i| array.is_valid(*i)).map(value);
    add(shown.map(|value| (value.len() as u64, sum(value))))
}

fn add(parts: impl Iterator<Item = (u64, u64)>) -> (u64, u64) {
    parts.fold((0, 0), |(bytes, sum), (b, s)| (bytes + b, sum ^ s))
}

/// XOR of eight bytes at a time, so that the checksum costs less than the read.
fn sum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let words = words.iter().fold(0, |sum, word| sum ^ u64::from_le_bytes(*word));
    rest.iter().fold(words, |sum, byte| sum ^ u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{BooleanArray, Int64Array, ListArray, StringArray};
    use arrow::datatypes::Int64Type;

    use super::*;

    #[test]
    fn only_what_is_shown_counts() {
        let size = |a: ArrayRef| array(&a).0;
        let long = [0_u8; 100];
        let view: ArrayRef = Arc::new(BinaryViewArray::from_iter([Some(&long[..]), None, Some(b"abc")]));
        assert_eq!(size(Arc::clone(&view)), 103);
        assert_eq!(size(view.slice(1, 2)), 3);
        let ints: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
        assert_eq!((size(ints.slice(1, 1)), array(&ints.slice(1, 1)).1), (8, 2));
        assert_eq!(size(Arc::new(StringArray::from(vec![Some("ab"), None]))), 2);
        assert_eq!(size(Arc::new(BooleanArray::from(vec![true; 9]))), 2);
        let lists: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>([
            Some(vec![Some(1)]),
            None,
            Some(vec![Some(2), Some(3)]),
        ]));
        assert_eq!(size(lists.slice(1, 2)), 16);
    }
}
