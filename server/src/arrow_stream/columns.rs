//! The columns of a stream as every Arrow library reads them.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayData, ArrayRef, AsArray, FixedSizeBinaryArray, FixedSizeListArray, RecordBatch,
    RecordBatchOptions, UInt64Array, make_array,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field as ArrowField, FieldRef, Schema as ArrowSchema, SchemaRef};
use arrow::error::ArrowError;
use hub_schema::Field;
use hub_schema::arrow_types::{Form, arrow_field, tensor_field};

/// The name of the column of row ids.
const ROW_ID: &str = "row_id";

/// The schema of a stream: media as `binary`, tensors as tensors.
pub fn schema(fields: &[Field], with_ids: bool) -> SchemaRef {
    let columns = fields.iter().map(|f| tensor_field(f).unwrap_or_else(|| arrow_field(f, Form::Declared)));
    let ids = with_ids.then(|| ArrowField::new(ROW_ID, DataType::UInt64, false));
    Arc::new(ArrowSchema::new(columns.chain(ids).collect::<Vec<_>>()))
}

/// Rows that were read, in that schema. Copies media: they are on their way out.
pub fn batch(schema: &SchemaRef, read: &RecordBatch, ids: &[u64]) -> Result<RecordBatch, ArrowError> {
    let mut columns = Vec::with_capacity(schema.fields().len());
    for (column, field) in read.columns().iter().zip(schema.fields()) {
        columns.push(as_declared(column, field)?);
    }
    if columns.len() < schema.fields().len() {
        columns.push(Arc::new(UInt64Array::from(ids.to_vec())));
    }
    let options = RecordBatchOptions::new().with_row_count(Some(read.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
}

fn as_declared(column: &ArrayRef, field: &FieldRef) -> Result<ArrayRef, ArrowError> {
    match (column.as_fixed_size_binary_opt(), field.data_type()) {
        (Some(binary), DataType::FixedSizeList(item, length)) => Ok(Arc::new(tensor(binary, item, *length)?)),
        (_, wanted) if column.data_type() == wanted => Ok(Arc::clone(column)),
        (_, wanted) => cast(column, wanted),
    }
}

/// The tensor of stored bytes. Shares their buffer, unless it is not aligned for its elements.
fn tensor(
    binary: &FixedSizeBinaryArray,
    item: &FieldRef,
    length: i32,
) -> Result<FixedSizeListArray, ArrowError> {
    let elements = binary.len() * length as usize;
    let data = ArrayData::builder(item.data_type().clone()).len(elements);
    let data = data.add_buffer(binary.values().clone()).align_buffers(true).build()?;
    FixedSizeListArray::try_new(Arc::clone(item), length, make_array(data), binary.nulls().cloned())
}
