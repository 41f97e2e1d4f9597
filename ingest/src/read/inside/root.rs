//! A source's folder, and which paths lead to files in it.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use hub_dataset::sample::SampleError;

use super::name::{BadName, clean, plain_parts};
use super::refusal::Refusal;
use crate::read::file_errors::unreadable;
use crate::read::files_read::FilesRead;
use crate::read::found_file::FoundFile;
use crate::read::ignore::Ignore;

/// Maximum number of folders in the cache.
const MAX_FOLDERS: usize = 4_096;

/// The folder of a source. A clone is the same folder.
#[derive(Clone, Debug)]
pub struct SourceRoot(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// The path as the user gave it.
    shown: PathBuf,
    /// The canonical path (links resolved).
    real: PathBuf,
    /// The source itself where it is a file: named by the person, so it may be a link to anywhere.
    source: PathBuf,
    allow_outside: bool,
    ignore: Ignore,
    read: FilesRead,
    /// Folders that were found to be allowed: as named → canonical.
    folders: Mutex<HashMap<PathBuf, PathBuf>>,
}

impl SourceRoot {
    /// The folder `source`, or the folder that the file `source` lies in.
    ///
    /// # Errors
    /// There is no such folder.
    pub fn of(source: &Path, allow_outside: bool) -> Result<Self, SampleError> {
        Self::with(source, allow_outside, &Ignore::default(), &FilesRead::default())
    }

    /// As [`Self::of`], but for files that are left out; those that are opened are noted in `read`.
    ///
    /// # Errors
    /// There is no such folder.
    pub fn with(
        source: &Path,
        allow_outside: bool,
        ignore: &Ignore,
        read: &FilesRead,
    ) -> Result<Self, SampleError> {
        let facts = source.metadata().map_err(|e| unreadable(&source.display().to_string(), e))?;
        let folder = if facts.is_dir() { source } else { folder_of(source) };
        Self::new(folder, source, allow_outside, (ignore, read))
    }

    /// The folder `folder` of the source `source`, which is a file in it or the folder itself.
    ///
    /// # Errors
    /// There is no such folder.
    pub fn new(
        folder: &Path,
        source: &Path,
        allow_outside: bool,
        (ignore, read): (&Ignore, &FilesRead),
    ) -> Result<Self, SampleError> {
        let real = folder.canonicalize().map_err(|e| unreadable(&folder.display().to_string(), e))?;
        Ok(Self(Arc::new(Inner {
            shown: folder.to_owned(),
            source: source.canonicalize().unwrap_or_else(|_| real.clone()),
            real,
            allow_outside,
            ignore: ignore.clone(),
            read: read.clone(),
            folders: Mutex::default(),
        })))
    }

    /// The folder as the user named it, for messages.
    pub fn shown(&self) -> &Path {
        &self.0.shown
    }

    /// Is the file or folder at this path below the source's folder left out?
    pub fn ignores(&self, name: &str) -> bool {
        self.0.ignore.has(name)
    }

    /// Is the file at this path below the source's folder among those to read?
    pub fn includes(&self, name: &str) -> bool {
        self.0.ignore.includes(name)
    }

    /// Notes that the file at this canonical path is read.
    pub fn note(&self, path: &Path) {
        self.0.read.note(path);
    }

    /// Notes that files with this ending in and below a folder are read, each with its image.
    pub fn claim(&self, folder: &str, ending: &str) {
        self.0.read.claim(folder, ending);
    }

    /// Does a canonical path lie in the source?
    pub fn contains(&self, real: &Path) -> bool {
        real.starts_with(&self.0.real) || real == self.0.source
    }

    /// May a walk of the source go into the folder that a link leads to? A folder of the source itself would be
    /// read twice.
    pub fn enters(&self, target: &Path) -> bool {
        self.0.allow_outside && !self.contains(target)
    }

    /// Where something below the source is, by a name that was found in a folder or is the format's own; `""`
    /// is the source's folder. `None` if there is nothing of that name.
    ///
    /// # Errors
    /// A link on the way leads out of the source.
    pub fn find(&self, name: &str) -> Result<Option<PathBuf>, Refusal> {
        if self.ignores(name) {
            return Ok(None);
        }
        let path = self.0.real.join(name);
        // Without a last part (`a/..`) there is nothing to look at by itself.
        let (Some(folder), Some(last), false) = (path.parent(), path.file_name(), name.is_empty()) else {
            return self.canonical(name, &path);
        };
        let Some(folder) = self.folder_at(name, folder)? else { return Ok(None) };
        let path = folder.join(last);
        match fs::symlink_metadata(&path) {
            Ok(facts) if facts.is_symlink() => match self.canonical(name, &path)? {
                Some(path) => Ok(Some(path)),
                None => Err(Refusal::DeadLink { name: name.to_owned() }),
            },
            Ok(_) => Ok(Some(path)),
            Err(e) => absent(name, e),
        }
    }

    /// The file of such a name; `None` if there is nothing or a folder.
    ///
    /// # Errors
    /// See [`Self::find`].
    pub fn file(&self, name: &str) -> Result<Option<FoundFile>, Refusal> {
        let found = self.find(name)?.filter(|path| !path.is_dir() && self.includes(name));
        if let Some(path) = &found {
            self.note(path);
        }
        Ok(found.map(|path| FoundFile { name: self.name_of(name, &path), path }))
    }

    /// Opens the file of such a name, which is an index or list of the format; `None` if there is none.
    ///
    /// # Errors
    /// It leads out of the source or can't be opened; either ends the source.
    pub fn open(&self, name: &str) -> Result<Option<File>, SampleError> {
        let place = || self.0.shown.join(name).display().to_string();
        let Some(found) = self.file(name).map_err(|refusal| refusal.fatal(place()))? else { return Ok(None) };
        File::open(&found.path).map(Some).map_err(|e| unreadable(&place(), e))
    }

    /// The file that an annotation names, relative to a folder of the source (`""`, or with `/` at its end).
    ///
    /// # Errors
    /// The path, as it is written or by a link, leads out of the source.
    pub fn named(&self, folder: &str, written: &str) -> Result<Option<FoundFile>, Refusal> {
        match clean(written) {
            Ok(name) => self.file(&format!("{folder}{name}")),
            Err(problem) => self.file(&self.name_outside(folder, written, problem)?),
        }
    }

    /// A path that [`clean`] refuses, as a name for [`Self::file`], if the person allowed that.
    ///
    /// # Errors
    /// It is not allowed, or no path at all.
    pub fn name_outside(&self, folder: &str, written: &str, problem: BadName) -> Result<String, Refusal> {
        let leads = matches!(problem, BadName::Absolute | BadName::ParentFolder);
        let name =
            if problem == BadName::Absolute { written.to_owned() } else { format!("{folder}{written}") };
        if leads && self.0.allow_outside {
            return Ok(name);
        }
        let target = leads.then(|| without_dots(&self.0.real.join(name)));
        Err(Refusal::Name { name: written.to_owned(), root: self.0.shown.clone(), problem, target })
    }

    /// A folder, made canonical and checked; from the cache if it was checked before.
    fn folder_at(&self, name: &str, folder: &Path) -> Result<Option<PathBuf>, Refusal> {
        if folder == self.0.real {
            return Ok(Some(folder.to_owned()));
        }
        let remembered = || self.0.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(real) = remembered().get(folder) {
            return Ok(Some(real.clone()));
        }
        let Some(real) = self.canonical(name, folder)? else { return Ok(None) };
        let mut folders = remembered();
        if folders.len() >= MAX_FOLDERS {
            folders.clear();
        }
        folders.insert(folder.to_owned(), real.clone());
        Ok(Some(real))
    }

    /// The canonical path, if it is allowed.
    fn canonical(&self, name: &str, path: &Path) -> Result<Option<PathBuf>, Refusal> {
        match path.canonicalize() {
            Ok(target) if self.0.allow_outside || self.contains(&target) => Ok(Some(target)),
            Ok(target) => Err(Refusal::Link { name: name.to_owned(), root: self.0.shown.clone(), target }),
            Err(e) => absent(name, e),
        }
    }

    /// The name that a file has in the data set: its path below the source, or what the annotation says but for
    /// what leads out.
    fn name_of(&self, name: &str, path: &Path) -> String {
        match clean(name) {
            Ok(name) => name,
            Err(_) => match path.strip_prefix(&self.0.real).ok().and_then(Path::to_str) {
                Some(below) => below.to_owned(),
                None => plain_parts(name).filter(|part| *part != "..").collect::<Vec<_>>().join("/"),
            },
        }
    }
}

/// The folder that a file lies in.
fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn absent<T>(name: &str, error: io::Error) -> Result<Option<T>, Refusal> {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Ok(None),
        _ => Err(Refusal::Unreadable { name: name.to_owned(), source: error }),
    }
}

/// The path with its `..` worked out as they are written, for messages.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}
