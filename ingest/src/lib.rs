//! Reads and writes data sets in foreign formats.
//!
//! [`read::open`] recognises the format of a folder or file and returns a
//! [`hub_dataset::sample::SampleSource`]; [`write::create`] returns a [`hub_dataset::sample::SampleSink`];
//! [`known`] fetches the official files of well-known data sets. Each format has a folder or file of its own;
//! none of them knows how a data set is stored.

mod coco_members;
pub mod format;
pub mod known;
pub mod read;
mod unpack;
pub mod write;

pub use format::Format;
