//! Rows of a revision as an Arrow IPC stream, piece by piece.
//!
//! [`hub_stream`] determines which rows are in which batch: the same as in the library, with one lane and the default
//! window, in epoch 0. `batches.rs` polls it on the CPU pool, [`Encoder`] cuts each batch into pieces of bounded size and
//! encodes one on demand, [`Memory`] estimates beforehand what a stream holds. On a local disk a row group consists of
//! views into the file, so a stream of images holds one encoded piece, however long a row group is.
//!
//! Media are sent as `binary`, not as the views they are read as: every Arrow library reads `binary`, and sending a view
//! would send the whole buffer that it points into.

mod batches;
mod columns;
mod encode;
mod memory;

pub use encode::Encoder;
pub use memory::Memory;
