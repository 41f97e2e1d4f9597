//! Rows of a revision as an Arrow IPC stream, piece by piece.
//!
//! Which rows stand in which batch is [`hub_stream`]'s: the same as in the library, with one lane and the usual window,
//! in epoch 0. `batches.rs` makes them aside, [`Encoder`] cuts each into pieces of bounded size and encodes one when it is
//! asked for, [`Memory`] says beforehand what a stream holds. From a disk a row group is views into the file, so what a
//! stream of pictures holds is one encoded piece, however long a row group is.
//!
//! Media leave as `binary`, not as the views they are read as: every Arrow library reads that, and a view would
//! take the whole file with it.

mod batches;
mod columns;
mod encode;
mod memory;

pub use encode::Encoder;
pub use memory::Memory;
