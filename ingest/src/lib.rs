//! Foreign formats in and out.
//!
//! [`read::open`] looks at a folder or file and gives a [`hub_dataset::sample::SampleSource`];
//! [`write::create`] gives a [`hub_dataset::sample::SampleSink`]; [`known`] fetches the official files of
//! well-known data sets. One folder or file a format; none of them knows how a data set is stored.

pub mod format;
pub mod known;
pub mod read;
pub mod write;

pub use format::Format;
