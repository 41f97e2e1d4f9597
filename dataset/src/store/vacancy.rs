//! Whether a place is free for a new data set.
//!
//! A data set among other files would be hard to tell from them: a later push would read its Parquet files as samples,
//! and commits that an earlier data set left would become part of the new one. So a new data set needs a place that is
//! empty, but for what a data set can begin with: uploads of a push that ended without a commit, which a later garbage
//! collection deletes, and hints.

use futures::stream::TryStreamExt;

use super::place::Store;
use crate::error::{Error, Result};
use crate::layout::{self, FileKind};

impl Store {
    /// Checks that a data set may be created here.
    ///
    /// # Errors
    /// [`Error::Occupied`] with a file that is none of a data set's; [`Error::Remains`] with a commit, tag or view of a
    /// data set without `hub.json`.
    pub async fn check_vacant(&self) -> Result<()> {
        let mut listed = self.list("");
        let mut history: Option<String> = None;
        while let Some(object) = listed.try_next().await? {
            match layout::file_kind(&object.path) {
                Some(FileKind::History) => history = history.or(Some(object.path)),
                Some(_) => {}
                None => return Err(Error::Occupied { uri: self.uri().to_owned(), file: object.path }),
            }
        }
        match history {
            Some(file) => Err(Error::Remains { uri: self.uri().to_owned(), file }),
            None => Ok(()),
        }
    }
}
