//! Finds the tars of a source, their order and their splits.

use std::fs;
use std::path::{Path, PathBuf};

use hub_dataset::sample::SampleError;

use super::braces::expand;
use crate::read::file_errors::unreadable;
use crate::read::input::Input;
use crate::read::split::{split_of, split_of_file};
use crate::read::tar_members::file_name;
use crate::read::walk::Walk;
use crate::unpack::is_archive;

#[derive(Clone, Debug)]
pub struct Shard {
    pub path: PathBuf,
    pub split: Option<String>,
    pub size_bytes: u64,
}

/// Does a name end as that of a tar we read?
pub fn is_tar(name: &str) -> bool {
    is_archive(name) && !name.to_ascii_lowercase().ends_with(".zip")
}

fn is_other_tar(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".tar.lz4")
}

/// The tars of a file, folder or pattern. In a folder, files that are not tars are passed over.
///
/// # Errors
/// There is none, or one can't be read.
pub fn find(input: &Input) -> Result<Vec<Shard>, SampleError> {
    let root = input.root();
    let place = root.display().to_string();
    let paths = if root.is_dir() {
        in_folder(input)?
    } else if root.exists() {
        vec![root.to_owned()]
    } else {
        expand(root)?
    };
    if paths.is_empty() {
        return Err(SampleError::fatal(place, "no tar found").advise("check the path"));
    }
    let missing: Vec<_> = paths.iter().filter(|path| !path.exists()).collect();
    if let Some(first) = missing.first() {
        let problem =
            format!("{} of {} tars not found, first {}", missing.len(), paths.len(), first.display());
        return Err(SampleError::fatal(place, problem).advise("check the pattern"));
    }
    paths.into_iter().map(|path| Shard::of(root, path)).collect()
}

fn in_folder(input: &Input) -> Result<Vec<PathBuf>, SampleError> {
    let mut paths = Vec::new();
    let source = input.source_root()?;
    for file in Walk::new(&source)? {
        let file = file?;
        if is_tar(&file.name) {
            source.note(&file.path);
            paths.push(file.path);
        } else if is_other_tar(&file.name) {
            return Err(SampleError::fatal(
                file.name,
                "unsupported compression; tars are read plain or with gzip, bzip2, xz or zstd",
            )
            .advise("decompress it to a plain .tar"));
        }
    }
    Ok(paths)
}

impl Shard {
    fn of(root: &Path, path: PathBuf) -> Result<Self, SampleError> {
        let place = path.display().to_string();
        let size_bytes = fs::metadata(&path).map_err(|e| unreadable(&place, e))?.len();
        // The name of the pushed folder itself says nothing about its tars.
        let folder = path.parent().filter(|folder| *folder != root).map(file_name).unwrap_or_default();
        let split = split_of_file(&file_name(&path)).or_else(|| split_of(&folder)).map(ToOwned::to_owned);
        Ok(Self { path, split, size_bytes })
    }
}
