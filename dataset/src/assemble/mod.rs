//! One Parquet file of all columns of a run of fragments, assembled without copying.
//!
//! Other Parquet readers want whole files: all columns, a known length, any byte range. The columns of a
//! fragment lie in several files, but with the same row-group boundaries, and a Parquet file is its column
//! chunks and a footer that says where they are. So a new footer over byte ranges of the stored files is such a
//! file, a [`Recipe`]: a list of *segments*, each literal bytes (the magic number, the footer) or a range of a
//! stored file. Its length and its name ([`Recipe::etag`]) are exact before a byte of a sample is read, and a
//! range of it is a few ranges of stored files.
//!
//! Cases that the stored bytes alone don't cover:
//!
//! - *Deleted rows.* The row groups that hold some are rewritten without them, once, into a cache on the
//!   local disk; the fragment's other row groups stay as they are.
//! - *Columns younger than the fragment.* Their chunks are all null: a few literal bytes.
//! - *Replaced values.* Replacing writes the whole column of a fragment, so nothing needs to be done.
//! - *Renamed and dropped columns.* The footer is new: it has the names and columns of the revision.
//! - *Long samples* (objects of their own): a row group of gigabytes would be unusable, so they stay outside,
//!   `bytes` is null, and `path`, a leaf column of its own, is rewritten as the address at which they are
//!   served ([`Assembler::assemble`]'s `blob_address`).
//!
//! Page indexes and the checksums of row groups are left out; statistics of column chunks stay.
//!
//! [`shards`] cuts a revision into files of a sensible size by what its manifests say, [`Assembler`] finds the
//! recipe of one and caches recipes and rewritten row groups.

mod assembler;
mod chunk;
mod footer;
mod nulls;
mod parts;
mod recipe;
mod rewritten;
mod shard;
mod target;
#[cfg(test)]
mod tests;

pub use assembler::{Assembled, Assembler};
pub use recipe::Recipe;
pub use shard::{Shard, shards};
