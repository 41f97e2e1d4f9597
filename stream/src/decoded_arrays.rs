//! Arrays of decoded values, without a copy of them: tensors of one size, and values of their own sizes.

use std::sync::Arc;

use arrow::array::{ArrayData, ArrayRef, BinaryViewArray, FixedSizeListArray, make_array, make_view};
use arrow::buffer::{Buffer, NullBuffer};
use arrow::datatypes::{DataType, FieldRef};
use arrow::error::ArrowError;
use bytes::BytesMut;
use hub_decode::Dtype;

/// The Arrow type of a channel of a pixel. Arrow has no bfloat16: its bits are those of a 16-bit number.
pub fn channel_type(dtype: Dtype) -> DataType {
    match dtype {
        Dtype::U8 => DataType::UInt8,
        Dtype::F16 => DataType::Float16,
        Dtype::Bf16 => DataType::UInt16,
        Dtype::F32 => DataType::Float32,
    }
}

/// Lists of `length` numbers of `item`'s type, whose bytes lie next to each other.
pub fn tensor(
    bytes: BytesMut,
    item: &FieldRef,
    length: i32,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef, ArrowError> {
    let value_bytes = item.data_type().primitive_width().unwrap_or(1);
    let data = ArrayData::builder(item.data_type().clone()).len(bytes.len() / value_bytes);
    // An allocation is aligned for every number; where it weren't, this would copy.
    let data = data.add_buffer(Buffer::from(bytes.freeze())).align_buffers(true).build()?;
    let tensor = FixedSizeListArray::try_new(Arc::clone(item), length, make_array(data), nulls)?;
    Ok(Arc::new(tensor))
}

/// A binary value of each of `values`, which become its buffers.
pub fn binary_views(values: impl ExactSizeIterator<Item = Vec<u8>>) -> Result<BinaryViewArray, ArrowError> {
    let mut buffers = Vec::with_capacity(values.len());
    let mut views = Vec::with_capacity(values.len());
    for bytes in values {
        // Values of up to 12 bytes are in the view itself.
        let place = buffers.len() as u32;
        views.push(make_view(&bytes, place, 0));
        if bytes.len() > 12 {
            buffers.push(Buffer::from_vec(bytes));
        }
    }
    BinaryViewArray::try_new(views.into(), buffers, None)
}

/// The numbers of rows of the parts of a batch: `rows` each, but the last may have fewer.
pub fn part_lengths(batch_rows: usize, rows: usize) -> impl Iterator<Item = usize> {
    (0..batch_rows).step_by(rows.max(1)).map(move |start| rows.min(batch_rows - start))
}
