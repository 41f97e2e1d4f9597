//! A column group: the Parquet file that holds some columns of a fragment.
//!
//! Written for training: media lie uncompressed, one row a page, so that one image is one small range and,
//! in a memory map, a view; annotations are compressed. Every row group carries a checksum in the footer, so
//! that `hub fsck` can say which rows are damaged. Any Parquet reader opens these files.

mod aligned_hash;
mod bytes;
mod columns;
mod encoded_file;
mod footer;
mod group_check;
mod group_fetch;
mod group_file;
mod group_open;
mod large_pages;
mod media_chunk;
mod random;
mod sink;
mod type_mismatch;
mod write;

pub use self::bytes::SparseBytes;
pub use encoded_file::EncodedFile;
pub(crate) use footer::pairs;
pub use footer::{CHECKSUMS_KEY, DERIVED_FROM_KEY, FORMAT_KEY};
pub use group_file::{GroupFile, unpacked_size};
pub use large_pages::LargePage;
pub use random::MediaLookup;
pub use type_mismatch::TypeMismatch;
#[cfg(test)]
pub(crate) use type_mismatch::check_type;
pub use write::GroupWriter;
