//! The files of a CIFAR data set, in a folder or an archive.

use std::fs;
use std::path::{Path, PathBuf};

use hub_dataset::sample::{MediaBytes, SampleError};

use super::file_role::role;
use super::sizes::MAX_BATCH_BYTES;
use crate::read::file_errors::unreadable;
use crate::read::input::Input;
use crate::read::inside::SourceRoot;
use crate::read::tar_members::{TarMembers, file_name};
use crate::read::walk::files_of;

/// Where in a folder the batches may be: in it, or in the folder of an archive that was unpacked in it.
pub const FOLDERS: [&str; 5] =
    ["", "cifar-10-batches-bin/", "cifar-10-batches-py/", "cifar-100-binary/", "cifar-100-python/"];

/// Is it a name that no other data set's files have? (`train` and `test.bin` are CIFAR's, too.)
pub fn is_own_name(name: &str) -> bool {
    role(name).is_some() && !matches!(name, "train" | "test" | "meta" | "train.bin" | "test.bin")
}

/// A file of the data set.
pub struct StoredFile {
    /// Its name, without folders.
    pub name: String,
    /// Its path or `archive!member`.
    pub place: String,
    pub bytes: MediaBytes,
}

#[derive(Clone, Debug)]
pub enum Store {
    /// A folder of the source.
    Folder(SourceRoot, &'static str),
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
    pub fn at(input: &Input) -> Result<Self, SampleError> {
        let root = input.root();
        if !root.is_dir() {
            return Ok(Self::Archive(root.to_owned()));
        }
        let place = root.display().to_string();
        let holds = |folder: &Path| {
            let names = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
            names.into_iter().any(|name| role(&name.to_string_lossy()).is_some())
        };
        let source = input.source_root()?;
        let mut found: Vec<Self> = FOLDERS
            .into_iter()
            .filter(|folder| holds(&root.join(folder)))
            .map(|folder| Self::Folder(source.clone(), folder))
            .collect();
        if found.is_empty() {
            for name in files_of(&source, "")?.into_iter().filter(|name| is_archive_name(name)) {
                let archive = source.file(&name).map_err(|refusal| refusal.fatal(name))?;
                found.extend(archive.map(|archive| Self::Archive(archive.path)));
            }
        }
        match (found.pop(), found.is_empty()) {
            (Some(store), true) => Ok(store),
            (None, _) => Err(SampleError::fatal(&place, "no CIFAR files found").advise(
                "expected data_batch_1.bin, data_batch_1, train.bin, train, or the archive they came in",
            )),
            _ => Err(SampleError::fatal(&place, "more than one CIFAR data set found")
                .advise("push one of them, naming its folder or archive")),
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
            Self::Folder(source, folder) => {
                let mut files = folder_files(source, folder)?;
                files.sort_by_key(|file| order(&file.name));
                Ok(Box::new(files.into_iter().map(Ok)))
            }
            Self::Archive(path) => {
                let archive = file_name(path);
                let members = TarMembers::open(path)?.hold(MAX_BATCH_BYTES);
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

/// Training batches by number, the test batch last.
fn order(name: &str) -> (bool, usize, String) {
    (name.starts_with("test"), name.len(), name.to_owned())
}

/// The batches and lists of names in a folder.
fn folder_files(source: &SourceRoot, folder: &str) -> Result<Vec<StoredFile>, SampleError> {
    let mut files = Vec::new();
    for name in files_of(source, folder)?.into_iter().filter(|name| role(name).is_some()) {
        let found = source.file(&format!("{folder}{name}")).map_err(|refusal| refusal.fatal(&name))?;
        let Some(found) = found else { continue };
        // A link's target counts, not the link.
        let facts = fs::metadata(&found.path).map_err(|e| unreadable(&name, e))?;
        if facts.is_file() {
            let bytes = MediaBytes::File { path: found.path, offset: 0, len: facts.len() };
            files.push(StoredFile { place: name.clone(), name, bytes });
        }
    }
    Ok(files)
}
