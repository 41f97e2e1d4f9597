//! Statistics of a revision: sizes from its manifests, the rest from a scan of the annotations.
//!
//! Counted rather than taken from Parquet's statistics, since those count deleted rows and know nothing of
//! labels in lists. Each of a few readers holds one row group at a time, which is decoded and counted on the
//! CPU pool ([`crate::cpu_pool`]): the server stays responsive, and a cancelled count stops.

mod column_counter;
mod figures;
mod scan;

pub use figures::{Bound, ClassCount, ColumnStats, LabelStats, SplitStats, Stats};
