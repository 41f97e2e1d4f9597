//! Finds the archives of a source, and what each holds.
//!
//! An archive is known by its official name, or by its first member: `n01440764.tar` in the training tar,
//! `ILSVRC2012_val_00000001.JPEG` in the validation tar.

use std::collections::VecDeque;
use std::path::Path;

use hub_dataset::sample::{MediaBytes, SampleError};

use super::synset::is_synset;
use crate::read::file_errors::unreadable;
use crate::read::found_file::FoundFile;
use crate::read::inside::SourceRoot;
use crate::read::sniff::Sniff;
use crate::read::tar_members::{TarMembers, file_name};
use crate::read::walk::files_of;

/// What the images of an archive are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// Training images of one class.
    Class(String),
    /// Validation images.
    Val,
    /// Test images, whose labels are not published.
    Test,
}

/// A tar of images: a file or a range of one.
#[derive(Clone, Debug)]
pub struct Part {
    pub role: Role,
    pub path: std::path::PathBuf,
    pub offset: u64,
    pub len: u64,
    /// The archive or `archive!member`, for messages.
    pub place: String,
}

/// What kind of archive a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Archive {
    Train,
    Class,
    Val,
    Test,
}

fn archive_by_name(name: &str) -> Option<Archive> {
    match name {
        "ILSVRC2012_img_train.tar" => Some(Archive::Train),
        "ILSVRC2012_img_val.tar" => Some(Archive::Val),
        _ if name.starts_with("ILSVRC2012_img_test") && name.ends_with(".tar") => Some(Archive::Test),
        _ => name.strip_suffix(".tar").is_some_and(is_synset).then_some(Archive::Class),
    }
}

fn archive_by_member(path: &Path) -> Option<Archive> {
    let name = file_name(path);
    if !name.to_ascii_lowercase().ends_with(".tar") {
        return None;
    }
    let member = TarMembers::open(path).ok()?.next()?.ok()?.name;
    let member = member.rsplit('/').next().unwrap_or_default();
    match member {
        _ if member.strip_suffix(".tar").is_some_and(is_synset) => Some(Archive::Train),
        _ if member.starts_with("ILSVRC2012_val_") => Some(Archive::Val),
        _ if member.starts_with("ILSVRC2012_test_") => Some(Archive::Test),
        _ => None,
    }
}

/// One of the archives: the source itself, or the first in the folder.
pub fn recognise(look: &Sniff) -> Option<String> {
    if look.is_dir {
        let mut names = look.files_in("").chain(look.files_in("train/"));
        return names.find(|name| archive_by_name(name).is_some()).map(str::to_owned);
    }
    let name = file_name(&look.root);
    let is_archive =
        look.root.is_file() && (archive_by_name(&name).is_some() || archive_by_member(&look.root).is_some());
    is_archive.then_some(name)
}

/// The tars of images in a file or folder: those of the classes first.
///
/// # Errors
/// There is none, or one can't be read.
pub fn find(source: &SourceRoot, root: &Path) -> Result<VecDeque<Result<Part, SampleError>>, SampleError> {
    let is_dir = root.is_dir();
    let mut files = vec![file_name(root)];
    if is_dir {
        files = files_of(source, "")?;
        if root.join("train").is_dir() {
            files.extend(files_of(source, "train/")?.iter().map(|name| format!("train/{name}")));
        }
    }
    let (mut classes, mut rest) = (VecDeque::new(), VecDeque::new());
    for file in files {
        let name = file.rsplit('/').next().unwrap_or(&file);
        let archive = archive_by_name(name).or_else(|| if is_dir { None } else { archive_by_member(root) });
        let Some(archive) = archive else { continue };
        let found = source.file(&file).map_err(|refusal| refusal.fatal(&file))?;
        let Some(FoundFile { path, .. }) = found else { continue };
        match archive {
            Archive::Train => add_classes(&path, &mut classes)?,
            Archive::Class => {
                let role = Role::Class(name.trim_end_matches(".tar").to_owned());
                classes.push_back(Ok(whole(&path, name, role)?));
            }
            Archive::Val => rest.push_back(Ok(whole(&path, name, Role::Val)?)),
            Archive::Test => rest.push_back(Ok(whole(&path, name, Role::Test)?)),
        }
    }
    classes.append(&mut rest);
    if classes.is_empty() {
        return Err(SampleError::fatal(root.display().to_string(), "no ILSVRC archive found")
            .advise("expected ILSVRC2012_img_train.tar or ILSVRC2012_img_val.tar, or a folder with them"));
    }
    Ok(classes)
}

fn whole(path: &Path, name: &str, role: Role) -> Result<Part, SampleError> {
    let len = path.metadata().map_err(|e| unreadable(name, e))?.len();
    Ok(Part { role, path: path.to_owned(), offset: 0, len, place: name.to_owned() })
}

/// Adds the class tars in the training tar.
fn add_classes(path: &Path, parts: &mut VecDeque<Result<Part, SampleError>>) -> Result<(), SampleError> {
    let mut members = TarMembers::open(path)?;
    while let Some(member) = members.next() {
        let member = member?;
        let place = members.place_of(&member.name);
        let file = member.name.rsplit('/').next().unwrap_or_default();
        let synset = file.strip_suffix(".tar").filter(|name| is_synset(name));
        parts.push_back(match (member.content, synset) {
            (Ok(MediaBytes::File { path, offset, len }), Some(synset)) => {
                Ok(Part { role: Role::Class(synset.to_owned()), path, offset, len, place })
            }
            (Ok(MediaBytes::File { .. }), None) => {
                Err(SampleError::sample(place, "expected a tar of one class, named by its WordNet id")
                    .advise("remove it from the archive"))
            }
            (Ok(_), _) => {
                return Err(SampleError::fatal(place, "the archive is compressed")
                    .advise("decompress it to a plain .tar: its images are read in place"));
            }
            (Err(e), _) => Err(e),
        });
    }
    Ok(())
}
