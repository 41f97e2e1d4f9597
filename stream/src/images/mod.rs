//! Decodes the images of batches, after the rows were mixed.
//!
//! In come batches as they are stored ([`MixedBatches`](crate::mixed::MixedBatches)), in the order of the epoch; out come the
//! same rows in the same order, with pixels in place of encoded images. So windows hold compressed bytes, and neither the
//! order nor a state depends on decoding.
//!
//! `columns.rs` says which columns are decoded, and to which Arrow type. `stage.rs` decodes a few batches ahead of the one
//! that is asked for, within the budget of bytes. A batch is cut into pieces of a few rows (`piece.rs`), which run on the
//! CPU pool ([`cpu_pool`](hub_dataset::cpu_pool)): one pool for the whole process, in which Parquet is decoded too, so
//! however many streams are open, no more threads compute than there are cores. The tensors of a batch lie in one buffer
//! (`buffers.rs`). Each piece owns its part of it, so that threads write next to each other and nothing is copied
//! when the last piece is done. `finish.rs` makes the batch, and replaces what couldn't be decoded.
//!
//! What is random in a transform is drawn from the seed, the epoch and the row's id, so the pixels of a row depend on
//! neither threads nor ranks.

mod buffers;
mod cached;
mod columns;
mod copies;
mod decoders;
mod failure;
mod finish;
mod indexes;
mod keypoints;
mod masks;
mod moved;
mod own_size;
mod parts;
mod piece;
mod place;
mod queue;
mod row;
mod settings;
mod stage;
mod work;

pub use cached::{CopyCache, HeldCopies};
pub use columns::{ImageColumns, entry_points};
pub use settings::{Copies, ImageColumn, Moving, OnError};
pub use stage::DecodeStage;
pub use work::{Source, Work, draw_again};
