//! All of it or nothing: what is written becomes visible under its name only when it is complete.
//!
//! Files go into a folder beside the destination (`.NAME.partial-PID`), which is renamed at the end. A
//! destination that exists must be an empty folder; then the temporary folder lies in it and its contents are
//! moved up, since the folder may be a mount point or the one the person stands in, and neither can be
//! replaced. A sink that is dropped before its end takes the temporary folder with it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use hub_dataset::sample::{Sample, SampleError, SampleSink};
use tempfile::TempDir;

/// What a format has to do; where the files end up is not its business.
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
    /// Removed with all that is in it, unless it was renamed.
    temp: TempDir,
    dest_was_there: bool,
}

impl Staging {
    /// Makes the temporary folder.
    pub fn new(dest: &Path) -> Result<Self, SampleError> {
        let there = match fs::read_dir(dest) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    let place = dest.display().to_string();
                    return Err(SampleError::fatal(place, "the folder is not empty")
                        .advise("name a folder that is empty or not there yet"));
                }
                true
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => false,
            Err(e) if e.kind() == io::ErrorKind::NotADirectory => {
                return Err(SampleError::fatal(dest.display().to_string(), "there is a file of that name")
                    .advise("name a folder that is empty or not there yet"));
            }
            Err(e) => return Err(cant("read", dest, e)),
        };
        let name = dest.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let name = format!(".{name}.partial-{}", std::process::id());
        let parent = if there { dest } else { dest.parent().unwrap_or(Path::new("")) };
        if !parent.as_os_str().is_empty() {
            fs::create_dir_all(parent).map_err(|e| cant("make", parent, e))?;
        }
        let temp = parent.join(&name);
        if temp.exists() {
            // Left by a killed process whose number has come round again.
            fs::remove_dir_all(&temp).map_err(|e| cant("remove", &temp, e))?;
        }
        let made = tempfile::Builder::new().prefix(&name).rand_bytes(0).tempdir_in(parent);
        let temp = made.map_err(|e| cant("make", &temp, e))?;
        Ok(Self { dest: dest.to_owned(), temp, dest_was_there: there })
    }

    /// The folder to write into.
    pub fn root(&self) -> &Path {
        self.temp.path()
    }

    fn finish(&mut self) -> Result<(), SampleError> {
        let temp = self.temp.path();
        if self.dest_was_there {
            for entry in fs::read_dir(temp).map_err(|e| cant("read", temp, e))? {
                let entry = entry.map_err(|e| cant("read", temp, e))?;
                let to = self.dest.join(entry.file_name());
                fs::rename(entry.path(), &to).map_err(|e| cant("move", &to, e))?;
            }
            fs::remove_dir(temp).map_err(|e| cant("remove", temp, e))?;
        } else {
            fs::rename(temp, &self.dest).map_err(|e| cant("move", &self.dest, e))?;
        }
        // Its name is gone; whatever comes to have it is not ours to remove.
        self.temp.disable_cleanup(true);
        Ok(())
    }
}

/// The error of a file or folder that can't be written; `doing` as in "can't DO".
pub fn cant(doing: &str, path: &Path, error: io::Error) -> SampleError {
    let advice = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room, or name another disk",
        io::ErrorKind::PermissionDenied => "give yourself the right to write there, or name another folder",
        _ => "nothing was written under the name you gave",
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
            error.ends_with("the folder is not empty; name a folder that is empty or not there yet"),
            "{error}"
        );
        fs::write(dir.path().join("file"), "").unwrap();
        assert!(
            Staging::new(&dir.path().join("file")).unwrap_err().to_string().contains("a file of that name")
        );
    }
}
