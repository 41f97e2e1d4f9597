//! Pull: a revision as a data set of its own, or its samples in another format.
//!
//! The exact copy ([`copy()`]) copies files as they are, checks each against its hash, and writes the commit
//! last, so an interrupted copy is not a data set yet and continues where it stopped. The export ([`export()`])
//! writes samples to a [`hub_dataset::sample::SampleSink`], in the order of the revision; long samples are
//! passed on as readers, never held in memory.

mod copy;
mod export;

pub use copy::{CopyReport, copy};
pub use export::{ExportOptions, ExportReport, export, exported_columns};
