//! Finds the split of an image.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};

use hub_dataset::sample::SampleError;

use super::layout::Unit;
use crate::read::file_errors::unreadable;
use crate::read::inside::SourceRoot;
use crate::read::kind::{MediaKind, kind_of_name};
use crate::read::split::split_of_folders;

/// The lists, the one that counts most first.
const LISTS: [&str; 4] = ["train", "val", "test", "trainval"];

/// Where they are, the first folder with any.
const FOLDERS: [&str; 5] =
    ["ImageSets/Main/", "ImageSets/Segmentation/", "ImageSets/", "annotations/", "Annotations/"];

/// The splits of one unit.
#[derive(Debug, Default)]
pub struct Sets {
    /// Stem → the list's number.
    by_stem: HashMap<String, u8>,
    /// For all, where there are no lists.
    folder: Option<&'static str>,
}

impl Sets {
    /// Reads the lists of a unit.
    ///
    /// # Errors
    /// A list can't be read.
    pub fn read(root: &SourceRoot, unit: &Unit) -> Result<Self, SampleError> {
        let folder = &unit.folder;
        let mut sets = Self::default();
        for lists in FOLDERS {
            for (number, list) in (0..).zip(LISTS) {
                let name = format!("{folder}{lists}{list}.txt");
                if let Some(file) = root.open(&name)? {
                    sets.add(number, file, &name)?;
                }
            }
            if !sets.by_stem.is_empty() {
                return Ok(sets);
            }
        }
        sets.folder = split_of_folders(&unit.images);
        Ok(sets)
    }

    fn add(&mut self, number: u8, file: File, name: &str) -> Result<(), SampleError> {
        for line in BufReader::new(file).lines() {
            let line = line.map_err(|e| unreadable(name, e))?;
            // A second word says whether the class of the list is in the image.
            if let Some(stem) = line.split_whitespace().next() {
                let stem = stem.rsplit('/').next().unwrap_or(stem);
                // Some tools write the file's name.
                let is_image = kind_of_name(stem) == Some(MediaKind::Image);
                let stem = stem.rsplit_once('.').filter(|_| is_image).map_or(stem, |(stem, _)| stem);
                self.by_stem.entry(stem.to_owned()).or_insert(number);
            }
        }
        Ok(())
    }

    /// The split of an image.
    pub fn of(&self, stem: &str) -> Option<&'static str> {
        match self.by_stem.get(stem) {
            Some(number) => LISTS.get(usize::from(*number)).copied(),
            None => self.folder,
        }
    }
}
