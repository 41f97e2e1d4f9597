//! Cells as JSON values: what tables, JSON and CSV are written from.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hub_schema::Feature;
use serde_json::{Map, Number, Value, json};

use crate::labels::classes::feature_of;
use crate::members::member_of;

/// How a column's cells are read.
#[derive(Clone, Debug)]
pub struct Cells {
    /// The column.
    pub name: String,
    feature: Option<Feature>,
}

impl Cells {
    /// The cells of a column.
    pub fn of(field: &FieldRef) -> Self {
        Self { name: field.name().clone(), feature: feature_of(field) }
    }

    /// The value of a row; bytes in base64, labels by name.
    pub fn value(&self, array: &ArrayRef, row: usize) -> Result<Value, ArrowError> {
        value(array, row, self.feature.as_ref(), &|bytes| Value::String(STANDARD.encode(bytes)))
    }

    /// The value as a line for the eye: bytes by their length.
    pub fn shown(&self, array: &ArrayRef, row: usize) -> Result<String, ArrowError> {
        let word = match &self.feature {
            Some(Feature::Image) => "image ",
            Some(Feature::Audio) => "audio ",
            Some(Feature::Video) => "video ",
            Some(Feature::Mask { .. }) => "mask ",
            Some(Feature::Tensor { .. }) => "tensor ",
            _ => "",
        };
        if let Some(media) = media(array, row, self.feature.as_ref()) {
            return Ok(match media {
                Some((Some(bytes), _)) => format!("<{word}{}>", size(bytes.len() as u64)),
                Some((None, path)) => format!("<{word}{}>", path.unwrap_or("elsewhere")),
                None => String::new(),
            });
        }
        let bytes = |bytes: &[u8]| Value::String(format!("<{word}{}>", size(bytes.len() as u64)));
        Ok(match value(array, row, self.feature.as_ref(), &bytes)? {
            Value::Null => String::new(),
            Value::String(text) => text,
            other => other.to_string(),
        })
    }
}

/// The bytes and the path of a medium; the outer `None` where the column holds none.
type Medium<'a> = Option<(Option<&'a [u8]>, Option<&'a str>)>;

fn media<'a>(array: &'a ArrayRef, row: usize, feature: Option<&Feature>) -> Option<Medium<'a>> {
    if !feature?.is_media() {
        return None;
    }
    let structs = array.as_struct_opt()?;
    if structs.is_null(row) {
        return Some(None);
    }
    let bytes = structs.column_by_name("bytes")?.as_binary_view_opt()?;
    let path = structs.column_by_name("path")?.as_string_opt::<i32>()?;
    Some(Some((bytes.is_valid(row).then(|| bytes.value(row)), path.is_valid(row).then(|| path.value(row)))))
}

fn value(
    array: &ArrayRef,
    row: usize,
    feature: Option<&Feature>,
    bytes: &dyn Fn(&[u8]) -> Value,
) -> Result<Value, ArrowError> {
    if array.is_null(row) {
        return Ok(Value::Null);
    }
    if let (Some(Feature::ClassLabel { names, .. }), Some(labels)) =
        (feature, array.as_primitive_opt::<arrow::datatypes::Int64Type>())
    {
        let label = labels.value(row);
        let name = usize::try_from(label).ok().and_then(|label| names.get(label));
        return Ok(name.map_or_else(|| json!(label), |name| json!(name)));
    }
    Ok(match array.data_type() {
        DataType::Null => Value::Null,
        DataType::Boolean => json!(array.as_boolean().value(row)),
        DataType::Utf8 => text(array.as_string::<i32>().value(row), feature),
        DataType::LargeUtf8 => text(array.as_string::<i64>().value(row), feature),
        DataType::Utf8View => text(array.as_string_view().value(row), feature),
        DataType::Binary => bytes(array.as_binary::<i32>().value(row)),
        DataType::LargeBinary => bytes(array.as_binary::<i64>().value(row)),
        DataType::BinaryView => bytes(array.as_binary_view().value(row)),
        DataType::FixedSizeBinary(_) => bytes(array.as_fixed_size_binary().value(row)),
        DataType::List(item) => items(&array.as_list::<i32>().value(row), item, feature, bytes)?,
        DataType::LargeList(item) => items(&array.as_list::<i64>().value(row), item, feature, bytes)?,
        DataType::FixedSizeList(item, _) => {
            items(&array.as_fixed_size_list().value(row), item, feature, bytes)?
        }
        DataType::Struct(fields) => {
            let structs = array.as_struct();
            let mut object = Map::with_capacity(fields.len());
            for (field, member) in fields.iter().zip(structs.columns()) {
                let of = feature.and_then(|f| member_of(f, field.name()));
                let of = of.or_else(|| feature_of(field));
                object.insert(field.name().clone(), value(member, row, of.as_ref(), bytes)?);
            }
            Value::Object(object)
        }
        DataType::Float32 => {
            // As short as it was written: 0.1, not 0.10000000149011612.
            let number = array.as_primitive::<arrow::datatypes::Float32Type>().value(row);
            number.to_string().parse().ok().and_then(Number::from_f64).map_or(Value::Null, Value::Number)
        }
        DataType::Float64 => {
            let number = array.as_primitive::<arrow::datatypes::Float64Type>().value(row);
            Number::from_f64(number).map_or(Value::Null, Value::Number)
        }
        found if found.is_integer() => integer(array, row)?,
        _ => {
            let options = FormatOptions::default();
            Value::String(ArrayFormatter::try_new(array, &options)?.value(row).try_to_string()?)
        }
    })
}

/// JSON columns are JSON.
fn text(text: &str, feature: Option<&Feature>) -> Value {
    match feature {
        Some(Feature::Json) => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
        _ => json!(text),
    }
}

fn integer(array: &ArrayRef, row: usize) -> Result<Value, ArrowError> {
    if array.data_type() == &DataType::UInt64 {
        return Ok(json!(array.as_primitive::<arrow::datatypes::UInt64Type>().value(row)));
    }
    let one = arrow::compute::cast(&array.slice(row, 1), &DataType::Int64)?;
    Ok(json!(one.as_primitive::<arrow::datatypes::Int64Type>().value(0)))
}

fn items(
    items: &ArrayRef,
    field: &Field,
    feature: Option<&Feature>,
    bytes: &dyn Fn(&[u8]) -> Value,
) -> Result<Value, ArrowError> {
    let of = match feature {
        Some(Feature::List { item }) => Some(item.as_ref().clone()),
        _ => feature_of(field),
    };
    (0..items.len()).map(|i| value(items, i, of.as_ref(), bytes)).collect::<Result<_, _>>().map(Value::Array)
}

/// `110 kB`.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}
