//! Walking a folder: its files, one after the other, always in the same order.
//!
//! One directory's names are held at a time (and those of the directories above it), sorted by their bytes, so
//! that a folder of a million files in a thousand folders starts at once and every machine sees one order.
//! Nothing is asked about a file beyond its name until [`FoundFile::media`].
//!
//! What a folder may hold that is no plain file:
//! * hidden files and what systems leave behind: passed over;
//! * a link to a file: followed as long as it stays inside the folder, since a data set that arrived as an
//!   archive could otherwise take a picture of somebody else's disk along;
//! * a link to a folder: an error, since links can form loops and the same files would be read twice;
//! * a name that is not UTF-8, a directory that can't be read, a pipe or device: an error that names it.
//!
//! Each error costs one sample; the walk goes on after it.

use std::ffi::OsString;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};
use std::vec;

use hub_dataset::sample::{Media, MediaBytes, SampleError};

/// Names that systems leave behind and nobody means: hidden files, `Thumbs.db`, `__MACOSX`.
pub fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || matches!(name, "Thumbs.db" | "desktop.ini" | "__MACOSX" | "lost+found")
}

/// A file of a walked folder.
#[derive(Clone, Debug)]
pub struct FoundFile {
    /// Its path below the root, with `/` between the names.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

/// The files below a folder.
#[derive(Debug)]
pub struct Walk {
    root: PathBuf,
    levels: Vec<Level>,
}

/// What is left of a directory.
#[derive(Debug)]
struct Level {
    /// Its path below the root, with a `/` at its end; `""` for the root.
    prefix: String,
    left: vec::IntoIter<(OsString, FileType)>,
}

impl Walk {
    /// Begins at `root`.
    ///
    /// # Errors
    /// The folder can't be read.
    pub fn new(root: &Path) -> Result<Self, SampleError> {
        let place = root.display().to_string();
        let real = root.canonicalize().map_err(|e| unreadable(&place, e))?;
        let level = Level::read(&real, String::new()).map_err(|e| unreadable(&place, e))?;
        Ok(Self { root: real, levels: vec![level] })
    }

    /// What a name stands for: a file, nothing of interest (a folder, gone into), or an error.
    fn visit(
        &mut self,
        prefix: &str,
        raw: &OsString,
        kind: FileType,
    ) -> Option<Result<FoundFile, SampleError>> {
        let Some(name) = raw.to_str() else {
            let place = format!("{prefix}{}", raw.to_string_lossy());
            return Some(Err(SampleError::sample(place, "the name is not UTF-8").advise("rename it")));
        };
        if is_hidden(name) {
            return None;
        }
        let name = format!("{prefix}{name}");
        let path = self.root.join(&name);
        if kind.is_dir() {
            match Level::read(&path, name.clone() + "/") {
                Ok(level) => self.levels.push(level),
                Err(e) => return Some(Err(SampleError { fatal: false, ..unreadable(&name, e) })),
            }
            return None;
        }
        let path = match kind.is_symlink() {
            true => match self.follow(&name, &path) {
                Ok(target) => target,
                Err(e) => return Some(Err(e)),
            },
            false if kind.is_file() => path,
            false => return Some(Err(SampleError::sample(name, "a pipe, socket or device, not a file"))),
        };
        Some(Ok(FoundFile { name, path }))
    }

    fn follow(&self, name: &str, link: &Path) -> Result<PathBuf, SampleError> {
        let target = link
            .canonicalize()
            .map_err(|e| SampleError::sample(name, "a link that leads nowhere").because(e))?;
        if target.is_dir() {
            return Err(SampleError::sample(name, "a link to a folder; only links to files are followed")
                .advise("put the folder itself in its place, or push the folder it leads to"));
        }
        if !target.starts_with(&self.root) {
            return Err(SampleError::sample(name, "a link that leads out of the folder")
                .advise("put the file itself in its place, or push the folder that holds both"));
        }
        Ok(target)
    }
}

impl Iterator for Walk {
    type Item = Result<FoundFile, SampleError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let level = self.levels.last_mut()?;
            let Some((name, kind)) = level.left.next() else {
                self.levels.pop();
                continue;
            };
            let prefix = level.prefix.clone();
            if let Some(found) = self.visit(&prefix, &name, kind) {
                return Some(found);
            }
        }
    }
}

impl Level {
    fn read(path: &Path, prefix: String) -> io::Result<Self> {
        let names = fs::read_dir(path)?.map(|entry| {
            let entry = entry?;
            Ok((entry.file_name(), entry.file_type()?))
        });
        let mut names = names.collect::<io::Result<Vec<_>>>()?;
        names.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        Ok(Self { prefix, left: names.into_iter() })
    }
}

impl FoundFile {
    /// The file as a medium; its length is looked up here.
    ///
    /// # Errors
    /// The file is gone or empty.
    pub fn media(self) -> Result<Media, SampleError> {
        let len = match fs::metadata(&self.path) {
            Ok(facts) if facts.is_file() => facts.len(),
            Ok(_) => return Err(SampleError::sample(self.name, "not a file")),
            Err(e) => return Err(SampleError { fatal: false, ..unreadable(&self.name, e) }),
        };
        if len == 0 {
            return Err(empty(self.name));
        }
        Ok(Media { name: self.name, bytes: MediaBytes::File { path: self.path, offset: 0, len } })
    }
}

/// The names of the folders in a folder, sorted; hidden ones and names that are not UTF-8 left out (a walk
/// reports those). Links to folders are left out as well.
///
/// # Errors
/// The folder can't be read.
pub fn folders_of(path: &Path) -> Result<Vec<String>, SampleError> {
    names_of(path, FileType::is_dir)
}

/// The names of the files (and links) in a folder, as [`folders_of`] gives those of folders.
///
/// # Errors
/// The folder can't be read.
pub fn files_of(path: &Path) -> Result<Vec<String>, SampleError> {
    names_of(path, |kind| !kind.is_dir())
}

fn names_of(path: &Path, wanted: fn(&FileType) -> bool) -> Result<Vec<String>, SampleError> {
    let level = Level::read(path, String::new()).map_err(|e| unreadable(&path.display().to_string(), e))?;
    let names = level.left.filter(|(_, kind)| wanted(kind)).filter_map(|(name, _)| name.into_string().ok());
    Ok(names.filter(|name| !is_hidden(name)).collect())
}

/// The error of a file without bytes.
pub fn empty(place: impl Into<String>) -> SampleError {
    SampleError::sample(place, "the file is empty").advise("put the file in again, or take it out")
}

/// The (fatal) error of something that can't be opened.
pub fn unreadable(place: &str, error: io::Error) -> SampleError {
    let (problem, advice) = match error.kind() {
        io::ErrorKind::NotFound => ("no such file or folder".to_owned(), "check the path"),
        io::ErrorKind::PermissionDenied => {
            ("may not be read".to_owned(), "give yourself the right to read it (chmod), or take it out")
        }
        _ => (format!("can't be read: {error}"), "try again once the disk answers"),
    };
    SampleError::fatal(place, problem).advise(advice).because(error)
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;
    use std::os::unix::fs::symlink;

    use super::*;

    fn names(root: &Path) -> Vec<Result<String, String>> {
        let walk = Walk::new(root).unwrap();
        walk.map(|found| found.map(|f| f.name).map_err(|e| e.to_string())).collect()
    }

    #[test]
    fn order_is_by_bytes_in_each_directory_and_hidden_files_are_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.jpg", "a/2.jpg", "a/10.jpg", "B.jpg", ".DS_Store", "__MACOSX/a.jpg", "a/Thumbs.db"] {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        let found: Vec<_> = names(dir.path()).into_iter().map(Result::unwrap).collect();
        assert_eq!(found, ["B.jpg", "a/10.jpg", "a/2.jpg", "b.jpg"]);
    }

    #[test]
    fn links_are_followed_inside_and_refused_outside() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret.jpg"), "x").unwrap();
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("b.jpg"), "x").unwrap();
        symlink("b.jpg", dir.path().join("a.jpg")).unwrap();
        symlink(outside.path().join("secret.jpg"), dir.path().join("c.jpg")).unwrap();
        symlink(".", dir.path().join("d")).unwrap();
        symlink("gone.jpg", dir.path().join("e.jpg")).unwrap();
        let found = names(dir.path());
        assert_eq!(found[0].as_deref(), Ok("a.jpg"));
        assert_eq!(found[1].as_deref(), Ok("b.jpg"));
        assert!(found[2].as_ref().unwrap_err().starts_with("c.jpg: a link that leads out of the folder;"));
        assert!(found[3].as_ref().unwrap_err().starts_with("d: a link to a folder;"));
        assert!(found[4].as_ref().unwrap_err().starts_with("e.jpg: a link that leads nowhere"));
    }

    #[test]
    fn a_name_that_is_not_utf8_costs_one_sample() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(OsString::from_vec(b"caf\xe9.jpg".to_vec())), "x").unwrap();
        fs::write(dir.path().join("z.jpg"), "x").unwrap();
        let found = names(dir.path());
        assert_eq!(found[0].as_ref().unwrap_err(), "caf\u{fffd}.jpg: the name is not UTF-8; rename it");
        assert_eq!(found[1].as_deref(), Ok("z.jpg"));
    }

    #[test]
    fn an_empty_file_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.jpg"), "").unwrap();
        let found = Walk::new(dir.path()).unwrap().next().unwrap().unwrap();
        assert!(found.media().unwrap_err().to_string().starts_with("a.jpg: the file is empty"));
    }

    #[test]
    fn a_missing_root_is_fatal() {
        let error = Walk::new(Path::new("/no/such/folder")).unwrap_err();
        assert!(error.fatal);
        assert_eq!(error.to_string(), "/no/such/folder: no such file or folder; check the path");
    }
}
