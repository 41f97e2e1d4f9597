//! A fetched data set, ready to be read.

use std::path::{Path, PathBuf};

use super::catalogue::Known;
use crate::read::ReadOptions;

/// A fetched data set: what to pass to the reader.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The folder to pass to [`crate::read::open`].
    pub folder: PathBuf,
    /// The options to pass with it: the format of the files.
    pub options: ReadOptions,
}

impl Fetched {
    /// The data set whose files lie in `data`.
    pub(super) fn of(known: &Known, data: &Path) -> Self {
        let folder = known.folder.as_ref().map_or_else(|| data.to_owned(), |folder| data.join(folder));
        Self { folder, options: ReadOptions { format: Some(known.format), ..ReadOptions::default() } }
    }
}
