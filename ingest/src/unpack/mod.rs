//! Unpacks archives: zips, and tars, plain or in one of the usual compressions.
//!
//! Downloads of known data sets are unpacked by it, and archives of folders that a user pushes. Every name is checked
//! before anything is written: only files and folders are unpacked, each below the folder and each once. A name that is
//! absolute or contains `..`, a link or a device stops it. What an archive may grow to is limited, against archives made
//! to fill a disk or the memory.

mod compression;
mod error;
mod unpacker;

pub use compression::Compression;
pub use error::UnpackError;
pub use unpacker::{Growth, is_archive, unpack};
