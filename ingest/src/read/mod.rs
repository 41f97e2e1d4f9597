//! Foreign formats → samples.
//!
//! One module a format, each with the same two functions: `recognise` says from a [`Sniff`] by which sign a source is
//! of its format, `open` makes a [`SampleSource`](hub_dataset::sample::SampleSource) of it. [`recognise()`]
//! tries them in turn. What a source holds and no format reads is not passed over silently: annotations refuse the push
//! ([`unread`]), all else is listed ([`Reading`]).
//!
//! What they share: samples come in an order that is the same on every machine; media are named, not read;
//! classes are known before the first sample; a medium's name is its path in the source, so that the same data
//! read from a folder and from its archive give the same rows; no file outside of the source is read unless the
//! caller allows it ([`inside`]).

mod class_names;
mod extras;
mod file_errors;
mod files_read;
mod folder_words;
mod found_file;
mod ignore;
mod input;
pub(crate) mod inside;
mod kind;
mod labels;
mod long_integers;
mod media_files;
mod media_leaves;
mod media_path;
mod open;
mod options;
pub(crate) mod orientation;
mod packed;
mod reading;
mod recognise;
mod sniff;
pub(crate) mod split;
mod tar_members;
mod unpacked;
mod unread;
mod walk;

mod cifar;
mod class_folder;
mod coco;
mod flat_files;
mod idx;
mod ilsvrc;
mod mask_folder;
mod media_folder;
mod parquet;
mod table;
mod value_table;
mod voc;
mod webdataset;
mod yolo;

#[cfg(test)]
mod outside_tests;
#[cfg(test)]
mod testing;

pub use ignore::{BadPattern, Ignore};
pub use open::{Opened, open};
pub use options::ReadOptions;
pub use parquet::{table_columns, table_rows};
pub use reading::{PassedOver, Reading};
pub use recognise::{Recognised, recognise};
pub use sniff::Sniff;
pub use unpacked::Unpacked;
pub use value_table::{BadCell, TableColumn, ValueTable};
