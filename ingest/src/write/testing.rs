//! What the writers' tests share: out, in again, and whether the rows are equal.

use std::fs;
use std::path::{Path, PathBuf};

use hub_dataset::sample::{Column, Media, MediaBytes, Sample, SampleSource, Value};
use hub_schema::{DType, Feature, TensorRole};

use super::{Target, create};
use crate::format::Format;
use crate::read::{self, ReadOptions};

/// The project's own small data.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(name)
}

/// Columns and samples of a folder, with the bytes of all media in memory.
pub fn read_in(path: &Path, format: Option<Format>) -> (Vec<Column>, Vec<Sample>) {
    let mut source = read::open(path, &ReadOptions { format, ..ReadOptions::default() }).unwrap().source;
    drain(&mut *source)
}

/// Columns and samples of a source.
pub fn drain(source: &mut dyn SampleSource) -> (Vec<Column>, Vec<Sample>) {
    let columns = source.columns().to_vec();
    let mut samples = Vec::new();
    while let Some(sample) = source.next_sample() {
        let mut sample = sample.unwrap_or_else(|e| panic!("{e}"));
        sample.values.iter_mut().for_each(load);
        samples.push(sample);
    }
    (columns, samples)
}

fn load(value: &mut Value) {
    if let Value::Media(media) = value {
        media.bytes = MediaBytes::Memory(media.bytes.read_all().unwrap());
    }
}

/// The splits of samples, in order.
pub fn splits_of(samples: &[Sample]) -> Vec<String> {
    let mut splits: Vec<String> = Vec::new();
    for split in samples.iter().filter_map(|s| s.split.clone()) {
        if !splits.contains(&split) {
            splits.push(split);
        }
    }
    splits
}

pub fn write_out(format: Format, dest: &Path, columns: &[Column], samples: &[Sample]) {
    let mut sink = create(Target::new(format, dest, columns.to_vec(), splits_of(samples))).unwrap();
    for sample in samples {
        sink.write(sample).unwrap_or_else(|e| panic!("{e}"));
    }
    sink.finish().unwrap();
}

/// In, out, in: the same columns and rows, in the same order.
pub fn assert_round_trip(path: &Path, format: Format) {
    let (columns, samples) = read_in(path, None);
    assert!(!samples.is_empty());
    let dir = tempfile::tempdir().unwrap();
    let dest = dir.path().join("out");
    write_out(format, &dest, &columns, &samples);
    let (columns_again, again) = read_in(&dest, Some(format));
    assert_eq!(columns_again, columns);
    assert_same(&again, &samples);
}

/// The same rows, wherever they came from.
pub fn assert_same(again: &[Sample], samples: &[Sample]) {
    assert_eq!(again.len(), samples.len());
    for (a, b) in again.iter().zip(samples) {
        assert_eq!((&a.split, &a.values), (&b.split, &b.values), "{} and {}", a.place, b.place);
    }
}

/// The files of a folder, relative and sorted.
pub fn files(root: &Path) -> Vec<String> {
    fn walk(root: &Path, at: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                found.push(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    let mut found = Vec::new();
    walk(root, root, &mut found);
    found.sort();
    found
}

pub fn raw(shape: &[usize]) -> Feature {
    Feature::Tensor { dtype: DType::U8, shape: shape.to_vec(), role: TensorRole::Image }
}

pub fn medium(name: &str, bytes: &[u8]) -> Value {
    Value::Media(Media { name: name.to_owned(), bytes: MediaBytes::Memory(bytes.to_vec().into()) })
}

pub fn sample(split: Option<&str>, values: Vec<Value>) -> Sample {
    Sample { place: "row".to_owned(), split: split.map(ToOwned::to_owned), values }
}
