//! Class folders: the name of a file's folder is its class.
//!
//! In: `root/<split>/<class>/**/file` or `root/<class>/**/file` (see [`layout`] for how the two are told
//! apart), of pictures, sounds or films. Out: the columns `image` (`audio`, `video`) and `label`.
//!
//! Class names come from the names of folders alone, so that a million files need not be listed before the
//! first sample. They are the union over the splits, sorted by their bytes: a class that only `val` has gets
//! its number all the same, and ImageNet's ids get the numbers that everybody's models use. A folder that
//! holds files but no media among them (`annotations/` full of XML) is no class; an empty folder is one.
//!
//! Of the files, media of one kind are samples; see [`super::media_files`] for the rest. A file that lies
//! in a split but in no class has a null label where the split has no classes at all (an unlabelled `test/`),
//! and is an error where it has.

mod layout;
mod lists;

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, Value};

use self::layout::{Layout, layout_of};
use self::lists::SplitLists;
use super::kind::{column_of, kind_of_name, many};
use super::labels::label_feature;
use super::media_files::{MediaFiles, kind_of_folder};
use super::split::split_name;
use super::walk::{FoundFile, Walk, folders_of};
use super::{ReadOptions, Sniff};

/// Is it a folder of class folders? A single class is not taken for one, except inside a split.
pub(super) fn recognise(look: &Sniff) -> bool {
    layout_of(look).is_some()
}

/// Opens a folder of class folders.
pub(super) fn open(root: &Path, _options: &ReadOptions) -> Result<Box<dyn SampleSource>, SampleError> {
    let look = Sniff::at(root);
    let walk = Walk::new(root)?;
    let place = root.display().to_string();
    let kind = kind_of_folder(&look).ok_or_else(|| {
        SampleError::fatal(&place, "no picture, sound or film in it").advise("check the path")
    })?;
    // Asked for by name, a folder is class folders even where a look would not have said so.
    let layout = layout_of(&look).unwrap_or(Layout::Classes);
    let mut classes = Classes::default();
    match layout {
        Layout::Classes => classes.add(root, "")?,
        Layout::Splits => {
            for split in folders_of(root)? {
                classes.add(&root.join(&split), &split)?;
            }
        }
    }
    let names: Vec<String> = classes.names.into_iter().collect();
    if names.is_empty() {
        let problem = format!("no folder of {} in it, so no class", many(kind));
        return Err(
            SampleError::fatal(place, problem).advise("for media without classes say --format image-folder")
        );
    }
    let numbers = names.iter().cloned().zip(0..).collect();
    Ok(Box::new(ClassFolder {
        layout,
        files: MediaFiles::new(walk, kind),
        columns: [column_of(kind), Column::new("label", label_feature(names))],
        numbers,
        splits_with_classes: classes.splits,
        lists: SplitLists::beside(root)?,
    }))
}

struct ClassFolder {
    layout: Layout,
    files: MediaFiles,
    columns: [Column; 2],
    numbers: HashMap<String, i64>,
    splits_with_classes: BTreeSet<String>,
    lists: SplitLists,
}

/// What the folder names say.
#[derive(Default)]
struct Classes {
    names: BTreeSet<String>,
    /// The split folders that have class folders; `""` where there are no splits.
    splits: BTreeSet<String>,
}

impl Classes {
    /// Adds the class folders of a split, at `path`.
    fn add(&mut self, path: &Path, split: &str) -> Result<(), SampleError> {
        for name in folders_of(path)? {
            if may_be_class(&path.join(&name)) {
                self.names.insert(name);
                self.splits.insert(split.to_owned());
            }
        }
        Ok(())
    }
}

/// Has a folder media or folders in it, or nothing at all? Reads names until one says so.
fn may_be_class(path: &Path) -> bool {
    let Ok(listing) = fs::read_dir(path) else { return true };
    let mut files_seen = false;
    for entry in listing.flatten() {
        let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
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
        let (split, rest) = match self.layout {
            Layout::Classes => ("", file.name.as_str()),
            Layout::Splits => file.name.split_once('/').ok_or_else(|| {
                SampleError::sample(&file.name, "lies beside the splits, so it has neither split nor class")
                    .advise("move it into a split's class folder, or take it out")
            })?,
        };
        let label = match rest.split_once('/') {
            Some((class, _)) => match self.numbers.get(class) {
                Some(number) => Value::Int(*number),
                None => {
                    return Err(SampleError::sample(
                        &file.name,
                        format!("no class '{class}' when the folder was listed"),
                    )
                    .advise("the folder changed meanwhile; push it again"));
                }
            },
            None if self.splits_with_classes.contains(split) => {
                return Err(SampleError::sample(
                    &file.name,
                    "lies beside the class folders, so it has no class",
                )
                .advise("move it into its class's folder, or take it out"));
            }
            None => Value::Null,
        };
        let split = match self.layout {
            Layout::Classes => self.lists.split_of(&file.name).map(ToOwned::to_owned),
            Layout::Splits => Some(split_name(split)),
        };
        Ok((split, label))
    }
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

#[cfg(test)]
mod tests;
