//! The samples, file by file.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, Value};

use super::layout::{Layout, layout_of};
use super::lists::SplitLists;
use crate::read::found_file::FoundFile;
use crate::read::inside::SourceRoot;
use crate::read::kind::{column_of, kind_of_name, many};
use crate::read::labels::label_feature;
use crate::read::media_files::{MediaFiles, kind_of_folder};
use crate::read::options::ReadOptions;
use crate::read::sniff::Sniff;
use crate::read::split::split_name;
use crate::read::walk::{Walk, folders_of};

/// Opens a folder of class folders.
pub fn open(root: &Path, options: &ReadOptions) -> Result<Box<dyn SampleSource>, SampleError> {
    let look = Sniff::at(root);
    let source = SourceRoot::new(root, root, options.allow_outside)?;
    let walk = Walk::new(&source)?;
    let place = root.display().to_string();
    let kind = kind_of_folder(&look).ok_or_else(|| {
        SampleError::fatal(&place, "no image, audio or video file found").advise("check the path")
    })?;
    // With --format class-folder, a folder is read as class folders even if it isn't recognised as such.
    let layout = layout_of(&look).unwrap_or(Layout::Classes);
    let mut classes = Classes::default();
    match layout {
        Layout::Classes => classes.add(&source, "")?,
        Layout::Splits => {
            for split in folders_of(&source, "")? {
                classes.add(&source, &split)?;
            }
        }
    }
    let names: Vec<String> = classes.names.into_iter().collect();
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
        splits_with_classes: classes.splits,
        lists: SplitLists::beside(&source)?,
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
    /// Adds the class folders of a split's folder.
    fn add(&mut self, source: &SourceRoot, split: &str) -> Result<(), SampleError> {
        for name in folders_of(source, split)? {
            if may_be_class(&source.shown().join(split).join(&name)) {
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
        let (split, rest) = match self.layout {
            Layout::Classes => ("", file.name.as_str()),
            Layout::Splits => file.name.split_once('/').ok_or_else(|| {
                SampleError::sample(&file.name, "lies beside the splits, so it has neither split nor class")
                    .advise("move it into a split's class folder, or remove it")
            })?,
        };
        let label = match rest.split_once('/') {
            Some((class, _)) => match self.numbers.get(class) {
                Some(number) => Value::Int(*number),
                None => {
                    return Err(SampleError::sample(
                        &file.name,
                        format!("class '{class}' did not exist when the folder was listed"),
                    )
                    .advise("the folder changed during the push; push it again"));
                }
            },
            None if self.splits_with_classes.contains(split) => {
                return Err(SampleError::sample(
                    &file.name,
                    "lies beside the class folders, so it has no class",
                )
                .advise("move it into its class's folder, or remove it"));
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
