//! The labels of the validation images.
//!
//! The validation tar has none; they come from a file beside it, of which several are in use:
//!
//! | file | line |
//! |---|---|
//! | `imagenet_2012_validation_synset_labels.txt` | the id of image 1, 2, … |
//! | `LOC_val_solution.csv` (Kaggle) | `ILSVRC2012_val_00048981,n03995372 85 1 499 272 …` |
//! | `val.txt` | `ILSVRC2012_val_00000001.JPEG n01751748`, or with a class number, which counts in the `synsets.txt` beside it from 0 (Caffe) |
//! | `ILSVRC2012_validation_ground_truth.txt` and `meta.mat` (the development kit, unpacked or `ILSVRC2012_devkit_t12.tar.gz`) | the `ILSVRC2012_ID` of image 1, 2, … |
//!
//! The numbers of the development kit are in an order of their own, neither sorted nor Caffe's, and all three
//! count about a thousand classes: a number without the list it counts in would give plausible wrong labels,
//! so it is refused.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use hub_dataset::sample::SampleError;

use super::meta::ids_of_meta;
use super::synset::{Numbering, is_synset};
use crate::read::file_errors::unreadable;
use crate::read::found_file::FoundFile;
use crate::read::inside::SourceRoot;
use crate::read::tar_members::{TarMembers, file_name};

/// Folders, relative to the archive's, in which these files usually are.
const FOLDERS: [&str; 6] =
    ["", "devkit", "devkit/data", "data", "ILSVRC2012_devkit_t12", "ILSVRC2012_devkit_t12/data"];

const DEVKIT: &str = "ILSVRC2012_devkit_t12.tar.gz";
const GROUND_TRUTH: &str = "ILSVRC2012_validation_ground_truth.txt";
const META: &str = "meta.mat";

/// Files with one line per image, the preferred one first.
const LISTS: [&str; 4] =
    ["imagenet_2012_validation_synset_labels.txt", "LOC_val_solution.csv", "val.txt", GROUND_TRUTH];

/// Larger files are none of these; Kaggle's has 3 MB.
const MAX_BYTES: u64 = 64 << 20;

/// The synset of each validation image.
#[derive(Debug)]
pub struct Truth {
    /// By the number in the image's name.
    synsets: HashMap<u32, usize>,
    names: Vec<String>,
    /// The file it was read from, for messages.
    pub place: String,
}

impl Truth {
    /// Finds and reads it.
    ///
    /// # Errors
    /// There is none, or what is there does not suffice.
    pub fn beside(source: &SourceRoot) -> Result<Self, SampleError> {
        Self::find(source)?.ok_or_else(|| {
            SampleError::fatal(
                source.shown().display().to_string(),
                "the labels of the validation images are not beside their archive",
            )
            .advise(format!("put one of these there: {DEVKIT}, {}", LISTS.join(", ")))
        })
    }

    /// Finds and reads it, if it is there.
    ///
    /// # Errors
    /// What is there does not suffice.
    pub fn find(source: &SourceRoot) -> Result<Option<Self>, SampleError> {
        for name in LISTS {
            let Some(list) = find(source, name)? else { continue };
            let numbering = match name {
                "val.txt" => find(source, "synsets.txt")?.map(|ids| caffe_ids(&ids.path)).transpose()?,
                GROUND_TRUTH => match find(source, META)? {
                    Some(meta) => Some(ids_of_meta(&meta.path, &read(&meta.path)?)?),
                    None => None,
                },
                _ => None,
            };
            return Self::parse(&list.path, &read(&list.path)?, numbering.as_ref()).map(Some);
        }
        find(source, DEVKIT)?.map(|kit| Self::from_devkit(&kit.path)).transpose()
    }

    fn from_devkit(path: &Path) -> Result<Self, SampleError> {
        let (mut truth, mut meta) = (None, None);
        for member in TarMembers::open(path)? {
            let member = member?;
            let wanted = match file_name(Path::new(&member.name)).as_str() {
                GROUND_TRUTH => &mut truth,
                META => &mut meta,
                _ => continue,
            };
            let bytes = member.content?.read_all().map_err(|e| unreadable(&member.name, e))?;
            *wanted = Some((path.join(member.name), bytes));
        }
        let (Some((place, truth)), Some((meta_place, meta))) = (truth, meta) else {
            return Err(SampleError::fatal(file_name(path), format!("{GROUND_TRUTH} or {META} is missing"))
                .advise("download it again"));
        };
        Self::parse(&place, &truth, Some(&ids_of_meta(&meta_place, &meta)?))
    }

    /// Reads a file with one line per image; `numbering` says which synset a class number stands for.
    fn parse(path: &Path, bytes: &[u8], numbering: Option<&Numbering>) -> Result<Self, SampleError> {
        let place = path.display().to_string();
        let text = str::from_utf8(bytes).map_err(|e| {
            SampleError::fatal(&place, "not a text file").advise("download it again").because(e)
        })?;
        let mut truth = Self { synsets: HashMap::new(), names: Vec::new(), place };
        let mut indices = HashMap::new();
        for (line, number) in text.lines().zip(1..) {
            let mut words = line.split([' ', '\t', ',']).filter(|word| !word.is_empty());
            let (Some(first), second) = (words.next(), words.next()) else { continue };
            if first == "ImageId" {
                continue;
            }
            let (picture, class) = match second {
                None => (Some(number), first),
                Some(class) => (number_of(first), class),
            };
            let broken = |problem: String| SampleError::fatal(format!("{}:{number}", truth.place), problem);
            let picture = picture.ok_or_else(|| {
                broken(format!("'{first}' is not the name of a validation image"))
                    .advise("expected ILSVRC2012_val_00000001.JPEG and a class")
            })?;
            let synset = synset_of(class, numbering).map_err(|problem| {
                broken(problem).advise(format!("use one of these: {DEVKIT}, {}", LISTS.join(", ")))
            })?;
            let index = *indices.entry(synset.to_owned()).or_insert_with(|| {
                truth.names.push(synset.to_owned());
                truth.names.len() - 1
            });
            if truth.synsets.insert(picture, index).is_some_and(|before| before != index) {
                let problem = format!("a second label for image {picture}");
                return Err(SampleError::fatal(format!("{}:{number}", truth.place), problem)
                    .advise("remove one of them"));
            }
        }
        if truth.names.is_empty() {
            return Err(SampleError::fatal(truth.place, "no labels found").advise("download it again"));
        }
        Ok(truth)
    }

    pub fn synsets(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The synset of an image, by its file's name.
    pub fn synset_of(&self, file: &str) -> Option<&str> {
        let index = self.synsets.get(&number_of(file)?)?;
        self.names.get(*index).map(String::as_str)
    }
}

/// The file of that name in the first of the folders that has one.
fn find(source: &SourceRoot, name: &str) -> Result<Option<FoundFile>, SampleError> {
    for folder in FOLDERS {
        let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        if let Some(found) = source.file(&path).map_err(|refusal| refusal.fatal(&path))? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn synset_of<'a>(class: &'a str, numbering: Option<&'a Numbering>) -> Result<&'a str, String> {
    if is_synset(class) {
        return Ok(class);
    }
    let number: u32 =
        class.parse().map_err(|_| format!("expected a WordNet id or a class number, found '{class}'"))?;
    let Some(numbering) = numbering else {
        return Err(format!(
            "a class number ({number}), but no list that gives its WordNet id ({META} for {GROUND_TRUTH}, synsets.txt for val.txt)"
        ));
    };
    numbering.get(&number).map(String::as_str).ok_or_else(|| format!("no class has the number {number}"))
}

/// The number in `ILSVRC2012_val_00000001.JPEG`, with or without folders and extension.
fn number_of(file: &str) -> Option<u32> {
    let file = file.rsplit('/').next()?;
    let stem = file.split('.').next()?;
    stem.strip_prefix("ILSVRC2012_val_")?.parse().ok()
}

/// `synsets.txt`: one id a line, perhaps with words behind it; the first is class 0.
fn caffe_ids(path: &Path) -> Result<Numbering, SampleError> {
    let bytes = read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    let ids = text.lines().filter_map(|line| line.split_whitespace().next());
    let ids: Numbering = (0..).zip(ids.map(ToOwned::to_owned)).collect();
    match ids.iter().find(|(_, id)| !is_synset(id)) {
        Some((line, id)) => {
            let place = format!("{}:{}", path.display(), line + 1);
            Err(SampleError::fatal(place, format!("expected a WordNet id, found '{id}'"))
                .advise("download it again"))
        }
        None => Ok(ids),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, SampleError> {
    let place = path.display().to_string();
    let file = File::open(path).map_err(|e| unreadable(&place, e))?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|e| unreadable(&place, e))?;
    if bytes.len() as u64 > MAX_BYTES {
        let problem = format!("longer than {MAX_BYTES} bytes, so not the file that its name says");
        return Err(SampleError::fatal(place, problem).advise("download it again"));
    }
    Ok(bytes)
}
