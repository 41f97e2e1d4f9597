//! What differs between two revisions: rows added, removed and changed, columns added, dropped, renamed.
//!
//! Computed from commits and manifests alone; no data file is read. Manifests that both revisions name are passed
//! over unread, fragments that are equal are dropped, and of the rest row ids are compared, so that a
//! compaction shows no difference. A row is changed if a commit that only one side knows replaced one of its
//! values (see [`hub_schema::Patch`]).

mod columns;
mod difference;
mod rows;
mod values;

pub use columns::ColumnChange;
pub use difference::Diff;
pub(super) use rows::{RowChanges, all_rows, each_id, live_rows, patched, row_ids};
pub use values::{ChangeGroup, ChangedValue, ChangedValues};
