//! The files of a source, and their splits.

use std::path::PathBuf;

use hub_dataset::sample::SampleError;

use crate::read::input::Input;
use crate::read::split::{split_name, split_of, split_of_file};
use crate::read::walk::Walk;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParquetFile {
    /// Its path below the source.
    pub name: String,
    pub path: PathBuf,
    pub split: Option<String>,
}

impl ParquetFile {
    /// The name that Hugging Face gives to a table of the media beside it.
    pub fn is_metadata(&self) -> bool {
        self.name.rsplit('/').next() == Some("metadata.parquet")
    }
}

/// Is it a Parquet file, by its name?
pub fn is_parquet(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".parquet")
}

/// The files of a source, in the order in which they are read.
///
/// # Errors
/// There are none, or something in the folder can't be read.
pub fn find(input: &Input) -> Result<Vec<ParquetFile>, SampleError> {
    let root = input.root();
    if !root.is_dir() {
        let name = root.file_name().unwrap_or_default().to_string_lossy().into_owned();
        return Ok(vec![ParquetFile { split: split_of_path(&name), name, path: root.to_owned() }]);
    }
    let mut files = Vec::new();
    let source = input.source_root()?;
    for file in Walk::new(&source)? {
        let file = file.map_err(|e| SampleError { fatal: true, ..e })?;
        if !is_parquet(&file.name) {
            continue;
        }
        if let Some(folder) = file.name.split('/').rev().skip(1).find(|folder| folder.contains('=')) {
            let problem =
                format!("the folder '{folder}' is a partition that stands for a column, which would be lost");
            return Err(SampleError::fatal(&file.name, problem)
                .advise("write the files without partitions, or push one folder at a time"));
        }
        files.push(ParquetFile { split: split_of_path(&file.name), name: file.name, path: file.path });
    }
    if files.is_empty() {
        return Err(SampleError::fatal(root.display().to_string(), "no .parquet file found"));
    }
    let rank = |f: &ParquetFile| {
        ["train", "val", "test"].iter().position(|s| f.split.as_deref() == Some(s)).unwrap_or(3)
    };
    files.sort_by_key(rank);
    Ok(files)
}

/// The split that a path stands for: of a shard's name all before the number, else a usual name in the file's
/// name, else the nearest folder with one.
fn split_of_path(path: &str) -> Option<String> {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    if let Some(split) = before_shard(stem) {
        return Some(split_name(split));
    }
    let by_folder = || folders.rsplit('/').find_map(split_of);
    split_of_file(stem).or_else(by_folder).map(str::to_owned)
}

/// `train-00000-of-00003` → `train`.
fn before_shard(stem: &str) -> Option<&str> {
    let is_number = |text: &str| text.len() >= 4 && text.bytes().all(|b| b.is_ascii_digit());
    // Newer files end with a fingerprint: `train-00000-of-00003-0a1b2c3d4e5f6071`.
    let words: Vec<&str> = stem.split('-').collect();
    let of = words.iter().rposition(|word| *word == "of")?;
    let is_shard = of >= 2 && is_number(words[of - 1]) && words.get(of + 1).is_some_and(|w| is_number(w));
    let length: usize = words[..of - 1].iter().map(|w| w.len() + 1).sum();
    stem.get(..length.checked_sub(1)?).filter(|split| is_shard && !split.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_folders_tell_the_split() {
        for (path, split) in [
            ("data/train-00000-of-00003.parquet", Some("train")),
            ("data/validation-00000-of-00001-0a1b2c3d4e5f6071.parquet", Some("val")),
            ("data/unsupervised-00000-of-00001.parquet", Some("unsupervised")),
            ("default/test/0000.parquet", Some("test")),
            ("my_train.parquet", Some("train")),
            ("train/part-0.parquet", Some("train")),
            ("data/part-0.parquet", None),
            ("x-of-y.parquet", None),
            ("00000-of-00003.parquet", None),
        ] {
            assert_eq!(split_of_path(path).as_deref(), split, "{path}");
        }
    }
}
