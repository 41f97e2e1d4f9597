//! The columns of a batch: stored columns, tensors as tensors, and row ids.
//!
//! A tensor is stored and mixed as `FixedSizeBinary` (one copy of a row is one `memcpy`) and turned into
//! `arrow.fixed_shape_tensor` at the end, where the batch's buffer is shared.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayData, ArrayRef, AsArray, FixedSizeBinaryArray, FixedSizeListArray, RecordBatch,
    RecordBatchOptions, UInt64Array, make_array,
};
use arrow::datatypes::{DataType, Field as ArrowField, FieldRef, Schema as ArrowSchema, SchemaRef};
use arrow::error::ArrowError;
use hub_schema::arrow_types::{Form, arrow_field, tensor_field};
use hub_schema::{Field, Fragment, SchemaError};

use crate::error::{Error, Result};

/// The name of the column that [`with_row_ids`](crate::StreamBuilder::with_row_ids) adds.
pub const ROW_ID: &str = "row_id";
/// The name of the column before it in a [`mix`](crate::StreamBuilder::mix): the place of the row's data set, from 0.
pub const DATASET: &str = "dataset";

/// Whether batches have row ids as their last column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowIds {
    Absent,
    Shown,
    /// For the stream's own use: left out before a batch is handed out, so they may have the name of another column.
    Internal,
}

/// The columns of a stream's batches.
#[derive(Clone, Debug)]
pub struct Columns {
    /// Those that are shown, then the derived ones.
    fields: Arc<[Field]>,
    shown: usize,
    row_ids: RowIds,
    schema: SchemaRef,
}

impl Columns {
    /// Some columns of a revision, what is derived from them for the stream's own use, and the row ids.
    pub fn new(fields: &[&Field], derived: &[Field], decode_tensors: bool, row_ids: RowIds) -> Result<Self> {
        let tensor = |f: &Field| if decode_tensors { tensor_field(f) } else { None };
        let arrow = fields.iter().map(|f| tensor(f).unwrap_or_else(|| arrow_field(f, Form::Read)));
        let mut arrow: Vec<ArrowField> = arrow.collect();
        arrow.extend(derived.iter().map(|field| arrow_field(field, Form::Read)));
        if row_ids != RowIds::Absent {
            if row_ids == RowIds::Shown && fields.iter().any(|f| f.name == ROW_ID) {
                return Err(hub_dataset::Error::from(SchemaError::Taken(ROW_ID.to_owned())).into());
            }
            arrow.push(ArrowField::new(ROW_ID, DataType::UInt64, false));
        }
        let shown = fields.len();
        let fields = fields.iter().copied().chain(derived).cloned().collect();
        Ok(Self { fields, shown, row_ids, schema: Arc::new(ArrowSchema::new(arrow)) })
    }

    pub fn fields(&self) -> Vec<&Field> {
        self.fields.iter().collect()
    }

    /// How many of them, from the first, are for the stream's consumer; the others are derived.
    pub fn shown(&self) -> usize {
        self.shown
    }

    /// The columns of a batch.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The columns of rows of a fragment, as they are kept until they are mixed: those that were read, and
    /// the row ids.
    pub fn of_chunk(
        &self,
        read: &RecordBatch,
        fragment: &Fragment,
        offsets: impl Iterator<Item = u32>,
    ) -> Vec<ArrayRef> {
        let mut columns = read.columns().to_vec();
        if self.row_ids != RowIds::Absent {
            let ids = offsets.map(|offset| fragment.row_id(offset).raw());
            columns.push(Arc::new(UInt64Array::from_iter_values(ids)));
        }
        columns
    }

    /// The batch of mixed columns.
    pub fn batch(&self, columns: Vec<ArrayRef>, rows: usize) -> Result<RecordBatch> {
        let fields = self.schema.fields();
        let columns = columns.into_iter().zip(fields).map(|(column, field)| as_declared(column, field));
        let columns =
            columns.collect::<Result<Vec<_>, _>>().map_err(Error::arrow("a tensor can't be built"))?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .map_err(Error::arrow("the columns of a batch don't match its schema"))
    }
}

fn as_declared(column: ArrayRef, field: &FieldRef) -> Result<ArrayRef, ArrowError> {
    match (column.as_fixed_size_binary_opt(), field.data_type()) {
        (Some(binary), DataType::FixedSizeList(item, length)) => Ok(Arc::new(tensor(binary, item, *length)?)),
        _ => Ok(column),
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
    let values = make_array(data);
    FixedSizeListArray::try_new(Arc::clone(item), length, values, binary.nulls().cloned())
}
