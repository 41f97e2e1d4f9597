//! Rows of several arrays, as one.

use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow::array::{Array, ArrayRef};
use arrow::compute::interleave;

use crate::error::{Error, Result};

/// Rows of several arrays of a column: of each row the array, and the row in it.
pub fn interleaved(arrays: &[&dyn Array], rows: &[(usize, usize)], column: &str) -> Result<ArrayRef> {
    let too_long = || Error::TooLong { column: column.to_owned(), rows: rows.len() };
    // Arrow panics where nested offsets overflow.
    let mixed = catch_unwind(AssertUnwindSafe(|| interleave(arrays, rows))).map_err(|_| too_long())?;
    mixed.map_err(|source| match source {
        arrow::error::ArrowError::OffsetOverflowError(_) => too_long(),
        source => Error::Arrow { context: "rows of several chunks can't be mixed", source },
    })
}
