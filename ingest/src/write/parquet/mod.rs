//! Parquet as Hugging Face publishes data sets: `data/train-00000-of-00003.parquet`, …, and a `README.md` that
//! names the splits.
//!
//! Columns lie as in a hub (media are `struct<bytes, path>`, labels numbers), with two differences: Hugging
//! Face has no raw images, so they are encoded as PNG, and no tensors of bytes, so those are lists of fixed
//! lengths, which our reader makes tensors again. The `huggingface` key says the rest, so that `datasets` shows
//! images and class names.
//!
//! A file is written a row group at a time: samples are held until they are some tens of megabytes, so one that
//! is larger than [`sink::MAX_SAMPLE_BYTES`] is refused; a Parquet reader would have to hold it whole as well.
//! Annotations are compressed, media are not, since they are already.

mod columns;
mod layout;
mod shard;
mod sink;

#[cfg(test)]
mod tests;

pub use layout::fit;
pub use sink::Parquet;
