//! The names of the data sets that are made here.

/// The namespace of what is made here.
pub const NAMESPACE: &str = "bench";
/// The data set of the pictures.
pub const PICTURES: &str = "bench/pictures";
