//! Samples → foreign formats.
//!
//! [`losses`] says what a format can't express of some columns, or that it can't hold them at all, before
//! anything is written; [`create`] gives the [`SampleSink`](hub_dataset::sample::SampleSink) that writes. Each format is one module with a
//! `fit`, which decides from the columns alone what goes where (so the two can't disagree), and a
//! [`staging::Writer`]. What they share: a file becomes visible under its name only at the end
//! ([`staging`]), names from a data set are made safe ([`names`]), media are copied in blocks ([`copy`]).

mod columns;
mod copy;
mod create;
mod json;
mod leftovers;
mod loss;
mod medium;
mod names;
mod splits;
mod staging;
mod target;

mod boxes;
mod cifar;
mod class_folder;
mod coco;
mod idx;
mod media_folder;
mod parquet;
mod table;
mod webdataset;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use create::{WRITTEN, create, losses};
pub use leftovers::sweep;
pub use loss::{Loss, LossKind, Unfit};
pub use names::{Unique, base_name, safe_path};
pub use target::Target;
