//! The native module of the Python package `imagehub` (`imagehub._native`): data sets, rows and streams as Python
//! objects.
//!
//! What people call is in `imagehub/*.py`, typed and documented there; this module has what must be fast or needs the
//! Rust crates: opening a revision ([`revision`]), rows by position ([`rows`]), batches ([`stream`]), memory that
//! Python reads without a copy ([`tensor`]), and writing ([`writer`]). Waiting happens with the GIL released and looks for signals
//! ([`runtime`]); a failure becomes one of the package's exceptions ([`errors`]).

mod arrow_input;
mod arrow_stream;
mod blob;
mod columns;
mod errors;
mod input;
mod new_dataset;
mod place;
mod positions;
mod revision;
mod rows;
mod runtime;
mod sample_queue;
mod stream;
mod tensor;
mod values;
mod writer;

#[pyo3::pymodule(gil_used = false)]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::arrow_stream::{Table, arrow_stream, query};
    #[pymodule_export]
    use crate::blob::Blob;
    #[pymodule_export]
    use crate::positions::Positions;
    #[pymodule_export]
    use crate::revision::{Revision, open};
    #[pymodule_export]
    use crate::rows::Rows;
    #[pymodule_export]
    use crate::stream::Stream;
    #[pymodule_export]
    use crate::tensor::Tensor;
    #[pymodule_export]
    use crate::writer::{Writer, columns_of_arrow, media_kind};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
