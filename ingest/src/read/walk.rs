//! Walking a folder: its files, one after the other, always in the same order.
//!
//! One directory's names are held at a time (and those of the directories above it), sorted by their bytes, so
//! that a folder of a million files in a thousand folders starts at once and every machine sees one order.
//! Only a file's name is read until [`FoundFile::media`].
//!
//! What a folder may hold that is not a plain file:
//! * hidden files and what systems leave behind: passed over;
//! * a link to a file: followed as long as it stays inside the source (see [`super::inside`]);
//! * a link to a folder of the source: an error, since links can form loops and the same files would be read
//!   twice; one to a folder elsewhere: an error, unless the caller allows files from outside;
//! * a name that is not UTF-8, a directory that can't be read, a pipe or device: an error that names it.
//!
//! Each error costs one sample; the walk goes on after it.

use std::ffi::OsString;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};
use std::vec;

use hub_dataset::sample::SampleError;

use super::file_errors::unreadable;
use super::found_file::FoundFile;
use super::inside::SourceRoot;

/// Names, in lower case, of files and folders that systems, storage boxes and programs leave behind.
const LEFTOVERS: [&str; 21] = [
    "__macosx",
    "__pycache__",
    "$recycle.bin",
    "system volume information",
    "lost+found",
    "recycler",
    "found.000",
    "thumbs.db",
    "ehthumbs.db",
    "ehthumbs_vista.db",
    "desktop.ini",
    "desktop.db",
    "icon\r",
    "@eadir",
    "@tmp",
    "@recycle",
    "@recently-snapshot",
    "#recycle",
    "#snapshot",
    "_gsdata_",
    "zbthumbnail.info",
];

/// Files that systems leave behind and no person means: hidden files, `Thumbs.db`, `__MACOSX`, `@eaDir`,
/// `$RECYCLE.BIN`, locks of office programs (`~$table.xlsx`).
pub fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
        || name.starts_with("~$")
        || LEFTOVERS.iter().any(|leftover| leftover.eq_ignore_ascii_case(name))
}

/// The files below a folder.
#[derive(Debug)]
pub struct Walk {
    root: SourceRoot,
    /// The folder where the walk began, `""` or with `/` at its end.
    below: String,
    levels: Vec<Level>,
}

/// What is left of a directory.
#[derive(Debug)]
struct Level {
    /// Its path below the folder where the walk began, with a `/` at its end; `""` for that folder.
    prefix: String,
    /// The canonical path (links resolved).
    real: PathBuf,
    left: vec::IntoIter<(OsString, FileType)>,
}

/// What a link leads to.
enum Followed {
    File(PathBuf),
    Folder(PathBuf),
}

impl Walk {
    /// Begins at the source's folder.
    ///
    /// # Errors
    /// The folder can't be read.
    pub fn new(root: &SourceRoot) -> Result<Self, SampleError> {
        Self::below(root, "")
    }

    /// Begins at a folder of the source. Names are relative to that folder.
    ///
    /// # Errors
    /// The folder can't be read, or is a link that leads out of the source.
    pub fn below(root: &SourceRoot, folder: &str) -> Result<Self, SampleError> {
        let place = root.shown().join(folder).display().to_string();
        let real = root.find(folder).map_err(|refusal| refusal.fatal(&place))?;
        let real = real.ok_or_else(|| unreadable(&place, io::ErrorKind::NotFound.into()))?;
        // Links are compared with canonical paths of the folders above them.
        let real = real.canonicalize().map_err(|e| unreadable(&place, e))?;
        let level = Level::read(real, String::new()).map_err(|e| unreadable(&place, e))?;
        let below =
            if folder.is_empty() { String::new() } else { format!("{}/", folder.trim_end_matches('/')) };
        Ok(Self { root: root.clone(), below, levels: vec![level] })
    }

    /// What a name stands for: a file, nothing of interest (a folder, gone into), or an error.
    fn visit(
        &mut self,
        prefix: &str,
        folder: &Path,
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
        let path = folder.join(name);
        let name = format!("{prefix}{name}");
        if self.root.ignores(&format!("{}{name}", self.below)) {
            return None;
        }
        if kind.is_dir() {
            return self.enter(name, path);
        }
        let path = match kind.is_symlink() {
            true => match self.follow(&name, &path) {
                Ok(Followed::File(target)) => target,
                Ok(Followed::Folder(target)) => return self.enter(name, target),
                Err(e) => return Some(Err(e)),
            },
            false if kind.is_file() => path,
            false => {
                return Some(Err(SampleError::sample(
                    name,
                    "expected a file, found a pipe, socket or device",
                )));
            }
        };
        let is_wanted = self.root.includes(&format!("{}{name}", self.below));
        is_wanted.then_some(Ok(FoundFile { name, path }))
    }

    /// Opens a folder and continues the walk in it; an error if it can't be read.
    fn enter(&mut self, name: String, path: PathBuf) -> Option<Result<FoundFile, SampleError>> {
        match Level::read(path, format!("{name}/")) {
            Ok(level) => {
                self.levels.push(level);
                None
            }
            Err(e) => Some(Err(SampleError { fatal: false, ..unreadable(&name, e) })),
        }
    }

    fn follow(&self, name: &str, link: &Path) -> Result<Followed, SampleError> {
        let target = link
            .canonicalize()
            .map_err(|e| SampleError::sample(name, "a link to a file that does not exist").because(e))?;
        let is_dir = target.is_dir();
        if is_dir && self.root.contains(&target) {
            return Err(SampleError::sample(name, "a link to a folder; only links to files are followed")
                .advise("put the folder itself in its place, or push the folder it leads to"));
        }
        if !self.root.contains(&target) && !self.root.enters(&target) {
            let what = if is_dir { "folder" } else { "file" };
            let problem = format!("a link that leads out of the folder, to the {what} {}", target.display());
            return Err(SampleError::sample(name, problem).advise(format!(
                "put the {what} itself in its place, or pass --allow-outside if you trust the source"
            )));
        }
        if is_dir && self.levels.iter().any(|level| level.real.starts_with(&target)) {
            return Err(SampleError::sample(
                name,
                "a link to a folder that contains it, which would never end",
            )
            .advise("remove the link"));
        }
        Ok(if is_dir { Followed::Folder(target) } else { Followed::File(target) })
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
            let (prefix, folder) = (level.prefix.clone(), level.real.clone());
            if let Some(found) = self.visit(&prefix, &folder, &name, kind) {
                return Some(found);
            }
        }
    }
}

impl Level {
    fn read(real: PathBuf, prefix: String) -> io::Result<Self> {
        let names = fs::read_dir(&real)?.map(|entry| {
            let entry = entry?;
            Ok((entry.file_name(), entry.file_type()?))
        });
        let mut names = names.collect::<io::Result<Vec<_>>>()?;
        names.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        Ok(Self { prefix, real, left: names.into_iter() })
    }
}

/// The names of the folders in a folder of the source (`""` or with `/` at its end), sorted; hidden ones and
/// names that are not UTF-8 left out (a walk reports those), and links to folders that a walk would not go
/// into.
///
/// # Errors
/// The folder can't be read or leads out of the source.
pub fn folders_of(root: &SourceRoot, folder: &str) -> Result<Vec<String>, SampleError> {
    names_of(root, folder, true)
}

/// The names of the files (and links to files) in a folder, as [`folders_of`] gives those of folders.
///
/// # Errors
/// The folder can't be read or leads out of the source.
pub fn files_of(root: &SourceRoot, folder: &str) -> Result<Vec<String>, SampleError> {
    names_of(root, folder, false)
}

fn names_of(root: &SourceRoot, folder: &str, folders: bool) -> Result<Vec<String>, SampleError> {
    let level = Walk::below(root, folder)?.levels.pop();
    let Some(Level { real, left, .. }) = level else { return Ok(Vec::new()) };
    let is_folder = |name: &str, kind: FileType| {
        kind.is_dir()
            || kind.is_symlink()
                && real.join(name).canonicalize().is_ok_and(|path| root.enters(&path) && path.is_dir())
    };
    let names = left.filter_map(|(name, kind)| Some((name.into_string().ok()?, kind)));
    let below = if folder.is_empty() { String::new() } else { format!("{}/", folder.trim_end_matches('/')) };
    let seen = |name: &str| !is_hidden(name) && !root.ignores(&format!("{below}{name}"));
    let is_wanted = |name: &str| folders || root.includes(&format!("{below}{name}"));
    let names =
        names.filter(|(name, kind)| seen(name) && is_folder(name, *kind) == folders && is_wanted(name));
    Ok(names.map(|(name, _)| name).collect())
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;
    use std::os::unix::fs::symlink;

    use super::*;

    fn names(root: &Path) -> Vec<Result<String, String>> {
        let walk = Walk::new(&SourceRoot::of(root, false).unwrap()).unwrap();
        walk.map(|found| found.map(|f| f.name).map_err(|e| e.to_string())).collect()
    }

    #[test]
    fn order_is_by_bytes_in_each_directory_and_hidden_files_are_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        for name in [
            "b.jpg",
            "a/2.jpg",
            "a/10.jpg",
            "B.jpg",
            ".DS_Store",
            "__MACOSX/a.jpg",
            "a/Thumbs.db",
            "@eaDir/b.jpg/x.jpg",
            "$RECYCLE.BIN/c.jpg",
            ".ipynb_checkpoints/b.jpg",
            "System Volume Information/d.jpg",
        ] {
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
        assert!(
            found[2]
                .as_ref()
                .unwrap_err()
                .starts_with("c.jpg: a link that leads out of the folder, to the file ")
        );
        assert!(found[3].as_ref().unwrap_err().starts_with("d: a link to a folder;"));
        assert!(found[4].as_ref().unwrap_err().starts_with("e.jpg: a link to a file that does not exist"));
    }

    #[test]
    fn folders_elsewhere_are_gone_into_only_where_that_is_allowed() {
        let outside = tempfile::tempdir().unwrap();
        fs::create_dir(outside.path().join("d")).unwrap();
        fs::write(outside.path().join("d/a.jpg"), "x").unwrap();
        symlink(outside.path(), outside.path().join("d/loop")).unwrap();
        let dir = tempfile::tempdir().unwrap();
        symlink(outside.path(), dir.path().join("out")).unwrap();
        symlink(outside.path().join("d/a.jpg"), dir.path().join("z.jpg")).unwrap();
        let found = names(dir.path());
        let error = found[0].as_ref().unwrap_err();
        assert!(error.starts_with("out: a link that leads out of the folder, to the folder "), "{error}");
        assert!(error.ends_with("or pass --allow-outside if you trust the source"), "{error}");
        assert_eq!(folders_of(&SourceRoot::of(dir.path(), false).unwrap(), "").unwrap(), [""; 0]);

        let root = SourceRoot::of(dir.path(), true).unwrap();
        assert_eq!(folders_of(&root, "").unwrap(), ["out"]);
        let found: Vec<_> =
            Walk::new(&root).unwrap().map(|f| f.map(|f| f.name).map_err(|e| e.to_string())).collect();
        assert_eq!(found[0].as_deref(), Ok("out/d/a.jpg"));
        assert!(
            found[1].as_ref().unwrap_err().starts_with("out/d/loop: a link to a folder that contains it")
        );
        assert_eq!(found[2].as_deref(), Ok("z.jpg"));
        assert_eq!(found.len(), 3);
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
        let found = Walk::new(&SourceRoot::of(dir.path(), false).unwrap()).unwrap().next().unwrap().unwrap();
        assert!(found.media().unwrap_err().to_string().starts_with("a.jpg: the file is empty"));
    }

    #[test]
    fn a_missing_root_is_fatal() {
        let error = SourceRoot::of(Path::new("/no/such/folder"), false).unwrap_err();
        assert!(error.fatal);
        assert_eq!(error.to_string(), "/no/such/folder: no such file or folder; check the path");
    }
}
