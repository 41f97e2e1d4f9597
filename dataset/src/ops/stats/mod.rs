//! Statistics of a revision: sizes from its manifests, the rest from a scan of the annotations.
//!
//! Counted rather than taken from Parquet's statistics, since those count deleted rows and know nothing of
//! labels in lists. A row group is held at a time by each of a few readers, and decoded and counted aside
//! ([`crate::cpu_pool`]): others are served meanwhile, and a count that nobody waits for ends.

mod column_counter;
mod figures;
mod scan;

pub use figures::{Bound, ClassCount, ColumnStats, LabelStats, SplitStats, Stats};
