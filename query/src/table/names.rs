//! The table's name, and the names of the columns that no data set stores.

/// The one table that a query can name.
pub const TABLE: &str = "samples";
/// The table of a run's predictions, where one is named.
pub const PREDICTIONS: &str = "predictions";
/// The row's id as text.
pub const ROW_ID: &str = "_row_id";
/// The row's place among the rows of the revision, from 0.
pub const POSITION: &str = "_position";
/// The name of the column of positions that filters and pages add. Queries can't name it, and messages don't show it.
pub const ROW_POSITION: &str = "position of the row";
/// The split of the row; null where it has none.
pub const SPLIT: &str = "_split";
/// The columns that `*` leaves out.
pub const SYSTEM: [&str; 3] = [ROW_ID, POSITION, SPLIT];
/// The data set of a row, `namespace/name`, where several are queried.
pub const DATASET: &str = "dataset";
