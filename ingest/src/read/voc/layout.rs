//! The folders of a VOC data set.

use std::fs;

use hub_dataset::sample::SampleError;

use crate::read::file_errors::unreadable;
use crate::read::inside::SourceRoot;
use crate::read::kind::{MediaKind, kind_of_name};
use crate::read::walk::{folders_of, is_hidden};

/// Names of the folder of images, the usual one first.
const IMAGE_FOLDERS: [&str; 4] = ["JPEGImages/", "images/", "Images/", "JPEGimages/"];

/// One year, or one folder: its images and their XML. Paths are relative to the root, with `/` at the end, or
/// empty.
#[derive(Debug, PartialEq, Eq)]
pub struct Unit {
    /// Where the other folders are.
    pub folder: String,
    pub images: String,
    pub xml: String,
}

/// The units in `root` and at most two levels below it, sorted.
///
/// # Errors
/// There are none, or a folder can't be read.
pub fn units(root: &SourceRoot) -> Result<Vec<Unit>, SampleError> {
    let mut units = Vec::new();
    let mut level = vec![String::new()];
    for _ in 0..3 {
        let mut below = Vec::new();
        for folder in level {
            let folders = folders_of(root, &folder)?;
            let is_dir = |name: &str| root.shown().join(&folder).join(name).is_dir();
            match IMAGE_FOLDERS.iter().find(|images| is_dir(images)) {
                Some(images) if is_dir("Annotations") => units.push(Unit {
                    images: format!("{folder}{images}"),
                    xml: format!("{folder}Annotations/"),
                    folder,
                }),
                _ => {
                    if names(root, &folder)?.iter().any(|name| name.ends_with(".xml")) {
                        units.push(Unit {
                            images: folder.clone(),
                            xml: folder.clone(),
                            folder: folder.clone(),
                        });
                    }
                    below.extend(folders.into_iter().map(|f| format!("{folder}{f}/")));
                }
            }
        }
        level = below;
    }
    if units.is_empty() {
        return Err(SampleError::fatal(root.shown().display().to_string(), "no VOC data set found")
            .advise("expected Annotations/ and JPEGImages/, or XML files beside images"));
    }
    Ok(units)
}

/// An image and its XML, by names in their folders; at least one of them is there.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    pub stem: String,
    /// Images with this base name; more than one is an error.
    pub images: Vec<String>,
    pub has_xml: bool,
}

impl Unit {
    /// What is in it, sorted by stem.
    ///
    /// # Errors
    /// A folder can't be read.
    pub fn entries(&self, root: &SourceRoot) -> Result<Vec<Entry>, SampleError> {
        let mut found: Vec<(String, Option<String>)> = Vec::new();
        for name in names(root, &self.images)? {
            if kind_of_name(&name) == Some(MediaKind::Image) {
                found.push((stem(&name).to_owned(), Some(name)));
            }
        }
        let xml = names(root, &self.xml)?;
        found.extend(xml.iter().filter_map(|name| Some((name.strip_suffix(".xml")?.to_owned(), None))));
        found.sort_unstable();
        let mut entries: Vec<Entry> = Vec::new();
        for (stem, image) in found {
            if entries.last().is_none_or(|last| last.stem != stem) {
                entries.push(Entry { stem, images: Vec::new(), has_xml: false });
            }
            if let Some(entry) = entries.last_mut() {
                entry.has_xml |= image.is_none();
                entry.images.extend(image);
            }
        }
        Ok(entries)
    }
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn names(root: &SourceRoot, folder: &str) -> Result<Vec<String>, SampleError> {
    let place = root.shown().join(folder).display().to_string();
    let cant = |e| unreadable(&place, e);
    let path = root.find(folder).map_err(|refusal| refusal.fatal(&place))?;
    let path = path.ok_or_else(|| cant(std::io::ErrorKind::NotFound.into()))?;
    let mut names = Vec::new();
    for entry in fs::read_dir(&path).map_err(cant)? {
        let name = entry.map_err(cant)?.file_name().to_string_lossy().into_owned();
        if !is_hidden(&name) {
            names.push(name);
        }
    }
    Ok(names)
}
