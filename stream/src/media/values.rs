//! Where decoded samples and pixels go: parts of a batch's buffer, and the array that they become.

use std::sync::Arc;

use arrow::array::{ArrayRef, StructArray, UInt32Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, FieldRef, Fields};
use arrow::error::ArrowError;
use bytes::BytesMut;

use super::columns::Decoded;
use crate::decoded_arrays::{binary_views, part_lengths, tensor};

/// The values of some rows of one column.
#[derive(Debug)]
pub enum Values {
    /// Rows of a fixed size, next to each other: a part of the batch's buffer.
    Fixed { bytes: BytesMut, row_bytes: usize },
    /// Rows of their own size.
    Sized(Vec<OwnSize>),
}

/// A value of its own size.
#[derive(Clone, Debug, Default)]
pub struct OwnSize {
    /// Samples, or pixels.
    pub bytes: Vec<u8>,
    /// As [`sides`](super::spec::MediaSpec::sides) names them.
    pub sides: [u32; 3],
}

impl Values {
    /// Bytes of all rows.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Fixed { bytes, .. } => bytes.len() as u64,
            Self::Sized(values) => values.iter().map(|value| value.bytes.len() as u64).sum(),
        }
    }

    /// Makes a row's values zeros again.
    pub fn blank(&mut self, at: usize) {
        match self {
            Self::Fixed { bytes, row_bytes } => {
                let row = bytes.get_mut(at * *row_bytes..(at + 1) * *row_bytes);
                row.unwrap_or_default().fill(0);
            }
            Self::Sized(values) => {
                if let Some(value) = values.get_mut(at) {
                    *value = OwnSize::default();
                }
            }
        }
    }
}

/// The parts of a column, of `rows` rows each (the last may have fewer), in their order. Their values are zeros.
pub fn parts(column: &Decoded, batch_rows: usize, rows: usize) -> Vec<Values> {
    let mut whole = BytesMut::zeroed(batch_rows * column.row_bytes.unwrap_or(0));
    let part = |rows: usize| match column.row_bytes {
        Some(row_bytes) => Values::Fixed { bytes: whole.split_to(rows * row_bytes), row_bytes },
        None => Values::Sized(vec![OwnSize::default(); rows]),
    };
    part_lengths(batch_rows, rows).map(part).collect()
}

/// The array of a column from all its parts, which are those of [`parts`] in the same order.
pub fn array(
    parts: Vec<Values>,
    field: &FieldRef,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef, ArrowError> {
    let mut whole = BytesMut::new();
    let mut sized = Vec::new();
    for part in parts {
        match part {
            // They lie next to each other, so this only joins the handles.
            Values::Fixed { bytes, .. } => whole.unsplit(bytes),
            Values::Sized(values) => sized.extend(values),
        }
    }
    match field.data_type() {
        DataType::FixedSizeList(item, length) => tensor(whole, item, *length, nulls),
        DataType::Struct(members) => own_sizes(sized, members, nulls),
        other => Err(ArrowError::SchemaError(format!("decoded values can't be {other}"))),
    }
}

fn own_sizes(
    sized: Vec<OwnSize>,
    members: &Fields,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef, ArrowError> {
    let side = |side: usize| {
        let sides = sized.iter().map(|value| value.sides.get(side).copied().unwrap_or_default());
        Arc::new(UInt32Array::from_iter_values(sides)) as ArrayRef
    };
    let sides: Vec<ArrayRef> = (0..members.len().saturating_sub(1)).map(side).collect();
    let values = binary_views(sized.into_iter().map(|value| value.bytes))?;
    let columns = std::iter::once(Arc::new(values) as ArrayRef).chain(sides).collect();
    Ok(Arc::new(StructArray::try_new(members.clone(), columns, nulls)?))
}
