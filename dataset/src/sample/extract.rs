//! Arrow columns → samples: the inverse of [`super::build`].

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StructArray};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use bytes::Bytes;
use hub_schema::layout::FILE;
use hub_schema::{ContentHash, DType, Feature, Field, MaskEncoding, StructField};

use super::{Media, MediaBytes, ReadAt, Value};

/// Opens a sample that is an object of its own, by hash and length (the `bytes` fact).
pub type OpenBlob<'a> = &'a dyn Fn(ContentHash, u64) -> Arc<dyn ReadAt>;

/// The column is not laid out as its feature says.
#[derive(Debug, thiserror::Error)]
#[error("column '{column}': expected {expected}, found Arrow type {found}")]
pub struct ExtractError {
    /// The column's name.
    pub column: String,
    /// The column's feature, in words.
    pub expected: String,
    /// The Arrow type found, or `nothing`.
    pub found: String,
}

/// The values of every row of `batch`, for the given `fields`, in order.
///
/// The batch holds the columns by name; a blob's name and length come from its facts (`<column>.name`,
/// `<column>.bytes`), so they must be in the batch where there are blobs.
///
/// # Errors
/// A column is missing or of another type.
pub fn rows(
    batch: &RecordBatch,
    fields: &[&Field],
    open_blob: OpenBlob<'_>,
) -> Result<Vec<Vec<Value>>, ExtractError> {
    let mut rows: Vec<Vec<Value>> = (0..batch.num_rows()).map(|_| Vec::with_capacity(fields.len())).collect();
    for field in fields {
        let array = batch.column_by_name(&field.name).ok_or_else(|| ExtractError {
            column: field.name.clone(),
            expected: field.feature.describe(),
            found: "nothing".into(),
        })?;
        let mut values = column(&field.name, &field.feature, array, open_blob)?;
        complete_blobs(batch, field, &mut values, open_blob);
        rows.iter_mut().zip(values).for_each(|(row, value)| row.push(value));
    }
    Ok(rows)
}

/// Gives blobs the name and length from their facts.
fn complete_blobs(batch: &RecordBatch, field: &Field, values: &mut [Value], open_blob: OpenBlob<'_>) {
    let names = batch.column_by_name(&format!("{}.name", field.name));
    let names = names.and_then(|a| a.as_string_opt::<i32>());
    let lengths = batch.column_by_name(&format!("{}.bytes", field.name));
    let lengths = lengths.and_then(|a| a.as_primitive_opt::<Int64Type>());
    for (row, value) in values.iter_mut().enumerate() {
        if let Value::Media(Media { name, bytes: bytes @ MediaBytes::Object(_) }) = value
            && let MediaBytes::Object(object) = &*bytes
            && let Some(hash) = object.blob()
        {
            if let Some(names) = names.filter(|n| n.is_valid(row)) {
                *name = names.value(row).to_owned();
            }
            if let Some(lengths) = lengths.filter(|l| l.is_valid(row)) {
                *bytes = MediaBytes::Object(open_blob(hash, lengths.value(row).unsigned_abs()));
            }
        }
    }
}

/// The values of one column.
///
/// # Errors
/// The array is not of the type that `feature` asks for.
pub fn column(
    name: &str,
    feature: &Feature,
    array: &ArrayRef,
    open_blob: OpenBlob<'_>,
) -> Result<Vec<Value>, ExtractError> {
    let wrong = || ExtractError {
        column: name.to_owned(),
        expected: feature.describe(),
        found: array.data_type().to_string(),
    };
    let children = |child: &Feature, array: &ArrayRef| column(name, child, array, open_blob);
    Ok(match feature {
        Feature::Image | Feature::Audio | Feature::Video | Feature::Mask { encoding: MaskEncoding::Png } => {
            media(array.as_struct_opt().ok_or_else(wrong)?, open_blob).ok_or_else(wrong)?
        }
        Feature::Tensor { .. } => {
            let a = array.as_fixed_size_binary_opt().ok_or_else(wrong)?;
            each(array, |i| Value::Bytes(Bytes::copy_from_slice(a.value(i))))
        }
        Feature::Binary => match array.data_type() {
            DataType::BinaryView => {
                let a = array.as_binary_view();
                each(array, |i| Value::Bytes(view_bytes(a, i)))
            }
            _ => {
                let a = array.as_binary_opt::<i32>().ok_or_else(wrong)?;
                each(array, |i| Value::Bytes(Bytes::copy_from_slice(a.value(i))))
            }
        },
        Feature::ClassLabel { .. } => ints::<Int64Type>(array).ok_or_else(wrong)?,
        Feature::Timestamp => ints::<TimestampMicrosecondType>(array).ok_or_else(wrong)?,
        Feature::Number { dtype } => number(*dtype, array).ok_or_else(wrong)?,
        Feature::Bool => {
            let a = array.as_boolean_opt().ok_or_else(wrong)?;
            each(array, |i| Value::Bool(a.value(i)))
        }
        Feature::Text | Feature::Json => {
            let a = array.as_string_opt::<i32>().ok_or_else(wrong)?;
            each(array, |i| Value::Text(a.value(i).to_owned()))
        }
        Feature::List { item } => list(array, |a| children(item, a)).ok_or_else(wrong)??,
        Feature::Struct { fields } => structure(array, fields, children).ok_or_else(wrong)??,
        Feature::Bbox
        | Feature::Polygon
        | Feature::Mask { encoding: MaskEncoding::Rle }
        | Feature::Keypoints { .. }
        | Feature::Link => match feature.layout() {
            Some(plain) => children(plain, array).map_err(|_| wrong())?,
            None => return Err(wrong()),
        },
    })
}

/// A value for each row; null where the array is.
fn each(array: &ArrayRef, value: impl Fn(usize) -> Value) -> Vec<Value> {
    (0..array.len()).map(|i| if array.is_null(i) { Value::Null } else { value(i) }).collect()
}

fn media(array: &StructArray, open_blob: OpenBlob<'_>) -> Option<Vec<Value>> {
    let [bytes, paths] = FILE;
    let (bytes, paths) = (array.column_by_name(bytes)?, array.column_by_name(paths)?);
    let views = bytes.as_byte_view_opt::<arrow::datatypes::BinaryViewType>();
    let plain = bytes.as_binary_opt::<i32>();
    if views.is_none() && plain.is_none() {
        return None;
    }
    let paths = paths.as_string_opt::<i32>()?;
    let one = |i: usize| -> Value {
        let name = if paths.is_valid(i) { paths.value(i).to_owned() } else { String::new() };
        let content = match (views, plain) {
            (Some(a), _) if a.is_valid(i) => view_bytes(a, i),
            (_, Some(a)) if a.is_valid(i) => Bytes::copy_from_slice(a.value(i)),
            _ => {
                let hash = name.strip_prefix("blobs/").and_then(|h| h.parse().ok());
                return hash.map_or(Value::Null, |hash| {
                    Value::Media(Media { name, bytes: MediaBytes::Object(open_blob(hash, 0)) })
                });
            }
        };
        Value::Media(Media { name, bytes: MediaBytes::Memory(content) })
    };
    Some((0..array.len()).map(|i| if array.is_null(i) { Value::Null } else { one(i) }).collect())
}

/// The bytes of one view, shared with the array's buffer where they are not inline.
fn view_bytes(array: &arrow::array::BinaryViewArray, i: usize) -> Bytes {
    let view = arrow::array::ByteView::from(array.views()[i]);
    if view.length <= 12 {
        return Bytes::copy_from_slice(array.value(i));
    }
    let buffer = array.data_buffers()[view.buffer_index as usize].clone();
    struct Owner(arrow::buffer::Buffer);
    impl AsRef<[u8]> for Owner {
        fn as_ref(&self) -> &[u8] {
            &self.0
        }
    }
    Bytes::from_owner(Owner(buffer.slice_with_length(view.offset as usize, view.length as usize)))
}

fn ints<T: ArrowPrimitiveType>(array: &ArrayRef) -> Option<Vec<Value>>
where
    T::Native: TryInto<i64>,
{
    let a = array.as_primitive_opt::<T>()?;
    a.iter().map(|v| v.map_or(Some(Value::Null), |v| v.try_into().ok().map(Value::Int))).collect()
}

fn number(dtype: DType, array: &ArrayRef) -> Option<Vec<Value>> {
    match dtype {
        DType::U8 => ints::<UInt8Type>(array),
        DType::I8 => ints::<Int8Type>(array),
        DType::U16 => ints::<UInt16Type>(array),
        DType::I16 => ints::<Int16Type>(array),
        DType::U32 => ints::<UInt32Type>(array),
        DType::I32 => ints::<Int32Type>(array),
        DType::U64 => {
            let a = array.as_primitive_opt::<UInt64Type>()?;
            Some(each(array, |i| i64::try_from(a.value(i)).map_or(Value::UInt(a.value(i)), Value::Int)))
        }
        DType::I64 => ints::<Int64Type>(array),
        DType::F32 => {
            let a = array.as_primitive_opt::<Float32Type>()?;
            Some(each(array, |i| Value::Float(f64::from(a.value(i)))))
        }
        DType::F64 => {
            let a = array.as_primitive_opt::<Float64Type>()?;
            Some(each(array, |i| Value::Float(a.value(i))))
        }
    }
}

type Values = Result<Vec<Value>, ExtractError>;

/// `None` if the array is not a list.
fn list(array: &ArrayRef, items: impl Fn(&ArrayRef) -> Values) -> Option<Values> {
    let a = array.as_list_opt::<i32>()?;
    let first = a.value_offsets().first().copied().unwrap_or(0) as usize;
    let last = a.value_offsets().last().copied().unwrap_or(0) as usize;
    let values = match items(&a.values().slice(first, last - first)) {
        Ok(values) => values,
        Err(e) => return Some(Err(e)),
    };
    let mut values = values.into_iter();
    let rows = (0..a.len()).map(|i| {
        let items = values.by_ref().take(a.value_length(i) as usize).collect();
        if a.is_null(i) { Value::Null } else { Value::List(items) }
    });
    Some(Ok(rows.collect()))
}

/// `None` if the array is not a struct of as many members.
fn structure(
    array: &ArrayRef,
    members: &[StructField],
    child: impl Fn(&Feature, &ArrayRef) -> Values,
) -> Option<Values> {
    let a = array.as_struct_opt().filter(|a| a.num_columns() == members.len())?;
    let mut rows: Vec<Vec<Value>> = (0..a.len()).map(|_| Vec::with_capacity(members.len())).collect();
    for (member, column) in members.iter().zip(a.columns()) {
        match child(&member.feature, column) {
            Ok(values) => rows.iter_mut().zip(values).for_each(|(row, value)| row.push(value)),
            Err(e) => return Some(Err(e)),
        }
    }
    let rows = rows.into_iter().enumerate();
    Some(Ok(rows.map(|(i, v)| if a.is_null(i) { Value::Null } else { Value::Struct(v) }).collect()))
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::Schema as ArrowSchema;
    use hub_schema::arrow_types::{Form, arrow_schema};
    use hub_schema::{Schema, TensorRole};

    use super::super::build;
    use super::*;

    /// A feature of every kind, with two values for it.
    fn every_feature() -> Vec<(Feature, [Value; 2])> {
        let float = Value::Float;
        let xy = |x, y| Value::Struct(vec![float(x), float(y)]);
        let medium = |name: &str, len: usize| {
            let bytes = MediaBytes::Memory(vec![7; len].into());
            Value::Media(Media { name: name.into(), bytes })
        };
        let tensor = Feature::Tensor { dtype: DType::F32, shape: vec![2, 3], role: TensorRole::Plain };
        let mask = |counts: &[i64]| {
            let counts = counts.iter().map(|c| Value::Int(*c)).collect();
            Value::Struct(vec![Value::Int(4), Value::Int(5), Value::List(counts)])
        };
        let objects = Feature::list(Feature::structure([
            ("box", Feature::Bbox),
            ("label", Feature::labels(["a", "b"])),
            ("rings", Feature::Polygon),
        ]));
        let object = Value::Struct(vec![
            Value::bbox([1.0, 2.0, 3.5, 4.0]),
            Value::Int(1),
            Value::List(vec![Value::List(vec![xy(0.5, 1.0), xy(2.0, 3.0)])]),
        ]);
        let keypoint = Value::Struct(vec![float(1.0), float(2.0), Value::Int(2)]);
        let link = Value::Struct(vec![Value::text("https://e.org/a"), Value::Int(9), Value::Null]);
        let image = Feature::Image;
        let i8s = Feature::Number { dtype: DType::I8 };
        vec![
            (image, [medium("a/b.png", 40), medium("tiny", 3)]),
            (tensor, [Value::Bytes(vec![1; 24].into()), Value::Null]),
            (Feature::labels(["cat", "dog"]), [Value::Int(1), Value::Null]),
            (objects, [Value::List(vec![object.clone(), object, Value::Null]), Value::List(vec![])]),
            (
                Feature::Keypoints { names: vec!["nose".into()], skeleton: vec![] },
                [Value::List(vec![keypoint]), Value::Null],
            ),
            (Feature::Mask { encoding: MaskEncoding::Rle }, [mask(&[3, 17]), Value::Null]),
            (Feature::Link, [link, Value::Null]),
            (Feature::Text, [Value::text("ä"), Value::Null]),
            (Feature::Binary, [Value::Bytes(vec![0, 255].into()), Value::Null]),
            (i8s, [Value::Int(-128), Value::Int(127)]),
            (Feature::float64(), [Value::Float(0.1), Value::Null]),
            (Feature::Bool, [Value::Bool(true), Value::Null]),
            (Feature::Timestamp, [Value::Int(-1), Value::Int(1 << 50)]),
        ]
    }

    fn no_blobs(_: ContentHash, _: u64) -> Arc<dyn ReadAt> {
        unreachable!("no blobs here")
    }

    #[test]
    fn every_feature_round_trips() {
        for (feature, values) in every_feature() {
            let array = build::column(&feature, &values).unwrap();
            let schema = Schema::new([("c", feature.clone())]).unwrap();
            let wanted: ArrowSchema = arrow_schema(schema.given(), Form::Read);
            assert_eq!(array.data_type(), wanted.field(0).data_type(), "{feature:?}");
            assert_eq!(column("c", &feature, &array, &no_blobs).unwrap(), values, "{feature:?}");
        }
    }

    #[test]
    fn a_wrong_value_names_its_row() {
        let labels = Feature::labels(["cat"]);
        let error = build::column(&labels, &[Value::Int(0), Value::Int(1)]).unwrap_err();
        assert_eq!(error.to_string(), "row 1: 1 does not fit class label of 1");
        let error = build::column(&Feature::Bbox, &[Value::Struct(vec![])]).unwrap_err();
        assert_eq!(error.to_string(), "row 0: box has 4 members, found 0");
        let nullish = Value::Struct(vec![Value::Float(0.0), Value::Null, Value::Null, Value::Null]);
        assert!(build::column(&Feature::Bbox, &[nullish]).is_err());
    }
}
