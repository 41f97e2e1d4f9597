//! Streams a revision as Arrow batches: in order or shuffled, for any number of ranks and workers.
//!
//! In comes a [`Snapshot`](hub_dataset::Snapshot); out comes a [`BatchStream`] of `RecordBatch`es.
//!
//! | column | Arrow type in a batch | note |
//! |---|---|---|
//! | image, audio, video | `struct<bytes: binary_view, path: utf8>` | encoded, as pushed; views of the memory map or of fetched bytes; where `bytes` is null, the sample is a separate object, see [`Snapshot::blob`](hub_dataset::Snapshot::blob) |
//! | image, with [`StreamBuilder::image`], where all results have one size | `arrow.fixed_shape_tensor` of shape `[height, width, 3]`, or `[3, height, width]` for NCHW, over `fixed_size_list<item: T>`; null: the row has no image, and its pixels are zeros | all pixels of a batch lie in one buffer, in which they were decoded; T is `uint8`, `float16`, `float32`, or for bfloat16 its bits as `uint16` |
//! | the same, where sizes differ (the image as it is, or resized by its shorter side) | `struct<pixels: binary_view, height: uint32, width: uint32>` | `pixels` are height x width x 3 values (3 x height x width for NCHW) in the machine's byte order, each image in its own buffer |
//! | audio, with [`StreamBuilder::audio`] and a length | `arrow.fixed_shape_tensor` of shape `[samples]`, or `[2, samples]` for stereo, over `fixed_size_list<item: T>`; null: the row has no audio, and its samples are zeros | T is `float32`, from -1 to 1, or `int16` |
//! | the same, without a length | `struct<samples: binary_view, channels: uint32, frames: uint32>` | `samples` are channels x frames values in the machine's byte order |
//! | video, with [`StreamBuilder::video`] and a fixed size of frames | `arrow.fixed_shape_tensor` of shape `[frames, height, width, 3]`, or `[frames, 3, height, width]`, as for images; null: the row has no video, and its pixels are zeros | a clip of so many frames |
//! | the same, where sizes differ | `struct<pixels: binary_view, frames: uint32, height: uint32, width: uint32>` | `pixels` are frames x height x width x 3 values |
//! | tensor of shape `[a, b]` | `arrow.fixed_shape_tensor` of shape `[a, b]` over `fixed_size_list<item: T>[a*b]` | row-major; a batch is `[rows, a, b]` |
//! | class label | `int64` | the class number, from 0; null: no label |
//! | box | `struct<x, y, width, height: float64>` | in pixels; `x`, `y` of the top left corner, from the image's top left corner |
//! | others | as [`hub_schema::arrow_types`] says | |
//! | `row_id` | `uint64`, never null | last column, with [`StreamBuilder::with_row_ids`] |
//!
//! Three shuffled epochs, as rank 0 of 8 (`client/examples/stream_batches.rs` is a whole program):
//!
//! ```
//! use futures::StreamExt;
//! use hub_stream::StreamBuilder;
//!
//! # async fn example(snapshot: hub_dataset::Snapshot) -> Result<(), hub_stream::Error> {
//! let builder = StreamBuilder::new(snapshot).split("train").columns(&["image", "label"]).batch_size(256);
//! for epoch in 0..3 {
//!     let mut batches = builder.clone().shuffle(42).epoch(epoch).rank(0, 8).build().await?;
//!     while let Some(batch) = batches.next().await {
//!         println!("{} rows", batch?.num_rows());
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! # How it works
//!
//! The unit of reading is a chunk: one row group of one fragment. The order of an epoch (`order.rs`) is a pure
//! function of seed, epoch, batch size, lanes and window; it maps each batch number to rows of chunks, and doesn't
//! depend on ranks. With `n` consumers (ranks × workers) each consumer (`consumer.rs`) takes every n-th batch and
//! knows beforehand how many rows it needs of each chunk. `prefetch.rs` loads the chunks that are needed next,
//! within a budget of bytes, `load.rs` fetches and decodes one, `mix.rs` puts rows of several into a batch. So
//! neither timing nor budgets nor the number of consumers can change what is in batch `k`, and a position in an
//! epoch is one number. Images are decoded at the very end (`images/`), a few batches ahead of the consumer, on the CPU
//! pool that all streams of a process share.
//!
//! Why windows of whole chunks and not a shuffle of single rows: from a bucket a row group takes one request,
//! a hundred single rows take a hundred; on a local disk its page headers are decoded once. A window mixes 12
//! chunks by default (about 150 MiB of images). Rows that were pushed next to each other are likely to share a
//! window, so where that matters push the classes mixed, or widen the window.
//!
//! # Memory
//!
//! A stream holds at most the prefetch budget and the chunks that the next batch touches: for a shuffled stream
//! one window for each lane that the consumer reads, two while a batch crosses from one window to the next. With
//! as many lanes as consumers (the default) a consumer reads one lane; a stream of eight lanes that is resumed by
//! two consumers has four each. On a local disk media take one view a sample; mapped pages belong to the page cache.
//! A batch keeps the chunks alive that its media lie in, so a program that keeps batches keeps their chunks. Decoded
//! images of later batches take at most half of the prefetch budget, and the batch that is decoded next what it takes.

mod apart;
mod batches;
mod build;
mod build_decoding;
mod build_planned;
mod builder;
pub mod cache;
mod chunks;
mod classes;
mod columns;
mod combined;
mod consumer;
mod cutting;
mod decoded_arrays;
mod error;
mod estimate;
mod filter;
mod images;
mod interleaved;
mod large;
mod load;
mod measures;
mod media;
mod mix;
mod mixed;
mod order;
mod padding;
mod pages;
mod panics;
mod planning;
mod prefetch;
mod problem;
mod proportions;
mod random;
mod selected;
mod sequence;
mod share;
mod shuffle_report;
mod state;
mod stats;
#[cfg(test)]
mod tests;
mod value_bytes;
mod walk;
mod weigh;
mod weights;

pub use batches::BatchStream;
pub use builder::{DEFAULT_BATCH_SIZE, DEFAULT_PREFETCH_BYTES, DEFAULT_WINDOW_CHUNKS, StreamBuilder, Tail};
pub use cache::{Cache, IndexCache};
pub use columns::{DATASET, ROW_ID};
pub use error::{Error, Result};
pub use filter::Filter;
pub use images::{Copies, Moving, OnError};
pub use media::MediaSpec;
pub use pages::Pages;
pub use planning::{Bucket, Cost};
pub use proportions::{Mixing, PerBatch, Stop};
pub use shuffle_report::ShuffleReport;
pub use state::{Plan, StreamState};
pub use stats::{FailedRow, StreamStats};
pub use weights::Weights;
