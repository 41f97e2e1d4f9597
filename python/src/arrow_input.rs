//! Tables from Python: pyarrow, polars, pandas and DuckDB give them through Arrow's C stream interface.

// The stream that a capsule holds is taken over by its pointer.
#![allow(unsafe_code)]

use std::ffi::CStr;

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::ffi::FFI_ArrowSchema;
use arrow::ffi_stream::{ArrowArrayStreamReader, FFI_ArrowArrayStream};
use hub_dataset::sample::{Column, Sample, SampleError};
use hub_ingest::read::{table_columns, table_rows};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyCapsuleMethods};

use crate::errors::{Kind, Place, raise, raise_at};

const NAME: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";

/// The batches of a table.
pub struct Batches {
    location: String,
    reader: ArrowArrayStreamReader,
    schema: SchemaRef,
}

impl Batches {
    /// Takes over the stream of a capsule.
    pub fn new(py: Python<'_>, capsule: &Bound<'_, PyAny>, location: &str) -> PyResult<Self> {
        let capsule = capsule.cast::<PyCapsule>().map_err(PyErr::from)?;
        let pointer = capsule.pointer_checked(Some(NAME))?.cast::<FFI_ArrowArrayStream>();
        // SAFETY: the name says that the pointer is that of an `ArrowArrayStream`, which is alive as long as the capsule.
        // Its content is moved out: what stays is marked as released, so that the capsule frees nothing twice.
        let reader = unsafe { ArrowArrayStreamReader::from_raw(pointer.as_ptr()) };
        let reader = reader.map_err(|e| raise(py, Kind::Value, &e.to_string(), Some(location)))?;
        let schema = arrow::array::RecordBatchReader::schema(&reader);
        Ok(Self { location: location.to_owned(), reader, schema })
    }

    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The next batch.
    pub fn next(&mut self, py: Python<'_>) -> PyResult<Option<RecordBatch>> {
        // The producer may be Python code, so it is called with the GIL held.
        let next = self.reader.next().transpose();
        next.map_err(|e| raise(py, Kind::Value, &e.to_string(), Some(&self.location)))
    }

    /// The columns of the table; `first` are its first rows.
    pub fn columns(&self, py: Python<'_>, first: &RecordBatch) -> PyResult<Vec<Column>> {
        table_columns(&self.schema, Some(first)).map_err(|e| self.bad(py, &e, None))
    }

    /// The rows of a batch; `first_row` is the number of the first.
    pub fn samples(
        &self,
        py: Python<'_>,
        columns: &[Column],
        batch: &RecordBatch,
        split: Option<&str>,
        first_row: u64,
    ) -> PyResult<Vec<Sample>> {
        let rows = py.detach(|| table_rows(columns, batch, split, first_row));
        let rows = rows.into_iter().zip(first_row..);
        rows.map(|(sample, row)| sample.map_err(|e| self.bad(py, &e, Some(row)))).collect()
    }

    fn bad(&self, py: Python<'_>, error: &SampleError, row: Option<u64>) -> PyErr {
        let place = Place { row, ..Place::default() };
        raise_at(py, Kind::Value, &error.to_string(), Some(&self.location), &place)
    }
}

/// The columns of a schema that a capsule of `__arrow_c_schema__` holds.
pub fn schema_columns(py: Python<'_>, capsule: &Bound<'_, PyAny>, location: &str) -> PyResult<Vec<Column>> {
    let capsule = capsule.cast::<PyCapsule>().map_err(PyErr::from)?;
    let pointer = capsule.pointer_checked(Some(SCHEMA))?.cast::<FFI_ArrowSchema>();
    // SAFETY: the name says that the pointer is that of an `ArrowSchema`, which is alive as long as the capsule.
    let schema = Schema::try_from(unsafe { pointer.as_ref() });
    let schema = schema.map_err(|e| raise(py, Kind::Value, &e.to_string(), Some(location)))?;
    table_columns(&schema, None).map_err(|e| raise(py, Kind::Value, &e.to_string(), Some(location)))
}
