//! Rows of a revision as an Arrow IPC stream, piece by piece.
//!
//! [`Rows`] reads row group after row group and keeps the rows that are wanted; [`Encoder`] cuts what was read
//! into pieces of bounded size and encodes each when it is asked for. From a disk a row group is views into the
//! file, so what a stream holds is one encoded piece, however long a row group is.
//!
//! Media leave as `binary`, not as the views they are read as: every Arrow library reads that, and a view would
//! take the whole file with it.

mod columns;
mod encode;
mod rows;

pub use encode::Encoder;
pub use rows::Rows;
