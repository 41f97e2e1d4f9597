//! The folder that a source's archives were unpacked into.
//!
//! It lies among the system's temporary files, and is removed when the last clone of the options that it was read with is
//! dropped, and everything that was opened with them. What killed processes left is removed by the next one.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hub_dataset::sample::SampleError;
use tempfile::TempDir;

use super::file_errors::unreadable;

/// Beginning of the names of the folders.
const PREFIX: &str = "imagehub-unpacked-";

/// A folder that no process holds is left over, if it is older than that.
const MIN_AGE: Duration = Duration::from_mins(1);

/// Where the archives of a source were unpacked. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Unpacked(Arc<Mutex<Option<Arc<UnpackedFolder>>>>);

/// The folder of unpacked archives, which is removed when it is dropped.
#[derive(Debug)]
pub struct UnpackedFolder {
    /// Held locked, so that other processes see that it is in use.
    _lock: File,
    dir: TempDir,
    /// The source that it stands for.
    source: PathBuf,
}

impl Unpacked {
    /// The folder of a source; if it has none yet, the one that `unpack` makes, if it makes one.
    ///
    /// # Errors
    /// Those of `unpack`.
    pub fn of(
        &self,
        source: &Path,
        unpack: impl FnOnce() -> Result<Option<UnpackedFolder>, SampleError>,
    ) -> Result<Option<Arc<UnpackedFolder>>, SampleError> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = known.as_ref().filter(|folder| folder.source == source) {
            return Ok(Some(Arc::clone(folder)));
        }
        let Some(folder) = unpack()?.map(Arc::new) else { return Ok(None) };
        *known = Some(Arc::clone(&folder));
        Ok(Some(folder))
    }

    /// The path of the folder, if there is one.
    #[cfg(test)]
    pub fn path(&self) -> Option<PathBuf> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().map(|folder| folder.path().to_owned())
    }
}

impl UnpackedFolder {
    /// A new one, empty.
    ///
    /// # Errors
    /// The system's folder of temporary files can't be written.
    pub fn new(source: &Path) -> Result<Self, SampleError> {
        let tmp = std::env::temp_dir();
        remove_left_over(&tmp);
        let failed = |e| unreadable(&tmp.display().to_string(), e).advise("set TMPDIR to another folder");
        let dir = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&tmp).map_err(failed)?;
        let lock =
            File::open(dir.path()).and_then(|lock| lock.lock_shared().map(|()| lock)).map_err(failed)?;
        Ok(Self { _lock: lock, dir, source: source.to_owned() })
    }

    /// Where the files are.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The error with the source's path in place of that of the folder.
    pub fn shown(&self, error: SampleError) -> SampleError {
        let (from, to) = (self.path().display().to_string(), self.source.display().to_string());
        let show = |text: String| text.replace(&from, &to);
        SampleError { place: show(error.place), problem: show(error.problem), ..error }
    }
}

/// Removes what killed processes left.
fn remove_left_over(tmp: &Path) {
    for entry in fs::read_dir(tmp).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        if !is_ours {
            continue;
        }
        let age = entry.metadata().and_then(|facts| facts.modified()).map(|at| at.elapsed());
        let is_old = matches!(age, Ok(Ok(age)) if age > MIN_AGE);
        let is_free = || File::open(entry.path()).is_ok_and(|folder| folder.try_lock().is_ok());
        if is_old && is_free() {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}
