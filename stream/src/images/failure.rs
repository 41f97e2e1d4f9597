//! An image that could not be decoded.

use crate::problem::Problem;

/// Why a row of a batch has no pixels.
#[derive(Debug)]
pub struct Failure {
    /// The row of the batch.
    pub row: usize,
    /// The place of the image column among those that are decoded.
    pub column: usize,
    pub problem: Problem,
}
