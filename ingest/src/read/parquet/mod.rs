//! Parquet: as Hugging Face lays it out, as this hub writes it, and any other.
//!
//! In: one file, or a folder of them at any depth. A file's split is in its name
//! (`data/train-00000-of-00003.parquet`, `test.parquet`) or in its folder's
//! (`default/validation/0000.parquet`); files come sorted, the splits in the order train, val, test, others.
//!
//! Out: a column for each column, named and typed by the first of these that the file has:
//!
//! 1. our own note in the column's metadata (`imagehub:feature`), which loses nothing;
//! 2. Hugging Face's note in the footer (`huggingface`): images, audio, video, class labels, arrays, lists, and
//!    structs of them; a `Sequence` of a dict, which lies there as a dict of lists, becomes a list of structs;
//! 3. the Arrow type ([`infer`]). A column of bytes, or of `struct<bytes, path>`, whose first values are all
//!    images, audio files or videos is one of media.
//!
//! Columns of facts that the hub itself put beside a media column (`image.width`) are left out, since the hub
//! probes the media again. Where files differ in their columns, a column that a file lacks is null there;
//! where they differ in a column's type, that is an error.
//!
//! Beside media, the files are taken whose rows name these ([`media_names`]): `metadata.parquet`, as Hugging Face has it.
//!
//! A file is read row group by row group, some rows at a time, so memory follows the rows' size and not the
//! file's. Media that Parquet holds are views into what was read.

mod convert;
mod features;
mod files;
mod footer;
mod guard;
mod infer;
mod lists;
mod media_names;
mod recognise;
mod rows;
mod source;
mod table;
mod tensor;

#[cfg(test)]
mod tests;

pub use recognise::recognise;
pub use source::{open, open_values};
pub use table::{table_columns, table_rows};
