//! Arrow's C stream interface (<https://arrow.apache.org/docs/format/CStreamInterface.html>): what pyarrow, polars and
//! DuckDB read without a copy, through a method `__arrow_c_stream__`.

use std::ffi::CStr;
use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::ffi_stream::FFI_ArrowArrayStream;
use futures::StreamExt;
use hub_query::{Limits, NamedSnapshot, Tables};
use hub_stream::{BatchStream, StreamBuilder};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::errors::{from_query, from_stream};
use crate::positions::Positions;
use crate::revision::Revision;
use crate::runtime::{block_on, wait};

const NAME: &CStr = c"arrow_array_stream";
/// Rows a batch.
const ROWS: usize = 1024;

/// A table in memory.
#[pyclass(frozen, module = "imagehub._native")]
#[derive(Debug)]
pub struct Table {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl Table {
    /// Of one batch.
    pub fn one(batch: RecordBatch) -> Self {
        Self { schema: batch.schema(), batches: vec![batch] }
    }
}

#[pymethods]
impl Table {
    /// The names of the columns.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    fn __len__(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Py<PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // A wish that need not be granted.
        drop(requested_schema);
        let batches = self.batches.clone().into_iter().map(Ok);
        capsule(py, RecordBatchIterator::new(batches, Arc::clone(&self.schema)))
    }
}

fn capsule(
    py: Python<'_>,
    reader: impl RecordBatchReader + Send + 'static,
) -> PyResult<Bound<'_, PyCapsule>> {
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), NAME)
}

/// The batches of a stream, waited for on the calling thread.
struct Blocking(BatchStream);

impl Iterator for Blocking {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = block_on(self.0.next()).map_err(|e| ArrowError::IoError(e.to_string(), e)).transpose()?;
        Some(next.and_then(|batch| batch.map_err(|e| ArrowError::ExternalError(Box::new(e)))))
    }
}

/// A stream of some rows and columns of a revision, in order: a capsule for `__arrow_c_stream__`.
#[pyfunction]
#[pyo3(signature = (revision, columns, positions=None))]
pub fn arrow_stream<'py>(
    py: Python<'py>,
    revision: &Revision,
    columns: Vec<String>,
    positions: Option<&Positions>,
) -> PyResult<Bound<'py, PyCapsule>> {
    let mut builder =
        StreamBuilder::new(revision.snapshot().clone()).columns(&columns).batch_size(ROWS).in_order();
    if let Some(positions) = positions {
        builder = builder.positions(positions.as_slice().iter().copied());
    }
    if let Some(cache) = revision.cache() {
        builder = builder.cache(cache.clone());
    }
    let stream = wait(py, builder.build())?.map_err(|e| from_stream(py, &e, revision.location_text()))?;
    let schema = Arc::clone(stream.schema());
    capsule(py, RecordBatchIterator::new(Blocking(stream), schema))
}

/// The result of an SQL query over a revision, the table `samples`.
#[pyfunction]
pub fn query(py: Python<'_>, revision: &Revision, sql: &str) -> PyResult<Table> {
    let location = revision.location_text();
    let tables = Tables::one(NamedSnapshot::new(location, revision.snapshot().clone()));
    let collected = wait(py, async {
        let mut rows = hub_query::query(&tables, sql, &Limits::default()).await?;
        let schema = Arc::clone(rows.schema());
        let mut batches = Vec::new();
        while let Some(batch) = rows.next().await {
            batches.push(batch?);
        }
        Ok((schema, batches))
    })?;
    let (schema, batches) = collected.map_err(|e| from_query(py, &e, location))?;
    Ok(Table { schema, batches })
}
