//! Sweep: deletes files that no commit names.
//!
//! A writer uploads first and commits last, so a file without a commit is either an orphan (a push that was
//! killed, a file that a compaction replaced on a branch that is gone) or belongs to a commit that is being
//! made. The grace time tells them apart, and on a local disk a lock tells whether anyone is writing at all. The
//! files are listed before the commits are read, so that a commit that is published in between is seen.
//!
//! Commits themselves (`refs/`), tags, views and finished runs are never deleted: they are small, and are the history. A
//! run that was not finished is deleted once nothing was added to it for the grace time. Parts of an
//! upload to a bucket that was killed can't be listed through the interface used here; a lifecycle rule of the
//! bucket (`AbortIncompleteMultipartUpload`) removes them.

mod leftovers;
mod named;
mod report;
mod sweep;

pub(super) use leftovers::temporaries;
pub use report::{Orphans, Swept};
