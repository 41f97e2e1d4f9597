//! An image that could not be decoded.

use hub_decode::DecodeError;

/// Why a row of a batch has no pixels.
#[derive(Debug)]
pub struct Failure {
    /// The row of the batch.
    pub row: usize,
    /// The place of the image column among those that are decoded.
    pub column: usize,
    pub problem: Problem,
}

/// What went wrong.
#[derive(Debug)]
pub enum Problem {
    Decode(DecodeError),
    /// An image that is an object of its own can't be read.
    Store(hub_dataset::Error),
}
