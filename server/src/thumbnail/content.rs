//! The content of a cell, ready for making a thumbnail.

use bytes::Bytes;
use hub_dataset::sample::{Media, MediaBytes, Value};
use hub_dataset::{Store, layout};

use super::Subject;
use crate::problem::{Problem, Result, internal};

/// The content of a cell.
#[derive(Clone, Debug)]
pub struct Content {
    pub subject: Subject,
    /// The file name, as far as known; its extension helps to detect the format.
    pub name: String,
    /// The bytes, in memory or in the store.
    pub bytes: MediaBytes,
    /// Where the bytes can be read from while ffmpeg runs.
    pub source: Source,
}

/// Where bytes can be read from, without borrowing.
#[derive(Clone, Debug)]
pub enum Source {
    Memory(Bytes),
    /// In the store, at a path.
    Stored(Store, String),
}

impl Content {
    /// The content of a cell's value.
    ///
    /// # Errors
    /// The cell is null.
    pub fn of(subject: &Subject, value: Value, store: &Store) -> Result<Self> {
        let (name, bytes) = match value {
            Value::Media(Media { name, bytes }) => (name, bytes),
            Value::Bytes(bytes) => (String::new(), MediaBytes::Memory(bytes)),
            _ => return Err(Problem::not_found("value in this cell: it is null")),
        };
        let source = match &bytes {
            MediaBytes::Memory(bytes) => Source::Memory(bytes.clone()),
            MediaBytes::Object(object) => match object.blob() {
                Some(hash) => Source::Stored(store.clone(), layout::blob(hash)),
                None => {
                    return Err(internal(&std::io::Error::other(
                        "a media object of the store that is not a blob",
                    )));
                }
            },
            MediaBytes::File { .. } => {
                return Err(internal(&std::io::Error::other("a stored value that refers to a local file")));
            }
        };
        Ok(Self { subject: subject.clone(), name, bytes, source })
    }

    /// The hash of its bytes.
    pub fn hash(&self) -> blake3::Hash {
        match &self.bytes {
            MediaBytes::Object(object) => {
                object.blob().map_or_else(|| blake3::hash(b""), |hash| blake3::Hash::from_bytes(hash.0))
            }
            MediaBytes::Memory(bytes) => blake3::hash(bytes),
            MediaBytes::File { .. } => blake3::hash(b""),
        }
    }
}
