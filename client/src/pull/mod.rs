//! Pull: a revision as a data set of its own, or its samples in another format.
//!
//! A copy with its history ([`HistoryCopy`]) and that of one state ([`copy()`]) copy files as they are, check each against
//! its hash, and write commits last, so an interrupted copy continues where it stopped. The export ([`export()`])
//! writes samples to a [`hub_dataset::sample::SampleSink`], in the order of the revision; long samples are
//! passed on as readers, never held in memory.

mod copy;
mod export;
mod history;

pub use copy::{CopyReport, copy};
pub use export::{ExportOptions, ExportReport, export, exported_columns};
pub use history::{HistoryCopy, HistoryReport};
