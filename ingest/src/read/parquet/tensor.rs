//! Tensors from the layouts that other writers give them: fixed-size binary, fixed-size lists, lists in lists.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, FixedSizeBinaryBuilder, make_array};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use hub_schema::DType;
use hub_schema::arrow_types::number_type;

use super::infer::tensor_bytes;
use super::lists::{dense, parts};

/// The column as fixed-size binary, row-major and little-endian.
///
/// # Errors
/// A row has another shape, or misses a value.
pub fn column(array: &ArrayRef, dtype: DType, shape: &[usize]) -> Result<ArrayRef, String> {
    let bytes = tensor_bytes(dtype, shape).ok_or("a tensor with no elements, or with too many bytes")?;
    if *array.data_type() == DataType::FixedSizeBinary(bytes as i32) {
        return Ok(Arc::clone(array));
    }
    let mut out = FixedSizeBinaryBuilder::with_capacity(array.len(), bytes as i32);
    for row in 0..array.len() {
        if array.is_null(row) {
            out.append_null();
            continue;
        }
        let one = array.slice(row, 1);
        let content = if let Some(binary) = binary(&one) { binary } else { elements(&one, dtype, shape)? };
        if content.len() != bytes {
            return Err(format!(
                "a tensor has {} bytes, expected {bytes} for the shape {shape:?}",
                content.len()
            ));
        }
        out.append_value(content).map_err(|e| e.to_string())?;
    }
    Ok(Arc::new(out.finish()))
}

fn binary(one: &ArrayRef) -> Option<Vec<u8>> {
    Some(match one.data_type() {
        DataType::Binary => one.as_binary::<i32>().value(0).to_vec(),
        DataType::LargeBinary => one.as_binary::<i64>().value(0).to_vec(),
        DataType::BinaryView => one.as_binary_view().value(0).to_vec(),
        DataType::FixedSizeBinary(_) => one.as_fixed_size_binary().value(0).to_vec(),
        _ => return None,
    })
}

/// The numbers of one row, level by level.
fn elements(one: &ArrayRef, dtype: DType, shape: &[usize]) -> Result<Vec<u8>, String> {
    let mut level = Arc::clone(one);
    let mut lengths = shape.iter();
    let product = shape.iter().product::<usize>();
    while matches!(
        level.data_type(),
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..)
    ) {
        if level.null_count() > 0 {
            return Err("a tensor with a missing (null) list".into());
        }
        let list = parts(&level)?;
        // One flat list may hold all dimensions.
        let flat = !matches!(
            list.items.data_type(),
            DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..)
        );
        let wanted = lengths.next().copied().unwrap_or(0);
        let wanted = if flat && level.len() == 1 { product } else { wanted };
        if let Some(found) = list.offsets.lengths().find(|found| *found != wanted) {
            return Err(format!(
                "a tensor has a list of length {found}, expected {wanted} for the shape {shape:?}"
            ));
        }
        level = dense(&list);
    }
    if level.null_count() > 0 {
        return Err("a tensor with a missing (null) number".into());
    }
    let numbers = cast(&level, &number_type(dtype)).map_err(|e| e.to_string())?;
    if numbers.null_count() > 0 {
        return Err(format!("a number that does not fit {}", dtype.numpy()));
    }
    // A fresh array begins at its buffer's start; elements are little-endian as on every machine we run on.
    let data = make_array(numbers.to_data()).to_data();
    let (offset, size) = (data.offset() * dtype.size_bytes(), data.len() * dtype.size_bytes());
    let buffer = data.buffers().first().ok_or("a tensor without data")?;
    Ok(buffer.as_slice().get(offset..offset + size).unwrap_or_default().to_vec())
}
