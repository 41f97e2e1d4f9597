//! The samples, image by image.

use std::collections::{HashMap, VecDeque};

use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, Value};
use hub_schema::{Feature, MaskEncoding};

use super::layout::{Unit, units};
use crate::read::input::Input;
use crate::read::inside::SourceRoot;
use crate::read::kind::{MediaKind, column_of, kind_of_name};
use crate::read::media_path::media_at;
use crate::read::sniff::{Sniff, stem, without_mask};
use crate::read::split::split_of_folders;
use crate::read::walk::files_of;

/// Opens the folders.
pub fn open(input: &Input) -> Result<Box<dyn SampleSource>, SampleError> {
    let units = units(&input.look);
    if units.is_empty() {
        let place = input.root().display().to_string();
        return Err(SampleError::fatal(place, "no folder of masks found beside a folder of images")
            .advise("expected images/a.jpg and masks/a.png, or a.jpg and a_mask.png"));
    }
    let mut words: Vec<String> =
        units.iter().flat_map(|u| u.masks.iter().map(|(word, _)| word.clone())).collect();
    words.extend(units.iter().filter(|unit| unit.beside).map(|_| "mask".to_owned()));
    words.sort_unstable();
    words.dedup();
    let mut columns = vec![column_of(MediaKind::Image)];
    for word in &words {
        let name = if words.len() == 1 { "mask" } else { word.as_str() };
        let feature = match all_png(&input.look, &units, word) {
            true => Feature::Mask { encoding: MaskEncoding::Png },
            false => Feature::Image,
        };
        columns.push(Column::new(name, feature));
    }
    let root = input.source_root()?;
    Ok(Box::new(MaskFolder { root, columns, words, units: units.into(), ready: VecDeque::new() }))
}

/// Are all masks of a word PNG files?
fn all_png(look: &Sniff, units: &[Unit], word: &str) -> bool {
    let folders = units.iter().flat_map(|unit| {
        let beside = unit.beside.then_some(&unit.images).filter(|_| word == "mask");
        unit.masks.iter().filter(|(w, _)| w == word).map(|(_, folder)| folder).chain(beside)
    });
    folders.filter_map(|folder| look.folder(folder)).all(|folder| {
        let in_folder = folder.media_endings.iter().all(|ending| ending.eq_ignore_ascii_case("png"));
        let named = || {
            let masks = folder.media_names.iter().filter(|name| without_mask(stem(name)).is_some());
            folder.masks > 0 && masks.into_iter().all(|name| name.to_ascii_lowercase().ends_with(".png"))
        };
        in_folder || named()
    })
}

struct MaskFolder {
    root: SourceRoot,
    columns: Vec<Column>,
    /// Which masks each column after the first has.
    words: Vec<String>,
    units: VecDeque<Unit>,
    ready: VecDeque<Result<Pair, SampleError>>,
}

/// An image and its masks, by their paths below the source.
struct Pair {
    image: String,
    masks: Vec<Option<String>>,
    split: Option<&'static str>,
}

impl MaskFolder {
    /// Lists the images of a folder with their masks.
    fn list(&self, unit: &Unit) -> Result<VecDeque<Result<Pair, SampleError>>, SampleError> {
        let images: Vec<String> = images_of(&self.root, &unit.images)?;
        let stems: HashMap<String, ()> = images.iter().map(|name| (stem(name).to_owned(), ())).collect();
        let is_mask = |name: &str| {
            unit.beside && without_mask(stem(name)).is_some_and(|image| stems.contains_key(image))
        };
        let mut found: HashMap<(usize, String), String> = HashMap::new();
        let mut lonely = Vec::new();
        let folders = unit.masks.iter().map(|(word, folder)| (word.as_str(), folder));
        let beside = unit.beside.then_some(("mask", &unit.images));
        for (word, folder) in folders.chain(beside) {
            let Some(at) = self.words.iter().position(|w| w == word) else { continue };
            for name in images_of(&self.root, folder)? {
                if *folder == unit.images && !is_mask(&name) {
                    continue;
                }
                let own = stem(&name);
                let short = without_mask(own).filter(|image| stems.contains_key(*image));
                let image = if stems.contains_key(own) && *folder != unit.images { Some(own) } else { short };
                let path = format!("{folder}{name}");
                match image {
                    Some(image) => drop(found.insert((at, image.to_owned()), path)),
                    None => lonely.push(
                        SampleError::sample(path, format!("no image of that name in {}", unit.images))
                            .advise("put the image there, or leave the mask out with --ignore"),
                    ),
                }
            }
        }
        let split = split_of_folders(&unit.images);
        let pairs = images.iter().filter(|name| !is_mask(name)).map(|name| {
            let masks = (0..self.words.len()).map(|at| found.get(&(at, stem(name).to_owned())).cloned());
            Ok(Pair { image: format!("{}{name}", unit.images), masks: masks.collect(), split })
        });
        Ok(pairs.chain(lonely.into_iter().map(Err)).collect())
    }

    fn sample(&self, pair: Pair) -> Result<Sample, SampleError> {
        let medium = |name: &str| {
            let found = media_at(&self.root, &pair.image, name)?;
            found.ok_or_else(|| SampleError::sample(name, "the file was not found any more"))
        };
        let mut values = vec![Value::Media(medium(&pair.image)?)];
        for mask in &pair.masks {
            values.push(mask.as_deref().map(medium).transpose()?.map_or(Value::Null, Value::Media));
        }
        Ok(Sample { place: pair.image.clone(), split: pair.split.map(str::to_owned), values })
    }
}

/// The names of the images in a folder, sorted.
fn images_of(root: &SourceRoot, folder: &str) -> Result<Vec<String>, SampleError> {
    let names = files_of(root, folder)?;
    Ok(names.into_iter().filter(|name| kind_of_name(name) == Some(MediaKind::Image)).collect())
}

impl SampleSource for MaskFolder {
    fn format(&self) -> &'static str {
        "images and masks"
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>> {
        loop {
            if let Some(pair) = self.ready.pop_front() {
                return Some(pair.and_then(|pair| self.sample(pair)));
            }
            let unit = self.units.pop_front()?;
            match self.list(&unit) {
                Ok(pairs) => self.ready = pairs,
                Err(e) => return Some(Err(e)),
            }
        }
    }
}
