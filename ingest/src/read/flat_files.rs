//! Flat files: the name of a file begins with the WordNet id of its class.
//!
//! In: `n01440764_tench.JPEG` or `n01440764_10026.JPEG`, in one folder or below folders of splits. Out: the
//! columns `image` (`audio`, `video`) and `label`; the classes are the ids, sorted.
//!
//! The classes have to be known before the first sample, so the names are walked twice; the first time
//! nothing else is read.

use std::collections::{BTreeSet, HashMap};

use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, Value};

use super::found_file::FoundFile;
use super::input::Input;
use super::kind::{column_of, kind_of_name};
use super::labels::label_feature;
use super::media_files::{MediaFiles, kind_of_folder};
use super::sniff::{Sniff, begins_with_id};
use super::split::split_of;
use super::walk::Walk;

/// The first name with an id, if most names of media begin with one.
pub(super) fn recognise(look: &Sniff) -> Option<String> {
    let with_id: u64 = look.all().map(|folder| folder.with_id).sum();
    let media: u64 = look.media().iter().map(|(_, count)| count).sum();
    let first =
        || look.all().find_map(|f| Some(f.path_of(f.media_names.iter().find(|n| begins_with_id(n))?)));
    (with_id > 0 && with_id * 2 > media).then(|| first().unwrap_or_default())
}

/// Opens a folder of such files.
pub(super) fn open(input: &Input) -> Result<Box<dyn SampleSource>, SampleError> {
    let source = input.source_root()?;
    let walk = Walk::new(&source)?;
    let place = input.root().display().to_string();
    let kind = kind_of_folder(&input.look);
    let kind = kind.ok_or_else(|| {
        SampleError::fatal(&place, "no image, audio or video file found").advise("check the path")
    })?;
    let ids: BTreeSet<String> = Walk::new(&source)?
        .flatten()
        .filter(|file| kind_of_name(&file.name) == Some(kind))
        .filter_map(|file| synset_of(&file.name).map(ToOwned::to_owned))
        .collect();
    if ids.is_empty() {
        return Err(SampleError::fatal(place, "no file's name begins with a WordNet id (n01440764_…)")
            .advise("for media without classes pass --format image-folder"));
    }
    let names: Vec<String> = ids.into_iter().collect();
    let numbers = names.iter().cloned().zip(0..).collect();
    let columns = [column_of(kind), Column::new("label", label_feature(names))];
    Ok(Box::new(FlatFiles { files: MediaFiles::new(walk, kind), columns, numbers }))
}

struct FlatFiles {
    files: MediaFiles,
    columns: [Column; 2],
    numbers: HashMap<String, i64>,
}

/// The id that a file's name begins with: `n` and eight digits, and no letter or digit behind them.
fn synset_of(name: &str) -> Option<&str> {
    let name = name.rsplit('/').next()?;
    begins_with_id(name).then(|| &name[..9])
}

impl FlatFiles {
    fn sample(&self, file: FoundFile) -> Result<Sample, SampleError> {
        let number = synset_of(&file.name).and_then(|id| self.numbers.get(id)).ok_or_else(|| {
            SampleError::sample(&file.name, "the name does not begin with a WordNet id (n01440764_…)")
                .advise("rename it or remove it")
        })?;
        let split = file.name.split_once('/').and_then(|(folder, _)| split_of(folder)).map(ToOwned::to_owned);
        let place = file.name.clone();
        Ok(Sample { place, split, values: vec![Value::Media(file.media()?), Value::Int(*number)] })
    }
}

impl SampleSource for FlatFiles {
    fn format(&self) -> &'static str {
        "flat files"
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>> {
        let file = self.files.next()?;
        Some(file.and_then(|file| self.sample(file)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::testing::{folder, read_all};

    #[test]
    fn the_id_in_front_is_the_class() {
        let dir = folder(&["n02084071_dog.JPEG", "n01440764_10026.JPEG", "n01440764_tench.JPEG", "x.jpg"]);
        assert!(recognise(&Sniff::at(dir.path(), &Default::default(), false)).is_some());
        let (source, samples, errors) = read_all(dir.path());
        assert_eq!(source.format(), "flat files");
        let Feature::ClassLabel { names, .. } = &source.columns()[1].feature else { panic!() };
        assert_eq!(names, &["n01440764", "n02084071"]);
        let labels: Vec<_> = samples.iter().map(|s| s.values[1].clone()).collect();
        assert_eq!(labels, [Value::Int(0), Value::Int(0), Value::Int(1)]);
        assert_eq!(errors.len(), 1);
        assert!(errors[0].starts_with("x.jpg: the name does not begin with a WordNet id"));
    }

    #[test]
    fn ids_end_where_they_end() {
        assert_eq!(synset_of("a/n01440764.JPEG"), Some("n01440764"));
        for other in ["n0144076.JPEG", "n01440764x.JPEG", "m01440764_a.JPEG", "n014407é4.JPEG"] {
            assert_eq!(synset_of(other), None, "{other}");
        }
    }

    use hub_schema::Feature;
}
