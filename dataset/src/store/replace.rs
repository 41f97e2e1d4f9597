//! Writing a file of a local disk so that it appears whole or not at all.
//!
//! The bytes go into a file beside it, which is renamed at the end: a reader sees the old file or the new one, and a
//! disk that fills up or a process that is killed leaves nothing half written under the name. A file that was not
//! finished is removed. This is for single files of the programs themselves (logins, caches, results); a data
//! set's objects are written by [`super::Store`].

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Who may read a file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Readable and writable by its owner only.
    Owner,
    /// Those whom the process's umask allows.
    Umask,
}

/// A file that is being written: it gets its name when it is finished, and is removed if it is dropped before.
#[derive(Debug)]
pub struct Replacement {
    beside: NamedTempFile,
    path: PathBuf,
}

impl Replacement {
    /// Begins to write the file at `path`.
    ///
    /// # Errors
    /// The folder doesn't exist, or can't be written to.
    pub fn begin(path: &Path, access: Access) -> io::Result<Self> {
        let mut beside = tempfile::Builder::new();
        beside.prefix(".").suffix(".part");
        // The default of tempfile lets the owner alone read it.
        #[cfg(unix)]
        let permissions: std::fs::Permissions = std::os::unix::fs::PermissionsExt::from_mode(match access {
            Access::Owner => 0o600,
            Access::Umask => 0o666,
        });
        #[cfg(unix)]
        beside.permissions(permissions);
        let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        Ok(Self { beside: beside.tempfile_in(folder)?, path: path.to_owned() })
    }

    /// The temporary file to write to.
    pub fn file(&mut self) -> &mut File {
        self.beside.as_file_mut()
    }

    /// Gives the file its name, instead of the one that is there.
    ///
    /// # Errors
    /// The system can't rename it; what was there is untouched.
    pub fn finish(self) -> io::Result<()> {
        self.beside.persist(&self.path).map(drop).map_err(|e| e.error)
    }
}

/// Writes the file at `path` by what `write` does, replacing the one that is there.
///
/// # Errors
/// Those of `write`, or of the system; the previous file is untouched then.
pub fn replace_file<T, E: From<io::Error>>(
    path: &Path,
    access: Access,
    write: impl FnOnce(&mut File) -> Result<T, E>,
) -> Result<T, E> {
    let mut replacement = Replacement::begin(path, access)?;
    let done = write(replacement.file())?;
    replacement.finish()?;
    Ok(done)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_file_is_replaced_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        let write = |text: &'static [u8]| move |file: &mut File| file.write_all(text);
        replace_file(&path, Access::Owner, write(b"old")).unwrap();
        let failed = replace_file(&path, Access::Umask, |file| -> io::Result<()> {
            file.write_all(b"half")?;
            Err(io::Error::other("the disk is full"))
        });
        assert!(failed.is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = || std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(), 0o600);
            replace_file(&path, Access::Umask, write(b"new")).unwrap();
            assert_ne!(mode(), 0o600);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}
