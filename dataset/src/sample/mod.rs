//! Samples: rows on their way between a foreign format and a data set.
//!
//! `hub_ingest` reads foreign formats into [`Sample`]s (a [`SampleSource`]) and writes samples out to foreign
//! formats (a [`SampleSink`]); this crate turns samples into Arrow columns ([`build`]) and back
//! ([`extract`]), and values into JSON ([`json`]). Samples are the only interface between the two, so that formats and
//! fragments are independent of each other.
//!
//! Media in a sample are *named*, not loaded: a source gives the file or the range of an archive, and the
//! writer's workers read it when its turn comes. So a source runs ahead at the speed of a directory listing,
//! and memory is bounded by what the workers hold.

pub mod build;
pub mod extract;
pub mod json;
mod media;
pub mod parse;
mod source;
mod value;

pub use media::{Media, MediaBytes, ReadAt};
pub use source::{Column, SampleError, SampleSink, SampleSource, SizeHint};
pub use value::{Sample, Value};
