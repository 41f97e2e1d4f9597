//! The data set on an object store: fragments, manifests, commits, branches, and every operation on them.
//!
//! In: a [`store::Store`] (a directory, a bucket, memory) and samples. Out: atomic commits, and rows by position or
//! id. It needs no server and no lock: files are content-addressed,
//! and the last step of every change is to create `refs/<branch>/<version>.json`, which the store must refuse
//! if the file is there. Why not an existing table format (Iceberg, Delta, Lance): none combines one row per page
//! for media, stable row ids across branches, and files that any Parquet reader opens.

mod arbitration;
pub mod assemble;
mod author;
pub mod commit;
pub mod cpu_pool;
mod dataset;
mod disk_cache;
pub mod error;
pub mod file;
mod hash;
pub mod layout;
pub mod manifest;
pub mod ops;
pub mod read;
mod refs;
pub mod sample;
mod side_by_side;
pub mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
pub(crate) mod tests;

pub use arbitration::Arbitrate;
pub use author::Author;
pub use commit::{BadCommit, Committed};
pub use dataset::Dataset;
pub use error::{ArbitrationError, Conflict, Error, Result, SynsetClash};
pub use read::{
    ColumnPath, FragmentReader, LabelColumn, LabelIndex, LabelIndexError, Place, Postings, Snapshot,
};
pub use side_by_side::side_by_side;
pub use store::Store;
