//! The description of a data set in Croissant 1.1, and the files that it references.
//!
//! Croissant describes files and how to extract records from them. Here a split is one file, `{split}.parquet`, which
//! is assembled while it is read (see [`hub_dataset::assemble`]), and one record set: its columns, a constant `split`,
//! and for each label column a reference to a record set of its class names and their WordNet ids.
//!
//! Computing a file's SHA-256 would require reading all of it, so none is given, and the data set is declared *live*,
//! for which the standard requires no checksums. The URLs name the commit, so their content never changes anyway.
//!
//! Why one file per split and not the shards of [`crate::hf`]: the reference reader, `mlcroissant`, can't read several
//! downloads into one record set. Only a split that exceeds Parquet's own limits becomes a file set.

mod columns;
mod context;
mod describe;
mod file;
mod id;
mod labels;
mod record_set;

pub use describe::croissant;
pub use file::file;

pub(crate) use describe::__path_croissant;
pub(crate) use file::__path_file;
