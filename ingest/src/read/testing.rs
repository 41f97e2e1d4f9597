//! What the readers' tests share.

use std::fs;
use std::path::Path;

use hub_dataset::sample::{Sample, SampleSource};
use tempfile::TempDir;

use super::open::open;
use super::options::ReadOptions;

/// A folder of these files, each of which holds its own name.
pub fn folder(names: &[&str]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for name in names {
        put(dir.path(), name, name.as_bytes());
    }
    dir
}

/// Puts a file into a folder, with the folders above it.
pub fn put(root: &Path, name: &str, bytes: &[u8]) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Everything a source gives, the format found by looking: itself, its samples, its errors.
pub fn read_all(path: &Path) -> (Box<dyn SampleSource>, Vec<Sample>, Vec<String>) {
    read_as(path, &ReadOptions::default())
}

/// Everything a source gives under some options.
pub fn read_as(path: &Path, options: &ReadOptions) -> (Box<dyn SampleSource>, Vec<Sample>, Vec<String>) {
    let mut source = open(path, options).unwrap().source;
    let (mut samples, mut errors) = (Vec::new(), Vec::new());
    while let Some(sample) = source.next_sample() {
        match sample {
            Ok(sample) => {
                assert_eq!(sample.values.len(), source.columns().len());
                samples.push(sample);
            }
            Err(e) => {
                errors.push(e.to_string());
                if e.fatal {
                    break;
                }
            }
        }
    }
    (source, samples, errors)
}

/// The message with which a source is refused.
pub fn refusal(path: &Path) -> String {
    match open(path, &ReadOptions::default()) {
        Ok(opened) => panic!("opened as {}", opened.source.format()),
        Err(e) => e.to_string(),
    }
}

/// A tar of these files.
pub fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, *bytes).unwrap();
    }
    tar.into_inner().unwrap()
}
