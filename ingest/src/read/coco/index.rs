//! What is kept of a group of COCO files: where each image and annotation stands.
//!
//! An image is 24 bytes, an annotation 24 (56 while its file is read): 1.8 million annotations of COCO's
//! training images take 45 MB. Annotations are sorted by image, in the order of the files, so that those of an
//! image are one slice. What belongs to no image or stands there twice is kept aside as [`Stray`], since each
//! is reported to the caller, like any other invalid sample.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use hub_dataset::sample::SampleError;

use super::files::{self, Group};
use super::items::{Category, License};
use super::scan::{AnnotationHead, ImageHead, Item, Place, scan};
use crate::read::inside::SourceRoot;

/// Where an element stands: in which of the group's files, and where in it.
#[derive(Clone, Copy, Debug)]
pub struct At {
    pub file: u16,
    pub place: Place,
}

/// An annotation: the number of its image, and where it stands.
pub type Numbered = (u32, At);

/// An element that can't be part of a sample.
#[derive(Debug, PartialEq, Eq)]
pub enum Stray {
    /// Two images of one id in a file.
    ImageTwice { file: u16, image: i64 },
    /// Two annotations of one id in a file.
    AnnotationTwice { file: u16, annotation: i64, image: i64 },
    /// An annotation of an image that no file of the group lists.
    NoImage { file: u16, annotation: i64, image: i64 },
}

/// Which optional columns there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Present {
    pub license: bool,
    pub coco_url: bool,
    pub flickr_url: bool,
    pub date_captured: bool,
    pub captions: bool,
    pub keypoints: bool,
}

/// A group of files, indexed.
#[derive(Debug, Default)]
pub struct Index {
    images: Vec<(i64, At)>,
    /// Sorted by the image's number in `images`.
    annotations: Vec<Numbered>,
    pub strays: Vec<Stray>,
    pub present: Present,
    /// The `categories` of each file.
    pub categories: Vec<Vec<Category>>,
    pub licenses: Vec<License>,
}

/// One file's lists as the pass finds them.
#[derive(Default)]
struct Lists {
    images: Vec<(i64, Place)>,
    annotations: Vec<Heading>,
    present: Present,
    categories: Vec<Category>,
    licenses: Vec<License>,
}

struct Heading {
    id: i64,
    image: i64,
    place: Place,
}

impl Index {
    /// Reads the group's files below `base` once.
    ///
    /// # Errors
    /// A file can't be read or is not COCO's JSON.
    pub fn of(base: &SourceRoot, group: &Group) -> Result<Self, SampleError> {
        let mut index = Self::default();
        let mut number_of = HashMap::new();
        let mut headings = Vec::new();
        for (file, path) in (0..).zip(&group.files) {
            let lists = read(base, path)?;
            index.add_images(file, lists.images, &mut number_of);
            headings.push((file, lists.annotations));
            index.present.merge(lists.present);
            index.categories.push(lists.categories);
            index.licenses.extend(lists.licenses);
        }
        for (file, headings) in headings {
            index.add_annotations(file, headings, &number_of);
        }
        // Stable: within an image the order of the files stays.
        index.annotations.sort_by_key(|(image, _)| *image);
        index.annotations.shrink_to_fit();
        Ok(index)
    }

    /// How many images there are.
    pub fn len(&self) -> usize {
        self.images.len()
    }

    /// The id and place of an image, by its number, and the places of its annotations.
    pub fn image(&self, number: usize) -> Option<(i64, At, &[Numbered])> {
        let (id, at) = *self.images.get(number)?;
        let number = number as u32;
        let first = self.annotations.partition_point(|(image, _)| *image < number);
        let rest = &self.annotations[first..];
        let count = rest.partition_point(|(image, _)| *image == number);
        Some((id, at, &rest[..count]))
    }

    fn add_images(&mut self, file: u16, images: Vec<(i64, Place)>, number_of: &mut HashMap<i64, u32>) {
        for (id, place) in images {
            match number_of.entry(id) {
                Entry::Vacant(entry) => {
                    entry.insert(self.images.len() as u32);
                    self.images.push((id, At { file, place }));
                }
                // Another file of the group lists the image too, as it should.
                Entry::Occupied(known) if self.images[*known.get() as usize].1.file != file => {}
                Entry::Occupied(_) => self.strays.push(Stray::ImageTwice { file, image: id }),
            }
        }
    }

    fn add_annotations(&mut self, file: u16, headings: Vec<Heading>, number_of: &HashMap<i64, u32>) {
        let twice = repeated(&headings);
        self.annotations.reserve(headings.len());
        for (i, Heading { id, image, place }) in headings.into_iter().enumerate() {
            match number_of.get(&image) {
                _ if twice.binary_search(&(i as u32)).is_ok() => {
                    self.strays.push(Stray::AnnotationTwice { file, annotation: id, image });
                }
                Some(number) => self.annotations.push((*number, At { file, place })),
                None => self.strays.push(Stray::NoImage { file, annotation: id, image }),
            }
        }
    }
}

/// The numbers, sorted, of headings whose id an earlier one has.
fn repeated(headings: &[Heading]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..headings.len() as u32).collect();
    let id = |i: u32| headings[i as usize].id;
    order.sort_by_key(|i| id(*i));
    let mut later: Vec<u32> = order.windows(2).filter(|w| id(w[0]) == id(w[1])).map(|w| w[1]).collect();
    later.sort_unstable();
    later
}

impl Present {
    /// Marks as present what `other` has: a column exists if any file has it.
    pub fn merge(&mut self, other: Self) {
        self.license |= other.license;
        self.coco_url |= other.coco_url;
        self.flickr_url |= other.flickr_url;
        self.date_captured |= other.date_captured;
        self.captions |= other.captions;
        self.keypoints |= other.keypoints;
    }

    fn see_image(&mut self, head: &ImageHead) {
        self.license |= head.license.is_some();
        self.coco_url |= head.coco_url.is_some();
        self.flickr_url |= head.flickr_url.is_some();
        self.date_captured |= head.date_captured.is_some();
    }

    fn see_annotation(&mut self, head: &AnnotationHead) {
        self.captions |= head.caption.is_some();
        self.keypoints |= head.keypoints.is_some();
    }
}

fn read(base: &SourceRoot, path: &str) -> Result<Lists, SampleError> {
    let broken = |problem: &str| SampleError::fatal(path, problem);
    let file = files::open(base, path)?;
    let mut lists = Lists::default();
    let taken = scan(file, &mut |item| match item {
        Item::Image(head, place) => {
            lists.present.see_image(&head);
            lists.images.push((head.id, place));
        }
        Item::Annotation(head, place) => {
            lists.present.see_annotation(&head);
            lists.annotations.push(Heading { id: head.id, image: head.image_id, place });
        }
        Item::Category(category) => {
            lists.present.keypoints |= category.keypoints.is_some();
            lists.categories.push(category);
        }
        Item::License(license) => lists.licenses.push(license),
    });
    match taken {
        // serde_json's message ends with line and column.
        Err(e) => Err(broken(&format!("not valid COCO JSON: {e}"))
            .advise("the file may be truncated: download it again, or correct it there")),
        Ok(()) if lists.images.len().max(lists.annotations.len()) > u32::MAX as usize => {
            Err(broken("more than 4 billion annotations"))
        }
        Ok(()) => Ok(lists),
    }
}
