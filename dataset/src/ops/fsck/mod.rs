//! Verify: reads back every byte that commits name.
//!
//! Commits lead to manifests, manifests to data files and blobs; each is read once, several at a time, and
//! compared with the hash it is named by. Of a data file that differs the row groups are read again and
//! compared with the checksums in its footer, so that the report names the affected rows. Then the pieces
//! must fit: the files of a fragment in their row groups, row ids among each other, commits' sums with the
//! fragments. Damaged pages are never decoded.

mod checklist;
mod derived;
mod file;
mod report;
mod sums;
mod verify;

pub use report::{Damage, DamagedRows, Progress, Report};

pub use super::gc::Orphans;
pub use super::reachable::Scope;
