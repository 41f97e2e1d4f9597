//! What batches are planned by, as a user sets it.

/// Which rows stand together in a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bucket {
    /// Those whose decoded images have the same size; without decoding, those whose stored images have it.
    Shape,
    /// Those with the same value in a column of class labels, text, whole numbers or booleans.
    Column(String),
}

/// What a row counts in a batch's budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cost {
    /// The pixels of its decoded images; without decoding, those of its stored images.
    Pixels,
    /// The number in a column.
    Column(String),
}
