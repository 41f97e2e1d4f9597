//! The files of a CIFAR data set, in a folder or an archive.

use std::fs;
use std::path::{Path, PathBuf};

use hub_dataset::sample::{MediaBytes, SampleError};

use super::batch::role;
use crate::read::tar_members::TarMembers;
use crate::read::walk::unreadable;

/// Where in a folder the batches may be: in it, or in the folder of an archive that was unpacked in it.
pub const FOLDERS: [&str; 5] =
    ["", "cifar-10-batches-bin/", "cifar-10-batches-py/", "cifar-100-binary/", "cifar-100-python/"];

/// Is it a name that no other data set's files have? (`train` and `test.bin` are CIFAR's, too.)
pub fn is_own_name(name: &str) -> bool {
    role(name).is_some() && !matches!(name, "train" | "test" | "meta" | "train.bin" | "test.bin")
}

/// The most that a batch may be: CIFAR-100's training pictures, with room.
pub const MOST_BATCH_BYTES: u64 = 256 << 20;

/// A file of the data set.
pub struct StoredFile {
    /// Its name, without folders.
    pub name: String,
    /// Its path or `archive!member`.
    pub place: String,
    /// Its bytes.
    pub bytes: MediaBytes,
}

/// Where the files are.
#[derive(Clone, Debug)]
pub enum Store {
    Folder(PathBuf),
    Archive(PathBuf),
}

/// `cifar-10-binary.tar.gz` and the like.
pub fn is_archive_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("cifar-10") && [".tar.gz", ".tgz", ".tar"].iter().any(|end| name.ends_with(end))
}

impl Store {
    /// The store at `root`: an archive, a folder with batches, or a folder with one archive.
    ///
    /// # Errors
    /// There is none, or two.
    pub fn at(root: &Path) -> Result<Self, SampleError> {
        if !root.is_dir() {
            return Ok(Self::Archive(root.to_owned()));
        }
        let place = root.display().to_string();
        let holds = |folder: &Path| {
            let names = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
            names.into_iter().any(|name| role(&name.to_string_lossy()).is_some())
        };
        let mut found: Vec<Self> =
            FOLDERS.iter().map(|f| root.join(f)).filter(|f| holds(f)).map(Self::Folder).collect();
        if found.is_empty() {
            let cant = |e| unreadable(&place, e);
            for entry in fs::read_dir(root).map_err(cant)? {
                let entry = entry.map_err(cant)?;
                if is_archive_name(&entry.file_name().to_string_lossy()) {
                    found.push(Self::Archive(entry.path()));
                }
            }
        }
        match (found.pop(), found.is_empty()) {
            (Some(store), true) => Ok(store),
            (None, _) => Err(SampleError::fatal(&place, "no CIFAR files in it").advise(
                "expected data_batch_1.bin, data_batch_1, train.bin, train, or the archive they came in",
            )),
            _ => Err(SampleError::fatal(&place, "more than one CIFAR data set in it").advise("say which")),
        }
    }

    /// The files, in the store's order.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn files(
        &self,
    ) -> Result<Box<dyn Iterator<Item = Result<StoredFile, SampleError>> + Send>, SampleError> {
        match self {
            Self::Folder(folder) => {
                let mut files = folder_files(folder)?;
                files.sort_by_key(|file| order(&file.name));
                Ok(Box::new(files.into_iter().map(Ok)))
            }
            Self::Archive(path) => {
                let archive = file_name(path);
                let members = TarMembers::open(path)?.hold(MOST_BATCH_BYTES);
                Ok(Box::new(members.map(move |member| {
                    let member = member?;
                    let place = format!("{archive}!{}", member.name);
                    Ok(StoredFile {
                        name: member.name.rsplit('/').next().unwrap_or_default().to_owned(),
                        bytes: member.content.map_err(|e| SampleError { fatal: true, ..e })?,
                        place,
                    })
                })))
            }
        }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Training batches by number, the test batch last.
fn order(name: &str) -> (bool, usize, String) {
    (name.starts_with("test"), name.len(), name.to_owned())
}

fn folder_files(folder: &Path) -> Result<Vec<StoredFile>, SampleError> {
    let cant = |e| unreadable(&folder.display().to_string(), e);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(cant)? {
        let path = entry.map_err(cant)?.path();
        // A link's target counts, not the link.
        let facts = fs::metadata(&path).map_err(|e| unreadable(&path.display().to_string(), e))?;
        let name = file_name(&path);
        if facts.is_file() {
            let bytes = MediaBytes::File { path, offset: 0, len: facts.len() };
            files.push(StoredFile { place: name.clone(), name, bytes });
        }
    }
    Ok(files)
}
