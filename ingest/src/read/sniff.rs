//! Lists a bounded sample of a source's entries, enough to recognise its format.
//!
//! A folder may hold a million files, and this must still take milliseconds: it goes breadth-first, at most
//! four levels deep, and is limited in every direction (folders opened, names read per folder, names kept). So
//! [`Sniff::entries`] is a sample of what is there, and a file that decides the format is checked by name
//! ([`Sniff::has`]), which the limits don't affect. Nothing but names is read, except where a format needs a
//! file's first bytes ([`Sniff::head`]).

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::kind::{KINDS, MediaKind, kind_of_name};

/// A bounded sample of a source's entries.
#[derive(Clone, Debug)]
pub struct Sniff {
    /// The path that was given: a file or a folder.
    pub root: PathBuf,
    /// True if `root` is a folder.
    pub is_dir: bool,
    /// Paths below it, relative, at most four levels deep and at most [`Sniff::MAX_ENTRIES`], upper levels
    /// first, sorted within a folder; of a folder with many files only some are seen. Folders end with `/`.
    /// Hidden names are left out.
    pub entries: Vec<String>,
}

impl Sniff {
    /// Maximum number of entries that are listed; larger sources are recognised by these.
    pub const MAX_ENTRIES: usize = 8_000;
    /// Maximum number of folders that are opened.
    const MAX_FOLDERS: usize = 256;
    /// Maximum number of names read from one folder.
    const MAX_NAMES: usize = 4_000;
    /// Maximum number of files kept per folder below the top.
    const MAX_FILES: usize = 64;
    /// Maximum depth of the folders that are opened.
    const DEPTH: usize = 4;

    /// Lists the entries of `root`; what can't be read is left out.
    pub fn at(root: &Path) -> Self {
        let is_dir = root.is_dir();
        let mut look = Self { root: root.to_owned(), is_dir, entries: Vec::new() };
        if is_dir {
            look.fill();
        }
        look
    }

    fn fill(&mut self) {
        let mut queue = VecDeque::from([(String::new(), 0)]);
        let mut opened = 0;
        while let Some((folder, depth)) = queue.pop_front() {
            if opened == Self::MAX_FOLDERS || self.entries.len() >= Self::MAX_ENTRIES {
                return;
            }
            opened += 1;
            let (folders, mut files) = names_in(&self.root.join(&folder), Self::MAX_NAMES);
            if depth > 0 {
                files.truncate(Self::MAX_FILES);
            }
            for name in folders {
                let path = format!("{folder}{name}/");
                if depth + 1 < Self::DEPTH {
                    queue.push_back((path.clone(), depth + 1));
                }
                self.entries.push(path);
            }
            self.entries.extend(files.into_iter().map(|name| format!("{folder}{name}")));
        }
    }

    /// True if a file or folder exists at that relative path; checked on the disk, not in the list.
    pub fn has(&self, path: &str) -> bool {
        self.is_dir && self.root.join(path).exists()
    }

    /// The name of the file or folder itself, lower case; `""` where it has none.
    pub fn name(&self) -> String {
        self.root.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default()
    }

    /// The folders seen, with the `/` at their end.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(String::as_str).filter(|e| e.ends_with('/'))
    }

    /// The files seen at any depth; for a source that is a file, none.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(String::as_str).filter(|e| !e.ends_with('/'))
    }

    /// The files seen directly in `folder` (`""` for the top, else with the `/` at its end).
    pub fn files_in<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        self.files().filter_map(move |f| f.strip_prefix(folder)).filter(|rest| !rest.contains('/'))
    }

    /// The folders seen directly in `folder` (as for [`Sniff::files_in`]), by name without `/`.
    pub fn folders_in<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        self.folders()
            .filter_map(move |f| f.strip_prefix(folder))
            .filter_map(|rest| rest.strip_suffix('/'))
            .filter(|rest| !rest.is_empty() && !rest.contains('/'))
    }

    /// Is a file seen below `folder` (with the `/` at its end) with the name of an image, audio file or video?
    pub fn media_below(&self, folder: &str) -> bool {
        self.files().any(|f| f.starts_with(folder) && kind_of_name(f).is_some())
    }

    /// Is such a file seen directly in `folder` (`""` for the top)?
    pub fn media_in(&self, folder: &str) -> bool {
        self.files_in(folder).any(|f| kind_of_name(f).is_some())
    }

    /// The media kinds of the files seen, of each kind how many.
    pub fn media(&self) -> [(MediaKind, usize); 3] {
        let count = |kind| self.files().filter(|f| kind_of_name(f) == Some(kind)).count();
        KINDS.map(|kind| (kind, count(kind)))
    }

    /// The first bytes (at most `len`) of the file at a relative path, or of the source itself for `""`.
    pub fn head(&self, path: &str, len: usize) -> Option<Vec<u8>> {
        let path = if path.is_empty() { self.root.clone() } else { self.root.join(path) };
        let mut head = Vec::new();
        if !path.is_file() {
            return None;
        }
        File::open(path).ok()?.take(len as u64).read_to_end(&mut head).ok()?;
        Some(head)
    }
}

/// Names of folders and of files in a folder, each sorted; of at most `most` names read.
fn names_in(folder: &Path, most: usize) -> (Vec<String>, Vec<String>) {
    let (mut folders, mut files) = (Vec::new(), Vec::new());
    let Ok(listing) = fs::read_dir(folder) else { return (folders, files) };
    for entry in listing.take(most).flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if super::walk::is_hidden(&name) {
            continue;
        }
        // A link counts as what it points to.
        let is_dir = match entry.file_type() {
            Ok(kind) if kind.is_symlink() => entry.path().is_dir(),
            Ok(kind) => kind.is_dir(),
            Err(_) => continue,
        };
        if is_dir { folders.push(name) } else { files.push(name) }
    }
    folders.sort_unstable();
    files.sort_unstable();
    (folders, files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::testing::folder;

    #[test]
    fn a_look_goes_breadth_first_and_asks_by_name() {
        let dir = folder(&["b/c/d/e/deep.jpg", "a.txt", "b/x.wav", ".git/config"]);
        let look = Sniff::at(dir.path());
        assert_eq!(look.entries, ["b/", "a.txt", "b/c/", "b/x.wav", "b/c/d/", "b/c/d/e/"]);
        assert_eq!(look.folders_in("b/").collect::<Vec<_>>(), ["c"]);
        assert_eq!(look.files_in("b/").collect::<Vec<_>>(), ["x.wav"]);
        assert!(look.has("b/c/d/e/deep.jpg") && !look.has("none"));
        assert!(look.media_in("b/") && !look.media_in("") && !look.media_below("b/c/"));
        assert_eq!(look.head("a.txt", 3).unwrap(), b"a.t");
    }

    #[test]
    fn a_big_folder_is_looked_at_in_part() {
        let names: Vec<String> = (0..Sniff::MAX_NAMES + 500).map(|n| format!("{n}.jpg")).collect();
        let dir = folder(&names.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(Sniff::at(dir.path()).entries.len(), Sniff::MAX_NAMES);
    }
}
