//! What a column means, by the notes in the file.
//!
//! Hugging Face's note is JSON, one object a feature, told by `_type` (source: `datasets.features`,
//! `Features.to_dict`). Older files have `Sequence` where newer ones have `List`, and a list of one feature
//! where both have an object. A note that doesn't fit the column's Arrow type, or of a type not known here, is
//! passed over and the Arrow type decides.

use arrow::datatypes::{DataType, Field, FieldRef};
use hub_schema::arrow_types::{FEATURE_KEY, Form, data_type, dtype_of};
use hub_schema::{DType, Feature, TensorRole};
use serde_json::Value as Json;

use super::infer::{feature_of, feature_of_field, tensor_bytes};
use crate::read::labels::label_feature;

/// The most class names taken from a note.
const MAX_CLASSES: usize = 10_000_000;

/// The feature of a column with Hugging Face's note on it.
///
/// # Errors
/// Neither notes nor type say what it is.
pub fn feature(field: &Field, note: Option<&Json>) -> Result<Feature, String> {
    if let Some(own) = own_feature(field) {
        return Ok(own);
    }
    if let Some(found) = note.and_then(|note| noted(note, field.data_type())) {
        return Ok(found);
    }
    feature_of_field(field)
}

/// Our own note, if the column is laid out as it says.
fn own_feature(field: &Field) -> Option<Feature> {
    let feature: Feature = serde_json::from_str(field.metadata().get(FEATURE_KEY)?).ok()?;
    (has_sane_tensors(&feature) && fits(&data_type(&feature, Form::Declared), field.data_type()))
        .then_some(feature)
}

/// No tensor in it is too large or of no bytes.
fn has_sane_tensors(feature: &Feature) -> bool {
    match feature {
        Feature::Tensor { dtype, shape, .. } => tensor_bytes(*dtype, shape).is_some(),
        Feature::List { item } => has_sane_tensors(item),
        Feature::Struct { fields } => fields.iter().all(|f| has_sane_tensors(&f.feature)),
        _ => true,
    }
}

/// Are they the same but for the widths of offsets, views, and the order of members?
fn fits(wanted: &DataType, found: &DataType) -> bool {
    match (wanted, found) {
        (DataType::Struct(wanted), DataType::Struct(found)) => wanted
            .iter()
            .all(|w| found.iter().any(|f| f.name() == w.name() && fits(w.data_type(), f.data_type()))),
        (DataType::List(wanted), found) => {
            list_item(found).is_some_and(|found| fits(wanted.data_type(), found.data_type()))
        }
        (DataType::Binary, found) => is_binary(found),
        (DataType::Utf8, found) => matches!(found, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View),
        (DataType::Timestamp(..), found) => matches!(found, DataType::Timestamp(..)),
        (DataType::FixedSizeBinary(bytes), DataType::FixedSizeList(..)) => *bytes > 0,
        (wanted, found) => wanted == found,
    }
}

fn is_binary(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Binary | DataType::LargeBinary | DataType::BinaryView)
}

/// Bytes, or a struct of bytes and path?
pub fn is_media_layout(data_type: &DataType) -> bool {
    match data_type {
        DataType::Struct(members) => {
            members.len() == 2
                && members.iter().any(|m| m.name() == "bytes" && is_binary(m.data_type()))
                && members.iter().any(|m| m.name() == "path")
        }
        other => is_binary(other),
    }
}

fn list_item(data_type: &DataType) -> Option<&FieldRef> {
    match data_type {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => Some(item),
        _ => None,
    }
}

/// The feature that a note says, if it fits the type.
fn noted(note: &Json, found: &DataType) -> Option<Feature> {
    let kind = note.get("_type").and_then(Json::as_str);
    match (kind, note) {
        (Some("Image"), _) => is_media_layout(found).then_some(Feature::Image),
        (Some("Audio"), _) => is_media_layout(found).then_some(Feature::Audio),
        (Some("Video"), _) => is_media_layout(found).then_some(Feature::Video),
        (Some("ClassLabel"), _) => class_label(note).filter(|_| found.is_integer()),
        (Some("Json"), _) => fits(&DataType::Utf8, found).then_some(Feature::Json),
        (Some("Array2D" | "Array3D" | "Array4D" | "Array5D"), _) => array(note, found),
        (Some("List" | "LargeList" | "Sequence"), _) => list(note.get("feature")?, found),
        (None, Json::Array(items)) => match &items[..] {
            [item] => list(item, found),
            _ => None,
        },
        (None, Json::Object(members)) => {
            let DataType::Struct(fields) = found else { return None };
            let member = |field: &FieldRef| {
                let noted = members.get(field.name()).and_then(|note| noted(note, field.data_type()));
                Some((field.name().clone(), noted.or_else(|| feature_of(field.data_type()).ok())?))
            };
            Some(Feature::structure(fields.iter().map(member).collect::<Option<Vec<_>>>()?))
        }
        _ => None,
    }
}

/// A list; or a dict of lists that is meant as a list of dicts. Numbers of a fixed count may be a vector, which
/// the type tells.
fn list(item: &Json, found: &DataType) -> Option<Feature> {
    if let Some(child) = list_item(found) {
        if matches!(found, DataType::FixedSizeList(..)) && dtype_of(child.data_type()).is_some() {
            return None;
        }
        // A note on plain values says no more than the type.
        let noted = noted(item, child.data_type());
        return Some(Feature::list(noted.or_else(|| feature_of(child.data_type()).ok())?));
    }
    let (DataType::Struct(fields), Json::Object(members)) = (found, item) else { return None };
    let member = |field: &FieldRef| {
        let child = list_item(field.data_type())?;
        let noted = members.get(field.name()).and_then(|note| noted(note, child.data_type()));
        Some((field.name().clone(), noted.or_else(|| feature_of(child.data_type()).ok())?))
    };
    Some(Feature::list(Feature::structure(fields.iter().map(member).collect::<Option<Vec<_>>>()?)))
}

fn class_label(note: &Json) -> Option<Feature> {
    let names = note.get("names")?.as_array().filter(|names| names.len() <= MAX_CLASSES)?;
    let names: Option<Vec<String>> = names.iter().map(|n| n.as_str().map(str::to_owned)).collect();
    Some(label_feature(names?))
}

/// An array of a fixed shape; one whose first length varies stays a list.
fn array(note: &Json, found: &DataType) -> Option<Feature> {
    let lengths = note.get("shape")?.as_array()?;
    let shape: Vec<usize> = lengths.iter().map(|n| n.as_u64()?.try_into().ok()).collect::<Option<_>>()?;
    let dtype: DType = match note.get("dtype")?.as_str()? {
        "float16" => DType::F32,
        name => [
            DType::U8,
            DType::I8,
            DType::U16,
            DType::I16,
            DType::U32,
            DType::I32,
            DType::U64,
            DType::I64,
            DType::F32,
            DType::F64,
        ]
        .into_iter()
        .find(|d| d.numpy() == name)?,
    };
    tensor_bytes(dtype, &shape)?;
    list_item(found)?;
    Some(Feature::Tensor { dtype, shape, role: TensorRole::Plain })
}
