//! Tables: CSV and JSON lines with a column of file names.
//!
//! In: a folder with `metadata.csv` or `metadata.jsonl` (in it or in any folder below), or any `.csv`, `.tsv` or
//! `.jsonl` file; paths in it are relative to its folder, or names in one of the folders of media. Out: a row of the table is a
//! sample, in the table's order.
//!
//! The tables are read twice: all of their rows to find the columns' types ([`survey`], [`column_mapping`]),
//! then again row by row. A type found from the first rows alone would be wrong for some later row, and a table
//! is small beside the media it names. Media that no row names are passed over; a row whose file is not there
//! is an error with the row's line. A table of made-up labels (`sample_submission.csv`) is not read.
//!
//! Media may also be named inside of lists and structs (`file_names`). A table with a row for each box becomes one of images
//! with objects ([`boxes`]).
//!
//! The split of a row is in the column `split`; without one, in the name of the table's folder or file; or,
//! where every path of the column begins with one, in the path's top folder.

mod boxes;
mod choice;
mod column_mapping;
mod csv_rows;
mod files;
mod json_rows;
mod label;
mod media_folders;
mod paths;
mod recognise;
pub(in crate::read) mod row;
mod rows;
pub(in crate::read) mod shape;
mod source;
mod survey;
pub(in crate::read) mod value;

#[cfg(test)]
mod tests;

pub use csv_rows::CsvReader;
pub use media_folders::MediaFolders;
pub use paths::Base;
pub use recognise::{recognise_csv, recognise_jsonl, recognise_loose_csv, recognise_loose_jsonl};
pub use shape::{bool_of, float_of};
pub use source::open;
