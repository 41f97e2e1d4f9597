//! WebDataset: tars in which the files of a sample lie side by side.
//!
//! In: one `.tar` (plain, or compressed by gzip, bzip2, xz or zstd), a folder of them at any depth, or a brace pattern
//! (`train-{000000..000012}.tar`). A sample is a run of members whose names are equal up to the first dot of
//! the last name (`a/0001.jpg`, `a/0001.seg.png`, `a/0001.cls`); what stands behind that dot says the column
//! ([`columns`]). Out: media columns, `label`, `text`, `json`, others as they are called, and `key`.
//!
//! Media are ranges of the tar; only the small members (labels, texts, JSON) are read here. The split is that
//! in the tar's name or folder's.
//!
//! Columns must be known before the first sample, and nothing in a WebDataset says them. A pass over all
//! headers would be exact, but too slow for a terabyte; so the first samples of every tar are read, and
//! a later sample with an extension that none of these had is an error. Class numbers get their names from a
//! `classnames.txt` (or `classes.txt`) beside the tars; without one, `label` is a column of integers, since the
//! number of classes can't be told from a few samples.

mod braces;
mod columns;
mod groups;
mod recognise;
mod shards;
mod source;

#[cfg(test)]
mod tests;

pub use braces::is_pattern;
pub use recognise::{is_packed_folder, recognise};
pub use shards::is_tar;
pub use source::open;
