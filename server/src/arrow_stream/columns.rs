//! The columns of a stream as every Arrow library reads them.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::compute::cast;
use arrow::datatypes::{Schema as ArrowSchema, SchemaRef};
use arrow::error::ArrowError;
use hub_schema::Field;
use hub_schema::arrow_types::{Form, arrow_field, tensor_field};

/// The schema that a stream of these columns is sent with: that of its batches, with media as `binary`.
pub fn schema(fields: &[Field], batches: &SchemaRef) -> SchemaRef {
    let columns = batches.fields().iter().enumerate().map(|(i, column)| match fields.get(i) {
        Some(field) if tensor_field(field).is_none() => Arc::new(arrow_field(field, Form::Declared)),
        _ => Arc::clone(column),
    });
    Arc::new(ArrowSchema::new(columns.collect::<Vec<_>>()))
}

/// Rows of a batch in that schema. Copies media, which the encoding would do anyway.
pub fn declared(schema: &SchemaRef, rows: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = rows.columns().iter().zip(schema.fields()).map(|(column, field)| {
        match column.data_type() == field.data_type() {
            true => Ok(Arc::clone(column)),
            false => cast(column, field.data_type()),
        }
    });
    let options = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns.collect::<Result<_, _>>()?, &options)
}
