//! The samples, file by file.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, Value};

use super::layout::{Layout, Split, layout_of};
use super::lists::SplitLists;
use super::recognise::recognise_ilsvrc;
use super::truth::Truth;
use crate::read::found_file::FoundFile;
use crate::read::input::Input;
use crate::read::inside::SourceRoot;
use crate::read::kind::{column_of, kind_of_name, many};
use crate::read::labels::label_feature;
use crate::read::media_files::{MediaFiles, kind_of_folder};
use crate::read::split::split_name;
use crate::read::walk::{Walk, folders_of};

/// Opens a folder of class folders.
pub fn open(input: &Input) -> Result<Box<dyn SampleSource>, SampleError> {
    let look = &input.look;
    let source = input.source_root()?;
    let walk = Walk::new(&source)?;
    let place = input.root().display().to_string();
    let kind = kind_of_folder(look).ok_or_else(|| {
        SampleError::fatal(&place, "no image, audio or video file found").advise("check the path")
    })?;
    // With --format class-folder, a folder is read as class folders even if it isn't recognised as such.
    let layout = layout_of(look).unwrap_or(Layout::Classes(String::new()));
    if recognise_ilsvrc(look).is_some() {
        // The boxes and lists of ImageNet as Kaggle has it are known and not read.
        for above in ["", "ILSVRC/"] {
            source.claim(&format!("{above}Annotations/"), "xml");
            source.claim(&format!("{above}ImageSets/"), "txt");
        }
        source.claim("LOC_", "csv");
    }
    let mut names = BTreeSet::new();
    let mut truths = HashMap::new();
    match &layout {
        Layout::Classes(top) => add_classes(&source, top, &mut names)?,
        Layout::Splits(splits) => {
            for split in splits {
                if split.has_classes {
                    add_classes(&source, &split.classes, &mut names)?;
                    continue;
                }
                if let Some(truth) = Truth::of(&source, look, split)? {
                    names.extend(truth.classes());
                    truths.insert(split.folder.clone(), truth);
                } else {
                    let text = format!(
                        "{}: no class folders and no list of labels, so its samples have no label",
                        split.classes
                    );
                    input.note(text);
                }
            }
        }
    }
    let names: Vec<String> = names.into_iter().collect();
    if names.is_empty() {
        let problem = format!("no subfolder with {} found, so there are no classes", many(kind));
        return Err(
            SampleError::fatal(place, problem).advise("for media without classes pass --format image-folder")
        );
    }
    let numbers = names.iter().cloned().zip(0..).collect();
    Ok(Box::new(ClassFolder {
        layout,
        files: MediaFiles::new(walk, kind),
        columns: [column_of(kind), Column::new("label", label_feature(names))],
        numbers,
        truths,
        lists: SplitLists::beside(&source)?,
    }))
}

struct ClassFolder {
    layout: Layout,
    files: MediaFiles,
    columns: [Column; 2],
    numbers: HashMap<String, i64>,
    /// Lists of labels, by the folder of the split that they are of.
    truths: HashMap<String, Truth>,
    lists: SplitLists,
}

/// Adds the class folders in a folder.
fn add_classes(source: &SourceRoot, folder: &str, names: &mut BTreeSet<String>) -> Result<(), SampleError> {
    let classes = folders_of(source, folder)?;
    names.extend(classes.into_iter().filter(|name| may_be_class(&source.shown().join(folder).join(name))));
    Ok(())
}

/// Has a folder media or folders in it, or nothing at all? Reads names until one says so.
fn may_be_class(path: &Path) -> bool {
    let Ok(listing) = fs::read_dir(path) else { return true };
    let mut files_seen = false;
    for entry in listing.flatten() {
        let kind = entry.file_type();
        let is_dir = kind.is_ok_and(|kind| kind.is_dir() || kind.is_symlink() && entry.path().is_dir());
        if is_dir || kind_of_name(&entry.file_name().to_string_lossy()).is_some() {
            return true;
        }
        files_seen = true;
    }
    !files_seen
}

impl ClassFolder {
    /// The split and the class number of a file, from the names of its folders.
    fn place(&self, file: &FoundFile) -> Result<(Option<String>, Value), SampleError> {
        let name = file.name.as_str();
        match &self.layout {
            Layout::Classes(top) => {
                let class = name.strip_prefix(top.as_str()).and_then(|rest| rest.split_once('/'));
                let (class, _) = class.ok_or_else(|| without_class(name))?;
                Ok((self.lists.split_of(name).map(ToOwned::to_owned), self.number(name, class)?))
            }
            Layout::Splits(splits) => {
                let split = splits.iter().find(|split| name.starts_with(&split.folder)).ok_or_else(|| {
                    SampleError::sample(name, "lies beside the splits, so it has neither split nor class")
                        .advise(
                            "move it into a split's class folder, remove it, or leave it out with --ignore",
                        )
                })?;
                let label = if split.has_classes {
                    let class = name.strip_prefix(&split.classes).and_then(|rest| rest.split_once('/'));
                    self.number(name, class.ok_or_else(|| without_class(name))?.0)?
                } else {
                    self.listed(split, name)?
                };
                Ok((Some(split_name(&split.name)), label))
            }
        }
    }

    fn number(&self, name: &str, class: &str) -> Result<Value, SampleError> {
        let number = self.numbers.get(class).ok_or_else(|| {
            SampleError::sample(name, format!("class '{class}' did not exist when the folder was listed"))
                .advise("the folder changed during the push; push it again")
        })?;
        Ok(Value::Int(*number))
    }

    /// The label of a file in a split without class folders.
    fn listed(&self, split: &Split, name: &str) -> Result<Value, SampleError> {
        let Some(truth) = self.truths.get(&split.folder) else { return Ok(Value::Null) };
        let class = truth.class_of(name).ok_or_else(|| {
            SampleError::sample(name, "the list of labels of its split does not have it")
                .advise("complete the list, or leave the file out with --ignore")
        })?;
        self.number(name, class)
    }
}

fn without_class(name: &str) -> SampleError {
    SampleError::sample(name, "lies beside the class folders, so it has no class").advise(
        "move it into its class's folder, leave it out with --ignore, or push all without classes with \
         --format image-folder",
    )
}

impl SampleSource for ClassFolder {
    fn format(&self) -> &'static str {
        "class folders"
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>> {
        let file = match self.files.next()? {
            Ok(file) => file,
            Err(e) => return Some(Err(e)),
        };
        Some(self.place(&file).and_then(|(split, label)| {
            let place = file.name.clone();
            Ok(Sample { place, split, values: vec![Value::Media(file.media()?), label] })
        }))
    }
}
