//! The table's name, and those of the columns that no data set stores.

/// The table's name.
pub const TABLE: &str = "samples";
/// The row's id, as people see it.
pub const ROW_ID: &str = "_row_id";
/// The row's place among the rows of the revision, from 0.
pub const POSITION: &str = "_position";
/// The split the row belongs to.
pub const SPLIT: &str = "_split";
/// The columns that `*` leaves out.
pub const SYSTEM: [&str; 3] = [ROW_ID, POSITION, SPLIT];
/// The data set a row is of, where several are asked.
pub const DATASET: &str = "dataset";
