//! Samples → Arrow columns.
//!
//! Works column by column and recursively: the values of a list are laid end to end and built as one column.
//! Encoded media become views of the bytes that were read, without a copy; a medium that is stored as an
//! object of its own ([`super::ReadAt::blob`]) becomes a null with the path `blobs/<hash>`.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryBuilder, BinaryViewBuilder, BooleanBuilder, FixedSizeBinaryBuilder, ListArray,
    PrimitiveBuilder, StringBuilder, StructArray, TimestampMicrosecondArray,
};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Fields, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use hub_schema::arrow_types::{Form, data_type};
use hub_schema::{DType, Feature, MaskEncoding, StructField};

use super::{MediaBytes, Value};

/// A value does not fit its column.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The value is of another kind.
    #[error("row {row}: expected {expected}, found {found}")]
    Kind {
        /// The row, counted from 0 in the values given.
        row: usize,
        /// The feature, in words.
        expected: String,
        /// The value's kind, as [`Value::kind`] names it.
        found: &'static str,
    },
    /// The number is too great or too small for its type, or the class number names no class.
    #[error("row {row}: {value} does not fit {expected}")]
    Range {
        /// The row, counted from 0 in the values given.
        row: usize,
        /// The feature, in words.
        expected: String,
        /// The value as text.
        value: String,
    },
    /// A tensor or struct of the wrong size.
    #[error("row {row}: {expected} has {wanted} {unit}, found {found}")]
    Size {
        /// The row, counted from 0 in the values given.
        row: usize,
        /// The feature, in words.
        expected: String,
        /// What is counted: `bytes` or `members`.
        unit: &'static str,
        /// How many there must be.
        wanted: usize,
        /// The number found.
        found: usize,
    },
    /// A medium could not be read.
    #[error("row {row}: can't read '{name}'")]
    Read {
        /// The row, counted from 0 in the values given.
        row: usize,
        /// The name of the image, audio or video.
        name: String,
        /// The error of reading it.
        source: std::io::Error,
    },
    /// Arrow failed to build a column of that feature.
    #[error("column of {0} can't be built")]
    Arrow(String, #[source] arrow::error::ArrowError),
}

impl BuildError {
    /// The row it is about, counted from 0 in the values given.
    pub fn row(&self) -> Option<usize> {
        match self {
            Self::Kind { row, .. }
            | Self::Range { row, .. }
            | Self::Size { row, .. }
            | Self::Read { row, .. } => Some(*row),
            Self::Arrow(..) => None,
        }
    }
}

/// Where the values of a (possibly nested) column stand: each with the row it belongs to.
type Cells<'a> = [(usize, &'a Value)];

/// Builds the column of `feature` from one value a row.
///
/// # Errors
/// The first value that does not fit.
pub fn column<'a>(
    feature: &Feature,
    values: impl IntoIterator<Item = &'a Value>,
) -> Result<ArrayRef, BuildError> {
    let cells: Vec<_> = values.into_iter().enumerate().collect();
    build(feature, &cells)
}

fn build(feature: &Feature, cells: &Cells<'_>) -> Result<ArrayRef, BuildError> {
    Ok(match feature {
        Feature::Image | Feature::Audio | Feature::Video | Feature::Mask { encoding: MaskEncoding::Png } => {
            media(feature, cells)?
        }
        Feature::Tensor { .. } => tensor(feature, cells)?,
        Feature::ClassLabel { names, .. } => labels(feature, names.len(), cells)?,
        Feature::Number { dtype } => number(feature, *dtype, cells)?,
        Feature::Bool => {
            let mut b = BooleanBuilder::with_capacity(cells.len());
            for (row, value) in cells {
                match value {
                    Value::Null => b.append_null(),
                    Value::Bool(v) => b.append_value(*v),
                    other => return Err(kind(feature, *row, other)),
                }
            }
            Arc::new(b.finish())
        }
        Feature::Text | Feature::Json => {
            let mut b = StringBuilder::with_capacity(cells.len(), cells.len() * 16);
            for (row, value) in cells {
                match value {
                    Value::Null => b.append_null(),
                    Value::Text(v) => b.append_value(v),
                    other => return Err(kind(feature, *row, other)),
                }
            }
            Arc::new(b.finish())
        }
        Feature::Binary => {
            let mut b = BinaryBuilder::new();
            for (row, value) in cells {
                match value {
                    Value::Null => b.append_null(),
                    Value::Bytes(v) => b.append_value(v),
                    other => return Err(kind(feature, *row, other)),
                }
            }
            Arc::new(b.finish())
        }
        Feature::Timestamp => {
            let micros = ints::<Int64Type>(feature, cells)?;
            Arc::new(
                micros.reinterpret_cast::<arrow::datatypes::TimestampMicrosecondType>().with_timezone("UTC"),
            ) as Arc<TimestampMicrosecondArray>
        }
        Feature::List { item } => list(feature, item, cells)?,
        Feature::Struct { fields } => structure(feature, fields, cells)?,
        Feature::Bbox
        | Feature::Polygon
        | Feature::Mask { encoding: MaskEncoding::Rle }
        | Feature::Keypoints { .. }
        | Feature::Link => match feature.layout() {
            Some(Feature::List { item }) => list(feature, item, cells)?,
            Some(Feature::Struct { fields }) => structure(feature, fields, cells)?,
            _ => return unexpected(feature),
        },
    })
}

fn kind(feature: &Feature, row: usize, found: &Value) -> BuildError {
    BuildError::Kind { row, expected: feature.describe(), found: found.kind() }
}

fn range(feature: &Feature, row: usize, value: impl ToString) -> BuildError {
    BuildError::Range { row, expected: feature.describe(), value: value.to_string() }
}

fn media(feature: &Feature, cells: &Cells<'_>) -> Result<ArrayRef, BuildError> {
    let mut bytes = BinaryViewBuilder::with_capacity(cells.len());
    let mut paths = StringBuilder::new();
    let mut valid = Vec::with_capacity(cells.len());
    for (row, value) in cells {
        let medium = match value {
            Value::Null => {
                bytes.append_null();
                paths.append_null();
                valid.push(false);
                continue;
            }
            Value::Media(medium) => medium,
            other => return Err(kind(feature, *row, other)),
        };
        valid.push(true);
        if let MediaBytes::Object(object) = &medium.bytes
            && let Some(hash) = object.blob()
        {
            bytes.append_null();
            paths.append_value(format!("blobs/{hash}"));
            continue;
        }
        let content = medium.bytes.read_all().map_err(|source| BuildError::Read {
            row: *row,
            name: medium.name.clone(),
            source,
        })?;
        let length = u32::try_from(content.len()).map_err(|_| range(feature, *row, content.len()))?;
        if length <= 12 {
            bytes.append_value(&content);
        } else {
            let block = bytes.append_block(Buffer::from(content));
            bytes.try_append_view(block, 0, length).map_err(|e| BuildError::Arrow(feature.describe(), e))?;
        }
        paths.append_value(&medium.name);
    }
    let DataType::Struct(fields) = data_type(feature, Form::Read) else { return unexpected(feature) };
    finish_struct(feature, fields, vec![Arc::new(bytes.finish()), Arc::new(paths.finish())], valid)
}

fn tensor(feature: &Feature, cells: &Cells<'_>) -> Result<ArrayRef, BuildError> {
    let DataType::FixedSizeBinary(size) = data_type(feature, Form::Read) else {
        return unexpected(feature);
    };
    let arrow = |e| BuildError::Arrow(feature.describe(), e);
    let mut b = FixedSizeBinaryBuilder::with_capacity(cells.len(), size);
    for (row, value) in cells {
        match value {
            Value::Null => b.append_null(),
            Value::Bytes(v) if v.len() == size as usize => b.append_value(v).map_err(arrow)?,
            Value::Bytes(v) => {
                return Err(BuildError::Size {
                    row: *row,
                    expected: feature.describe(),
                    unit: "bytes",
                    wanted: size as usize,
                    found: v.len(),
                });
            }
            other => return Err(kind(feature, *row, other)),
        }
    }
    Ok(Arc::new(b.finish()))
}

fn labels(feature: &Feature, classes: usize, cells: &Cells<'_>) -> Result<ArrayRef, BuildError> {
    for (row, value) in cells {
        if let Value::Int(v) = value
            && usize::try_from(*v).map_or(true, |v| v >= classes)
        {
            return Err(range(feature, *row, v));
        }
    }
    Ok(Arc::new(ints::<Int64Type>(feature, cells)?))
}

fn ints<T: ArrowPrimitiveType>(
    feature: &Feature,
    cells: &Cells<'_>,
) -> Result<arrow::array::PrimitiveArray<T>, BuildError>
where
    T::Native: TryFrom<i64>,
{
    let mut b = PrimitiveBuilder::<T>::with_capacity(cells.len());
    for (row, value) in cells {
        match value {
            Value::Null => b.append_null(),
            Value::Int(v) => b.append_value(T::Native::try_from(*v).map_err(|_| range(feature, *row, v))?),
            other => return Err(kind(feature, *row, other)),
        }
    }
    Ok(b.finish())
}

fn unsigned(feature: &Feature, cells: &Cells<'_>) -> Result<ArrayRef, BuildError> {
    let mut b = PrimitiveBuilder::<UInt64Type>::with_capacity(cells.len());
    for (row, value) in cells {
        match value {
            Value::Null => b.append_null(),
            Value::UInt(v) => b.append_value(*v),
            Value::Int(v) => b.append_value(u64::try_from(*v).map_err(|_| range(feature, *row, v))?),
            other => return Err(kind(feature, *row, other)),
        }
    }
    Ok(Arc::new(b.finish()))
}

fn floats<T: ArrowPrimitiveType>(
    feature: &Feature,
    cells: &Cells<'_>,
    convert: impl Fn(f64) -> T::Native,
) -> Result<ArrayRef, BuildError> {
    let mut b = PrimitiveBuilder::<T>::with_capacity(cells.len());
    for (row, value) in cells {
        match value {
            Value::Null => b.append_null(),
            Value::Float(v) => b.append_value(convert(*v)),
            Value::Int(v) => b.append_value(convert(*v as f64)),
            other => return Err(kind(feature, *row, other)),
        }
    }
    Ok(Arc::new(b.finish()))
}

fn number(feature: &Feature, dtype: DType, cells: &Cells<'_>) -> Result<ArrayRef, BuildError> {
    Ok(match dtype {
        DType::U8 => Arc::new(ints::<UInt8Type>(feature, cells)?),
        DType::I8 => Arc::new(ints::<Int8Type>(feature, cells)?),
        DType::U16 => Arc::new(ints::<UInt16Type>(feature, cells)?),
        DType::I16 => Arc::new(ints::<Int16Type>(feature, cells)?),
        DType::U32 => Arc::new(ints::<UInt32Type>(feature, cells)?),
        DType::I32 => Arc::new(ints::<Int32Type>(feature, cells)?),
        DType::U64 => unsigned(feature, cells)?,
        DType::I64 => Arc::new(ints::<Int64Type>(feature, cells)?),
        DType::F32 => floats::<Float32Type>(feature, cells, |v| v as f32)?,
        DType::F64 => floats::<Float64Type>(feature, cells, |v| v)?,
    })
}

fn list(feature: &Feature, item: &Feature, cells: &Cells<'_>) -> Result<ArrayRef, BuildError> {
    let mut inner = Vec::new();
    let mut lengths = Vec::with_capacity(cells.len());
    let mut valid = Vec::with_capacity(cells.len());
    for (row, value) in cells {
        let items: &[Value] = match value {
            Value::Null => &[],
            Value::List(items) => items,
            other => return Err(kind(feature, *row, other)),
        };
        valid.push(!matches!(value, Value::Null));
        lengths.push(items.len());
        inner.extend(items.iter().map(|v| (*row, v)));
    }
    if i32::try_from(inner.len()).is_err() {
        return Err(range(feature, cells.first().map_or(0, |c| c.0), inner.len()));
    }
    let DataType::List(field) = data_type(feature, Form::Read) else { return unexpected(feature) };
    let values = build(item, &inner)?;
    let array = ListArray::try_new(field, OffsetBuffer::from_lengths(lengths), values, nulls(valid))
        .map_err(|e| BuildError::Arrow(feature.describe(), e))?;
    Ok(Arc::new(array))
}

fn structure(feature: &Feature, members: &[StructField], cells: &Cells<'_>) -> Result<ArrayRef, BuildError> {
    const NULL: Value = Value::Null;
    // A box may be null as a whole, but its members may not.
    let complete = matches!(feature, Feature::Bbox | Feature::Mask { .. });
    let mut valid = Vec::with_capacity(cells.len());
    for (row, value) in cells {
        match value {
            Value::Null => valid.push(false),
            Value::Struct(values) if values.len() == members.len() => valid.push(true),
            Value::Struct(values) => {
                return Err(BuildError::Size {
                    row: *row,
                    expected: feature.describe(),
                    unit: "members",
                    wanted: members.len(),
                    found: values.len(),
                });
            }
            other => return Err(kind(feature, *row, other)),
        }
    }
    let DataType::Struct(fields) = data_type(feature, Form::Read) else { return unexpected(feature) };
    let mut columns = Vec::with_capacity(members.len());
    for (i, StructField { feature: member, .. }) in members.iter().enumerate() {
        let mut inner = Vec::with_capacity(cells.len());
        for (row, value) in cells {
            match value {
                Value::Struct(values) if complete && values[i] == NULL => {
                    return Err(kind(member, *row, &values[i]));
                }
                Value::Struct(values) => inner.push((*row, &values[i])),
                _ => inner.push((*row, &NULL)),
            }
        }
        columns.push(build(member, &inner)?);
    }
    finish_struct(feature, fields, columns, valid)
}

fn finish_struct(
    feature: &Feature,
    fields: Fields,
    columns: Vec<ArrayRef>,
    valid: Vec<bool>,
) -> Result<ArrayRef, BuildError> {
    let array = StructArray::try_new(fields, columns, nulls(valid))
        .map_err(|e| BuildError::Arrow(feature.describe(), e))?;
    Ok(Arc::new(array))
}

fn nulls(valid: Vec<bool>) -> Option<NullBuffer> {
    valid.contains(&false).then(|| NullBuffer::from(valid))
}

/// The Arrow type of a feature is not what this module expects: a bug in `hub_schema::arrow_types`.
fn unexpected(feature: &Feature) -> Result<ArrayRef, BuildError> {
    let e = arrow::error::ArrowError::SchemaError(format!("unexpected type for {}", feature.describe()));
    Err(BuildError::Arrow(feature.describe(), e))
}
