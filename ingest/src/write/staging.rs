//! Writes all or nothing: a data set appears under its name only when it is complete.
//!
//! Files go into a folder beside the destination (`.NAME.partial-` and eight random letters), which is renamed
//! at the end. A destination that exists must be an empty folder; then the temporary folder lies in it and its
//! contents are moved up, since the folder may be a mount point or the current folder of a shell, and neither
//! can be replaced. A sink that is dropped before its end takes the temporary folder with it; what a killed
//! process leaves, [`super::leftovers`] finds by the lock on the folder, which ends with the process.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use hub_dataset::sample::{Sample, SampleError, SampleSink};
use tempfile::TempDir;

use super::leftovers::{RANDOM_LETTERS, prefix};

/// Maximum number of attempts to create a folder, since another process may remove it as left over before it is
/// locked.
const MAX_ATTEMPTS: usize = 8;

/// The writer of a format. It writes into the temporary folder; [`Staged`] moves the files to the destination.
pub trait Writer: Send {
    /// See [`SampleSink::write`].
    fn write(&mut self, sample: &Sample) -> Result<(), SampleError>;
    /// See [`SampleSink::finish`].
    fn finish(&mut self) -> Result<(), SampleError>;
}

/// The temporary folder of a destination.
#[derive(Debug)]
pub struct Staging {
    dest: PathBuf,
    dest_was_there: bool,
    /// `None` once it is finished.
    temp: Option<TempDir>,
    root: PathBuf,
    /// Held as long as the folder is written into.
    _lock: File,
}

impl Staging {
    pub fn new(dest: &Path) -> Result<Self, SampleError> {
        let there = match fs::read_dir(dest) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    let place = dest.display().to_string();
                    return Err(SampleError::fatal(place, "the folder is not empty")
                        .advise("name an empty folder, or one that does not exist yet"));
                }
                true
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => false,
            Err(e) if e.kind() == io::ErrorKind::NotADirectory => {
                return Err(SampleError::fatal(dest.display().to_string(), "a file of that name exists")
                    .advise("name an empty folder, or one that does not exist yet"));
            }
            Err(e) => return Err(cant("read", dest, e)),
        };
        let parent = if there { dest } else { dest.parent().unwrap_or(Path::new("")) };
        let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
        fs::create_dir_all(parent).map_err(|e| cant("make", parent, e))?;
        let (temp, lock) = locked_folder(parent, &prefix(dest))?;
        let root = temp.path().to_owned();
        Ok(Self { dest: dest.to_owned(), dest_was_there: there, temp: Some(temp), root, _lock: lock })
    }

    /// The folder to write into.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn finish(&mut self) -> Result<(), SampleError> {
        if self.dest_was_there {
            for entry in fs::read_dir(&self.root).map_err(|e| cant("read", &self.root, e))? {
                let entry = entry.map_err(|e| cant("read", &self.root, e))?;
                let to = self.dest.join(entry.file_name());
                fs::rename(entry.path(), &to).map_err(|e| cant("move", &to, e))?;
            }
            let removed = self.temp.take().map_or(Ok(()), TempDir::close);
            return removed.map_err(|e| cant("remove", &self.root, e));
        }
        fs::rename(&self.root, &self.dest).map_err(|e| cant("move", &self.dest, e))?;
        // It has another name now, and is not to be removed.
        self.temp.take().map(TempDir::keep);
        Ok(())
    }
}

/// A new folder, and the lock on it.
fn locked_folder(parent: &Path, prefix: &str) -> Result<(TempDir, File), SampleError> {
    for _ in 0..MAX_ATTEMPTS {
        // The folder becomes the destination, which is as open to others as any new folder.
        let mut builder = tempfile::Builder::new();
        builder.prefix(prefix).rand_bytes(RANDOM_LETTERS).permissions(Permissions::from_mode(0o777));
        let temp = builder.tempdir_in(parent).map_err(|e| cant("create a folder in", parent, e))?;
        let Ok(lock) = File::open(temp.path()) else { continue };
        match lock.try_lock() {
            Err(fs::TryLockError::WouldBlock) => continue,
            // Without locks on this file system nothing is ever taken for left over.
            Ok(()) | Err(fs::TryLockError::Error(_)) => {}
        }
        if temp.path().exists() {
            return Ok((temp, lock));
        }
    }
    let problem = "another process removes the temporary folder as soon as it is created";
    Err(SampleError::fatal(parent.display().to_string(), problem).advise("name another folder"))
}

/// The error of a file or folder that can't be written; `doing` as in "can't DO".
pub fn cant(doing: &str, path: &Path, error: io::Error) -> SampleError {
    let advice = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free some space, or name a folder on another disk"
        }
        io::ErrorKind::PermissionDenied => "give yourself write permission there, or name another folder",
        _ => "nothing was written to the folder you named",
    };
    SampleError::fatal(path.display().to_string(), format!("can't {doing}: {error}"))
        .advise(advice)
        .because(error)
}

/// A format's writer, and the folder it writes into.
pub struct Staged<W> {
    writer: W,
    staging: Staging,
}

impl<W: Writer> Staged<W> {
    pub fn new(writer: W, staging: Staging) -> Self {
        Self { writer, staging }
    }
}

impl<W: Writer> SampleSink for Staged<W> {
    fn write(&mut self, sample: &Sample) -> Result<(), SampleError> {
        self.writer.write(sample)
    }

    fn finish(&mut self) -> Result<(), SampleError> {
        self.writer.finish()?;
        self.staging.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_there_before_the_end() {
        let dir = tempfile::tempdir().unwrap();
        let dest = dir.path().join("a/out");
        let mut staging = Staging::new(&dest).unwrap();
        fs::write(staging.root().join("x"), "1").unwrap();
        assert!(!dest.exists());
        staging.finish().unwrap();
        assert_eq!(fs::read(dest.join("x")).unwrap(), b"1");
        assert_eq!(fs::read_dir(dir.path().join("a")).unwrap().count(), 1);
    }

    #[test]
    fn an_unfinished_one_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let staging = Staging::new(&dir.path().join("out")).unwrap();
        fs::write(staging.root().join("x"), "1").unwrap();
        drop(staging);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn an_empty_folder_is_filled_and_a_full_one_refused() {
        let dir = tempfile::tempdir().unwrap();
        let mut staging = Staging::new(dir.path()).unwrap();
        fs::create_dir(staging.root().join("d")).unwrap();
        staging.finish().unwrap();
        assert!(dir.path().join("d").is_dir());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        let error = Staging::new(dir.path()).unwrap_err().to_string();
        assert!(
            error.ends_with("the folder is not empty; name an empty folder, or one that does not exist yet"),
            "{error}"
        );
        fs::write(dir.path().join("file"), "").unwrap();
        assert!(
            Staging::new(&dir.path().join("file"))
                .unwrap_err()
                .to_string()
                .contains("a file of that name exists")
        );
    }
}
