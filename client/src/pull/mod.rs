//! Pull: a revision as a directory of its own, or its samples in another format.
//!
//! The faithful copy ([`copy()`]) moves files as they are, checks each against its hash, and writes the commit
//! last, so a copy that was cut off is no data set yet and goes on where it stopped. The export ([`export()`])
//! hands samples to a [`hub_dataset::sample::SampleSink`], in the order of the revision; long samples are
//! handed over as readers, never held.

mod copy;
mod export;

pub use copy::{CopyReport, copy};
pub use export::{ExportOptions, ExportReport, export, exported_columns};
