//! A sample that is an object of its own: read by ranges, never held in memory whole.

use std::sync::Arc;

use hub_dataset::sample::ReadAt;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// A large sample; `imagehub` wraps it as a file object.
#[pyclass(frozen, module = "imagehub._native")]
#[derive(Debug)]
pub struct Blob(Arc<dyn ReadAt>);

impl Blob {
    pub fn new(bytes: Arc<dyn ReadAt>) -> Self {
        Self(bytes)
    }
}

#[pymethods]
impl Blob {
    /// The length in bytes.
    fn __len__(&self) -> PyResult<usize> {
        Ok(usize::try_from(self.0.size_bytes())?)
    }

    /// Reads up to `length` bytes at `offset`; fewer only at the end.
    fn read_at<'py>(&self, py: Python<'py>, offset: u64, length: usize) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = py.detach(|| self.0.read_at(offset, length))?;
        Ok(PyBytes::new(py, &bytes))
    }
}
