//! Flat files: the name of a file begins with the WordNet id of its class.
//!
//! In: `n01440764_tench.JPEG` or `n01440764_10026.JPEG`, in one folder or below folders of splits. Out: the
//! columns `image` (`audio`, `video`) and `label`; the classes are the ids, sorted.
//!
//! The classes have to be known before the first sample, so the names are walked twice; the first time
//! nothing else is read.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, Value};

use super::found_file::FoundFile;
use super::inside::SourceRoot;
use super::kind::{column_of, kind_of_name};
use super::labels::label_feature;
use super::media_files::{MediaFiles, kind_of_folder};
use super::options::ReadOptions;
use super::sniff::Sniff;
use super::split::split_of;
use super::walk::Walk;

/// True if most media names that were seen begin with an id.
pub(super) fn recognise(look: &Sniff) -> bool {
    let media = || look.files().filter(|name| kind_of_name(name).is_some());
    let with_id = media().filter(|name| synset_of(name).is_some()).count();
    with_id > 0 && with_id * 2 > media().count()
}

/// Opens a folder of such files.
pub(super) fn open(root: &Path, options: &ReadOptions) -> Result<Box<dyn SampleSource>, SampleError> {
    let source = SourceRoot::new(root, root, options.allow_outside)?;
    let walk = Walk::new(&source)?;
    let place = root.display().to_string();
    let kind = kind_of_folder(&Sniff::at(root));
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
    let id = name.get(..9)?;
    let is_id = id.starts_with('n') && id[1..].bytes().all(|b| b.is_ascii_digit());
    let ends = !name[9..].starts_with(|c: char| c.is_ascii_alphanumeric());
    (is_id && ends).then_some(id)
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
        assert!(recognise(&Sniff::at(dir.path())));
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
