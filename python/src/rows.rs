//! Rows by position, as dictionaries.

use std::sync::Arc;

use arrow::array::RecordBatch;
use hub_dataset::read::RowLookup;
use hub_schema::Feature;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::errors::from_dataset;
use crate::revision::Revision;
use crate::runtime::wait;
use crate::values::value;

/// Some columns of a revision, read row by row.
#[pyclass(frozen, module = "imagehub._native")]
#[derive(Debug)]
pub struct Rows {
    location: String,
    lookup: Arc<RowLookup>,
    names: Vec<Py<PyString>>,
    features: Vec<Feature>,
}

impl Rows {
    fn dict<'py>(&self, py: Python<'py>, batch: &RecordBatch, row: usize) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for ((name, feature), array) in self.names.iter().zip(&self.features).zip(batch.columns()) {
            dict.set_item(name.bind(py), value(py, self.lookup.snapshot(), feature, array, row)?)?;
        }
        Ok(dict)
    }
}

#[pymethods]
impl Rows {
    /// Rows of some columns of a revision.
    #[new]
    fn new(py: Python<'_>, revision: &Revision, columns: Vec<String>) -> PyResult<Self> {
        let location = revision.location_text().to_owned();
        let fields = revision.fields(py, &columns)?;
        let names = fields.iter().map(|field| PyString::intern(py, &field.name).unbind()).collect();
        let features = fields.iter().map(|field| field.feature.clone()).collect();
        let lookup = wait(py, RowLookup::new(revision.snapshot().clone(), fields))?;
        let lookup = Arc::new(lookup.map_err(|e| from_dataset(py, &e, &location))?);
        Ok(Self { location, lookup, names, features })
    }

    /// The row at a position of the revision.
    fn get<'py>(&self, py: Python<'py>, position: u64) -> PyResult<Bound<'py, PyDict>> {
        let found = match self.lookup.kept(position) {
            Some(found) => found,
            None => wait(py, self.lookup.row(position))?.map_err(|e| from_dataset(py, &e, &self.location))?,
        };
        self.dict(py, &found.batch, found.row)
    }

    /// The rows at some positions, in the order given.
    fn take<'py>(&self, py: Python<'py>, positions: Vec<u64>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        if self.lookup.keeps_rows() {
            return positions.into_iter().map(|position| self.get(py, position)).collect();
        }
        let batch = wait(py, self.lookup.batch(&positions))?;
        let batch = batch.map_err(|e| from_dataset(py, &e, &self.location))?;
        (0..batch.num_rows()).map(|row| self.dict(py, &batch, row)).collect()
    }
}
