//! The Arrow type of each feature.
//!
//! Two forms: *declared* (in a file's footer, what other readers see: media are `binary`) and *read* (what we
//! hold in memory: media are `BinaryView`, so that a batch is views into the file). Both have one layout in
//! Parquet, so nothing is converted between them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field as ArrowField, Schema as ArrowSchema, TimeUnit};

use crate::feature::{DType, Feature, MaskEncoding};
use crate::ids::FieldId;
use crate::layout::FILE;
use crate::schema::Field;

/// The Parquet field id of a column, under the name that Parquet readers know.
pub const FIELD_ID_KEY: &str = "PARQUET:field_id";

/// The feature of a column as JSON, in the Arrow field's metadata.
pub const FEATURE_KEY: &str = "imagehub:feature";

/// The metadata of a column as a JSON object, in the Arrow field's metadata of exported files. (In a data set they
/// stand in the commit.)
pub const METADATA_KEY: &str = "imagehub:metadata";

/// Which of the two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// In the file's footer: media are `binary`.
    Declared,
    /// In memory: media are `BinaryView`.
    Read,
}

/// The Arrow type of an element.
pub const fn number_type(dtype: DType) -> DataType {
    match dtype {
        DType::U8 => DataType::UInt8,
        DType::I8 => DataType::Int8,
        DType::U16 => DataType::UInt16,
        DType::I16 => DataType::Int16,
        DType::U32 => DataType::UInt32,
        DType::I32 => DataType::Int32,
        DType::U64 => DataType::UInt64,
        DType::I64 => DataType::Int64,
        DType::F32 => DataType::Float32,
        DType::F64 => DataType::Float64,
    }
}

/// The element type of an Arrow type; the inverse of [`number_type`].
pub const fn dtype_of(data_type: &DataType) -> Option<DType> {
    Some(match data_type {
        DataType::UInt8 => DType::U8,
        DataType::Int8 => DType::I8,
        DataType::UInt16 => DType::U16,
        DataType::Int16 => DType::I16,
        DataType::UInt32 => DType::U32,
        DataType::Int32 => DType::I32,
        DataType::UInt64 => DType::U64,
        DataType::Int64 => DType::I64,
        DataType::Float32 => DType::F32,
        DataType::Float64 => DType::F64,
        _ => return None,
    })
}

fn required(name: &str, data_type: DataType) -> ArrowField {
    ArrowField::new(name, data_type, false)
}

fn nullable(name: &str, data_type: DataType) -> ArrowField {
    ArrowField::new(name, data_type, true)
}

fn list(item: DataType) -> DataType {
    DataType::List(Arc::new(nullable("item", item)))
}

/// `struct<bytes, path>`: the encoded sample, and the name it came with.
fn media(form: Form) -> DataType {
    let bytes = match form {
        Form::Declared => DataType::Binary,
        Form::Read => DataType::BinaryView,
    };
    let members = FILE.iter().zip([bytes, DataType::Utf8]);
    DataType::Struct(members.map(|(name, data_type)| nullable(name, data_type)).collect())
}

/// The Arrow type of a feature. Members and items are nullable throughout, also where a null makes no sense:
/// Hugging Face `datasets` takes a column's features from the footer only if the types are exactly equal.
pub fn data_type(feature: &Feature, form: Form) -> DataType {
    match feature {
        Feature::Image | Feature::Audio | Feature::Video | Feature::Mask { encoding: MaskEncoding::Png } => {
            media(form)
        }
        Feature::Tensor { dtype, shape, .. } => {
            let elements: usize = shape.iter().product();
            DataType::FixedSizeBinary((elements * dtype.size_bytes()) as i32)
        }
        Feature::ClassLabel { .. } => DataType::Int64,
        Feature::Text | Feature::Json => DataType::Utf8,
        Feature::Binary => DataType::Binary,
        Feature::Number { dtype } => number_type(*dtype),
        Feature::Bool => DataType::Boolean,
        Feature::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Feature::List { item } => list(data_type(item, form)),
        Feature::Struct { fields } => {
            DataType::Struct(fields.iter().map(|f| nullable(&f.name, data_type(&f.feature, form))).collect())
        }
        Feature::Bbox
        | Feature::Polygon
        | Feature::Mask { encoding: MaskEncoding::Rle }
        | Feature::Keypoints { .. }
        | Feature::Link => feature.layout().map_or(DataType::Null, |plain| data_type(plain, form)),
    }
}

/// The Arrow field of a column, with its id and feature in the metadata. Columns are nullable.
pub fn arrow_field(field: &Field, form: Form) -> ArrowField {
    let feature = serde_json::to_string(&field.feature).unwrap_or_default();
    ArrowField::new(&field.name, data_type(&field.feature, form), true).with_metadata(HashMap::from([
        (FIELD_ID_KEY.to_owned(), field.id.to_string()),
        (FEATURE_KEY.to_owned(), feature),
    ]))
}

/// The Arrow schema of some columns.
pub fn arrow_schema<'a>(fields: impl IntoIterator<Item = &'a Field>, form: Form) -> ArrowSchema {
    ArrowSchema::new(fields.into_iter().map(|f| arrow_field(f, form)).collect::<Vec<_>>())
}

/// The Arrow schema that the Parquet schema of a file is made from: the types of [`arrow_schema`], with a field id for
/// nested fields too. Engines that look for fields by id (Iceberg, pyarrow, DuckDB) find nothing in a field without one.
///
/// In memory nested fields have no ids, so that rows of older files, which don't have them, are of the same type.
pub fn stored_schema<'a>(fields: impl IntoIterator<Item = &'a Field>, form: Form) -> ArrowSchema {
    let stored = |field: &Field| {
        let plain = arrow_field(field, form);
        let data_type = with_ids(plain.data_type(), field.id, &mut HashSet::from([field.id]));
        plain.with_data_type(data_type)
    };
    ArrowSchema::new(fields.into_iter().map(stored).collect::<Vec<_>>())
}

/// The type with ids for its members. A member's id is drawn like a column's, from its name and its parent's id;
/// `taken` are those in the same column.
fn with_ids(data_type: &DataType, parent: FieldId, taken: &mut HashSet<FieldId>) -> DataType {
    let mut member = |field: &Arc<ArrowField>| {
        let mut id = FieldId::draw(field.name(), parent.0);
        while !taken.insert(id) {
            id = id.next();
        }
        let data_type = with_ids(field.data_type(), id, taken);
        let metadata = HashMap::from([(FIELD_ID_KEY.to_owned(), id.to_string())]);
        Arc::new(field.as_ref().clone().with_data_type(data_type).with_metadata(metadata))
    };
    match data_type {
        DataType::List(item) => DataType::List(member(item)),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(member).collect()),
        other => other.clone(),
    }
}

/// The in-memory field of a tensor column: `arrow.fixed_shape_tensor` over a fixed-size list, which shares
/// the `FixedSizeBinary`'s buffer. `None` for other features.
///
/// Source: Arrow's canonical extension types, "Fixed shape tensor".
pub fn tensor_field(field: &Field) -> Option<ArrowField> {
    let Feature::Tensor { dtype, shape, .. } = &field.feature else { return None };
    let elements: usize = shape.iter().product();
    let item = Arc::new(required("item", number_type(*dtype)));
    let mut metadata = arrow_field(field, Form::Read).metadata().clone();
    metadata.insert("ARROW:extension:name".to_owned(), "arrow.fixed_shape_tensor".to_owned());
    metadata.insert("ARROW:extension:metadata".to_owned(), serde_json::json!({ "shape": shape }).to_string());
    let storage = DataType::FixedSizeList(item, elements as i32);
    Some(ArrowField::new(&field.name, storage, true).with_metadata(metadata))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Schema;

    fn ids(data_type: &DataType, found: &mut Vec<String>) {
        let members: Vec<&Arc<ArrowField>> = match data_type {
            DataType::List(item) => vec![item],
            DataType::Struct(fields) => fields.iter().collect(),
            _ => return,
        };
        for member in members {
            found.push(member.metadata()[FIELD_ID_KEY].clone());
            ids(member.data_type(), found);
        }
    }

    #[test]
    fn every_nested_field_has_an_id_of_its_own_that_a_rename_keeps() {
        let object = Feature::structure([("box", Feature::Bbox), ("parts", Feature::list(Feature::Polygon))]);
        let mut schema =
            Schema::new([("image", Feature::Image), ("objects", Feature::list(object))]).unwrap();
        let all = |schema: &Schema| {
            let mut found = Vec::new();
            for field in stored_schema(&schema.fields, Form::Read).fields() {
                found.push(field.metadata()[FIELD_ID_KEY].clone());
                ids(field.data_type(), &mut found);
            }
            found
        };
        let before = all(&schema);
        // The roots are the two columns and the seven facts of the image. Below: bytes and path; item, box, x, y, width,
        // height, parts, its item, that one's item, its item, x, y.
        assert_eq!(before.len(), 2 + 7 + 2 + 12);
        assert_eq!(before.iter().collect::<HashSet<_>>().len(), before.len(), "{before:?}");
        schema.rename_column("objects", "things").unwrap();
        assert_eq!(all(&schema), before);
        // In memory there are none.
        let plain = arrow_schema(&schema.fields, Form::Read);
        let DataType::List(item) = plain.field_with_name("things").unwrap().data_type() else { panic!() };
        assert!(item.metadata().is_empty());
    }
}
