//! The description of a data set in Croissant 1.1, and the files that it names.
//!
//! Croissant describes files and how records come out of them. Here a split is one file, `{split}.parquet`, that
//! is assembled while it is read (see [`hub_dataset::assemble`]), and one record set: its columns, a constant
//! `split`, and for each label column a reference to a record set of its class names and their WordNet ids.
//!
//! A file's SHA-256 would take reading all of it, so none is given, and the data set is declared *live*, which is
//! the standard's word for "no checksums". The addresses name the commit, so what they lead to never changes
//! all the same.
//!
//! Why one file a split and not the shards that [`crate::hf`] shows: the reference reader, `mlcroissant`, can't
//! put several downloads into one record set. Only where Parquet's own bounds ask for several is a split a file
//! set.

mod columns;
mod context;
mod describe;
mod file;
mod labels;
mod record_set;

pub use describe::croissant;
pub use file::file;

pub(crate) use describe::__path_croissant;
pub(crate) use file::__path_file;
