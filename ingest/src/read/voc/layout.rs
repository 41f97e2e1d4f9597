//! The folders of a VOC data set.
//!
//! XML files are anywhere, and their images beside them or in a folder that a folder's usual names lead to:
//! `Annotations/` → `JPEGImages/`, `annotations/xmls/` → `images/`, `labels/train/` → `images/train/`,
//! `train/annotations/` → `train/images/` or `train/`. Of several such folders the first counts in which an image of the
//! first XML files is.

use hub_dataset::sample::SampleError;

use super::xml_head::is_voc;
use crate::read::folder_words::is_annotation_word;
use crate::read::inside::SourceRoot;
use crate::read::kind::{MediaKind, kind_of_name};
use crate::read::sniff::{Folder, Sniff, stem};
use crate::read::walk::files_of;

/// Names of the folder of images, the usual one first.
const IMAGE_FOLDERS: [&str; 12] = [
    "JPEGImages",
    "images",
    "Images",
    "JPEGimages",
    "image",
    "imgs",
    "img",
    "jpegimages",
    "IMAGES",
    "photos",
    "data",
    "Image",
];

/// The folders of masks in a folder of a year.
pub const MASK_FOLDERS: [&str; 2] = ["SegmentationClass/", "SegmentationObject/"];

/// One year, or one folder: its images and their XML. Paths are relative to the root, with `/` at the end, or
/// empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Where the other folders are.
    pub folder: String,
    pub images: String,
    /// None where there are only masks.
    pub xml: Option<String>,
}

/// The units, sorted.
///
/// # Errors
/// There are none.
pub fn units(look: &Sniff) -> Result<Vec<Unit>, SampleError> {
    let units = find(look);
    if units.is_empty() {
        return Err(SampleError::fatal(look.root.display().to_string(), "no VOC data set found")
            .advise("expected Annotations/ and JPEGImages/, or XML files beside images"));
    }
    Ok(units)
}

/// The units, sorted; none for another format.
pub fn find(look: &Sniff) -> Vec<Unit> {
    let mut units: Vec<Unit> = look.all().filter_map(|folder| unit_of(look, folder)).collect();
    for folder in look.all().filter(|folder| folder.has_media()) {
        let Some(above) = folder.path.strip_suffix("JPEGImages/") else { continue };
        let has_masks = MASK_FOLDERS.iter().any(|masks| look.media_in(&format!("{above}{masks}")));
        if has_masks && !units.iter().any(|unit| unit.images == folder.path) {
            units.push(Unit { folder: above.to_owned(), images: folder.path.clone(), xml: None });
        }
    }
    units.sort_by(|a, b| (&a.folder, &a.images, &a.xml).cmp(&(&b.folder, &b.images, &b.xml)));
    units
}

/// The unit whose XML files are in a folder, if there are any.
fn unit_of(look: &Sniff, folder: &Folder) -> Option<Unit> {
    /// Number of XML files that are read to see what they are.
    const READ: usize = 3;
    let xml = || folder.files.iter().filter(|name| name.ends_with(".xml"));
    if !xml().take(READ).any(|name| is_voc(look, &folder.path_of(name))) {
        return None;
    }
    let has_image = |images: &Folder| {
        let is_there = |stem: &str| {
            let mut endings = images.media_endings.iter();
            endings.any(|ending| {
                kind_of_name(&format!("a.{ending}")) == Some(MediaKind::Image)
                    && look.has(&format!("{}{stem}.{ending}", images.path))
            })
        };
        xml().take(READ).any(|name| is_there(stem(name)))
    };
    let places = places_of_images(&folder.path);
    let there = || places.iter().filter_map(|(above, path)| Some((above, look.folder(path)?)));
    let found = there().find(|(_, images)| has_image(images));
    let found = found.or_else(|| there().find(|(_, images)| images.count(MediaKind::Image) > 0));
    // XML without any images is something else.
    let (above, images) = found.map(|(above, images)| (above.clone(), images.path.clone()))?;
    Some(Unit { folder: above, images, xml: Some(folder.path.clone()) })
}

/// Where the images of the XML files in a folder may be, the likeliest first, each with the folder above.
fn places_of_images(xml: &str) -> Vec<(String, String)> {
    let parts: Vec<&str> = xml.split('/').filter(|part| !part.is_empty()).collect();
    let joined = |parts: &[&str]| parts.iter().map(|part| format!("{part}/")).collect::<String>();
    let mut places = Vec::new();
    let words: Vec<usize> = (0..parts.len()).filter(|at| is_annotation_word(parts[*at])).collect();
    if let Some(first) = words.first() {
        let above = joined(&parts[..*first]);
        // What is behind the words: the split of `annotations/train/`, not the second word of `annotations/xmls/`.
        let below: Vec<&str> =
            parts[*first..].iter().filter(|part| !is_annotation_word(part)).copied().collect();
        let below = joined(&below);
        places.extend(IMAGE_FOLDERS.iter().map(|images| (above.clone(), format!("{above}{images}/{below}"))));
        places.push((above.clone(), format!("{above}{below}")));
        places.extend(IMAGE_FOLDERS.iter().map(|images| (above.clone(), format!("{above}{below}{images}/"))));
    }
    places.push((xml.to_owned(), xml.to_owned()));
    places
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
    /// The path of an entry's XML file.
    pub fn xml_of(&self, entry: &Entry) -> String {
        format!("{}{}.xml", self.xml.as_deref().unwrap_or_default(), entry.stem)
    }

    /// What is in it, sorted by stem.
    ///
    /// # Errors
    /// A folder can't be read.
    pub fn entries(&self, root: &SourceRoot) -> Result<Vec<Entry>, SampleError> {
        let mut found: Vec<(String, Option<String>)> = Vec::new();
        for name in files_of(root, &self.images)? {
            if kind_of_name(&name) == Some(MediaKind::Image) {
                found.push((stem(&name).to_owned(), Some(name)));
            }
        }
        if let Some(xml) = &self.xml {
            let xml = files_of(root, xml)?;
            found.extend(xml.iter().filter_map(|name| Some((name.strip_suffix(".xml")?.to_owned(), None))));
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::ignore::Ignore;
    use crate::read::testing::put;

    /// The units of a folder of these images and XML files.
    fn units(names: &[&str]) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        for name in names {
            put(dir.path(), name, b"<annotation><object><bndbox/></object></annotation>");
        }
        let look = Sniff::at(dir.path(), &Ignore::default(), false);
        find(&look)
            .iter()
            .map(|u| format!("{}|{}|{}", u.folder, u.images, u.xml.as_deref().unwrap_or("-")))
            .collect()
    }

    #[test]
    fn xml_leads_to_the_images() {
        for (names, expected) in [
            (["JPEGImages/a.jpg", "Annotations/a.xml"], "|JPEGImages/|Annotations/"),
            (["images/a.jpg", "annotations/a.xml"], "|images/|annotations/"),
            (["images/a.jpg", "labels/a.xml"], "|images/|labels/"),
            (["images/a.jpg", "annotations/xmls/a.xml"], "|images/|annotations/xmls/"),
            (["images/train/a.jpg", "annotations/train/a.xml"], "|images/train/|annotations/train/"),
            (["train/images/a.jpg", "train/annotations/a.xml"], "train/|train/images/|train/annotations/"),
            (["train/a.jpg", "train/annotations/a.xml"], "train/|train/|train/annotations/"),
            (["train/a.jpg", "annotations/train/a.xml"], "|train/|annotations/train/"),
            (["train/a.jpg", "train/a.xml"], "train/|train/|train/"),
            (["VOC/JPEGImages/a.jpg", "VOC/SegmentationClass/a.png"], "VOC/|VOC/JPEGImages/|-"),
        ] {
            assert_eq!(units(&names), [expected], "{names:?}");
        }
    }

    #[test]
    fn the_folder_in_which_the_images_are_counts() {
        let names = ["images/x.jpg", "data/a.jpg", "annotations/a.xml"];
        assert_eq!(units(&names), ["|data/|annotations/"]);
        assert_eq!(units(&["images/a.jpg"]), [""; 0]);
    }
}
