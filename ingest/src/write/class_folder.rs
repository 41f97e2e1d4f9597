//! Class folders: `SPLIT/CLASS/FILE`, or `CLASS/FILE` where no sample has a split.
//!
//! A class has a folder in the splits that have samples of it: torchvision's `ImageFolder` refuses an empty folder. It also
//! numbers the classes by the folders that it finds in a split, so where a class is missing in one of them, its numbers
//! are others than in the rest; the caller says so, and `keep_classes` makes folders for all classes in all splits
//! (`ImageFolder(…, allow_empty=True)`). A split without labels has its files directly in it. A split that has both can't be told apart by its folders and is refused, at the
//! sample that makes it so.
//!
//! Of a name that begins with split and class, as one from class folders does, the rest is kept; of any
//! other the last part.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use hub_dataset::sample::{Column, Sample, SampleError};

use super::columns::{self, LabelColumn};
use super::copy::copy_to;
use super::loss::{Loss, LossKind, Unfit};
use super::medium::MediumColumn;
use super::names::{Unique, base_name, safe_part, safe_path};
use super::splits::Splits;
use super::staging::{Writer, cant};
use crate::format::Format;

#[derive(Debug)]
pub struct Layout {
    medium: MediumColumn,
    label: LabelColumn,
    /// The folder of each class.
    folders: Vec<String>,
}

/// Finds image and label, and what is lost.
pub fn fit(columns: &[Column]) -> Result<(Layout, Vec<Loss>), Unfit> {
    const FORMAT: Format = Format::ClassFolder;
    const NEEDS: &str = "a column of images, audio files or videos and one of class labels";
    let medium = MediumColumn::first(columns).ok_or_else(|| columns::lacking(FORMAT, NEEDS, columns))?;
    let label = columns::label(columns).ok_or_else(|| columns::lacking(FORMAT, NEEDS, columns))?;
    let mut unique = Unique::default();
    let folders: Vec<_> = label.names.iter().map(|name| unique.name(safe_part(name))).collect();
    let changed: Vec<_> = label.names.iter().zip(&folders).filter(|(name, folder)| name != folder).collect();
    let mut losses = Vec::new();
    losses.extend(columns::others(FORMAT, columns, &[medium.at, label.at]));
    losses.extend(medium.loss(FORMAT));
    if !medium.is_raw() {
        let kept = "the path after split and class, or else the last part";
        losses.push(Loss::new(FORMAT, [&medium.name], LossKind::FileNames(kept)));
    }
    if !changed.is_empty() {
        let some = changed.iter().take(5).map(|(from, to)| ((*from).clone(), (*to).clone())).collect();
        losses.push(Loss::new(FORMAT, [&label.name], LossKind::FolderNames(some)));
    }
    if !folders.is_sorted() {
        losses.push(Loss::new(FORMAT, [&label.name], LossKind::ClassNumbers));
    }
    losses.extend(label.synset_loss(FORMAT, &folders));
    losses.push(Loss::new(FORMAT, [] as [&str; 0], LossKind::Order));
    Ok((Layout { medium, label, folders }, losses))
}

pub struct ClassFolders {
    layout: Layout,
    root: PathBuf,
    splits: Splits,
    /// Split → whether its samples have labels (all or none must).
    labelled: HashMap<String, bool>,
    unique: Unique,
    row: u64,
    /// Whether every split has a folder for every class.
    keep_classes: bool,
}

impl ClassFolders {
    pub fn new(layout: Layout, root: PathBuf, splits: &[String], keep_classes: bool) -> Self {
        let (labelled, unique) = (HashMap::new(), Unique::default());
        Self { layout, root, splits: Splits::new(splits), labelled, unique, row: 0, keep_classes }
    }

    /// The folder of a sample's class below the root, made with its siblings when the split is new and they are kept.
    fn folder(&mut self, sample: &Sample) -> Result<String, SampleError> {
        let class = self.layout.label.class(sample)?;
        let split = self.splits.name(sample.split.as_deref()).unwrap_or_default();
        match self.labelled.get(&split) {
            Some(labelled) if *labelled != class.is_some() => {
                let problem = format!(
                    "{} label, but samples before it in {} {}",
                    if class.is_some() { "a" } else { "no" },
                    if split.is_empty() { "the data set".to_owned() } else { format!("split '{split}'") },
                    if *labelled { "have one" } else { "have none" },
                );
                return Err(SampleError::sample(&sample.place, problem)
                    .advise("class folders can't mark samples without label; use csv or webdataset"));
            }
            Some(_) => {}
            None => {
                for folder in self.layout.folders.iter().filter(|_| self.keep_classes && class.is_some()) {
                    let path = self.root.join(&split).join(folder);
                    fs::create_dir_all(&path).map_err(|e| cant("make", &path, e))?;
                }
                self.labelled.insert(split.clone(), class.is_some());
            }
        }
        let class = class.map(|class| &self.layout.folders[class]);
        Ok([Some(&split), class].into_iter().flatten().filter(|part| !part.is_empty()).fold(
            String::new(),
            |path, part| if path.is_empty() { part.clone() } else { format!("{path}/{part}") },
        ))
    }
}

impl Writer for ClassFolders {
    fn write(&mut self, sample: &Sample) -> Result<(), SampleError> {
        let row = self.row;
        self.row += 1;
        let medium = self.layout.medium.file(sample, row)?.ok_or_else(|| {
            let problem = format!(
                "column '{}' is empty, but class folders hold nothing but files",
                self.layout.medium.name
            );
            SampleError::sample(&sample.place, problem)
        })?;
        let folder = self.folder(sample)?;
        let name = rest_of(&medium.name, &folder);
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        let path = self.root.join(self.unique.path(path));
        copy_to(&medium.bytes, &path, sample)
    }

    fn finish(&mut self) -> Result<(), SampleError> {
        Ok(())
    }
}

/// What follows split and class in a name, safe; or else its last part.
fn rest_of(name: &str, folder: &str) -> String {
    let class = base_name(folder);
    let rest = [folder, class]
        .into_iter()
        .filter(|f| !f.is_empty())
        .find_map(|folder| name.strip_prefix(folder)?.strip_prefix('/'));
    match rest {
        Some(rest) => safe_path(rest),
        None => safe_part(base_name(name)),
    }
}
