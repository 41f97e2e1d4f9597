//! Finds and arranges the columns of a file, by field id.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, new_null_array};
use arrow::datatypes::{Field as ArrowField, Schema as ArrowSchema, SchemaRef};
use hub_schema::arrow_types::{FEATURE_KEY, Form, arrow_field, data_type};
use hub_schema::{Feature, Field, FieldId};
use parquet::arrow::ProjectionMask;
use parquet::file::metadata::ParquetMetaData;
use parquet::schema::types::SchemaDescriptor;

use super::type_mismatch::check_type;
use crate::error::{Error, Result};

/// The place of each column (a root of the Parquet schema) by its field id.
pub fn places(schema: &SchemaDescriptor) -> HashMap<FieldId, usize> {
    let roots = schema.root_schema().get_fields().iter().enumerate();
    let with_id = roots.filter(|(_, root)| root.get_basic_info().has_id());
    with_id.map(|(i, root)| (FieldId(root.get_basic_info().id() as u32), i)).collect()
}

/// The file's own Arrow schema, with media as views.
pub fn read_schema(declared: &ArrowSchema) -> SchemaRef {
    let fields = declared.fields().iter().map(|f| {
        let feature = f.metadata().get(FEATURE_KEY).and_then(|j| serde_json::from_str::<Feature>(j).ok());
        match feature {
            Some(feature) => Arc::new(f.as_ref().clone().with_data_type(data_type(&feature, Form::Read))),
            None => Arc::clone(f),
        }
    });
    Arc::new(ArrowSchema::new_with_metadata(fields.collect::<Vec<_>>(), declared.metadata().clone()))
}

/// The leaves to read for some roots.
pub fn projection(metadata: &ParquetMetaData, roots: &[usize]) -> ProjectionMask {
    ProjectionMask::roots(metadata.file_metadata().schema_descr(), roots.iter().copied())
}

/// Puts the columns that were read into the order, names and types of `fields`; what the file lacks is null.
pub fn arrange(
    path: &str,
    fields: &[&Field],
    places: &HashMap<FieldId, usize>,
    read: &RecordBatch,
    file_schema: &ArrowSchema,
) -> Result<RecordBatch> {
    let rows = read.num_rows();
    let mut arrow_fields: Vec<ArrowField> = Vec::with_capacity(fields.len());
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(fields.len());
    for field in fields {
        let wanted = arrow_field(field, Form::Read);
        let stored = places.get(&field.id).map(|i| file_schema.field(*i));
        let column = match stored.and_then(|stored| Some((stored, read.column_by_name(stored.name())?))) {
            Some((stored, column)) => {
                check_type(field, stored).map_err(|mismatch| Error::damaged(path, mismatch.to_string()))?;
                Arc::clone(column)
            }
            None => new_null_array(wanted.data_type(), rows),
        };
        columns.push(column);
        arrow_fields.push(wanted);
    }
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::new(ArrowSchema::new(arrow_fields)), columns, &options)
        .map_err(Error::arrow("the columns of a file don't fit together"))
}
