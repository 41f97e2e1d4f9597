//! What is kept of a group of COCO files: where each image and annotation stands.
//!
//! An image is 24 bytes, an annotation 24 (56 while its file is read): 1.8 million annotations of COCO's
//! training images take 45 MB. Annotations are sorted by image, in the order of the files, so that those of an
//! image are one slice. What belongs to no image or stands there twice is kept aside as [`Stray`], since each
//! is reported to the caller, like any other invalid sample.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::os::unix::fs::FileExt;

use hub_dataset::sample::SampleError;
use serde_json::Value as Json;
use serde_json::error::Category as Kind;

use super::files::{self, Group};
use super::ids::{Id, IdKeys};
use super::items::{ANNOTATION, Category, IMAGE, License, OBJECT};
use super::scan::{Head, Item, Place, ScanError, scan};
use crate::read::extras::Extras;
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
    ImageTwice { file: u16, image: Id },
    /// Two annotations of one id in a file.
    AnnotationTwice { file: u16, annotation: Id, image: Id },
    /// An annotation of an image that no file of the group lists.
    NoImage { file: u16, annotation: Option<Id>, image: Id },
}

/// Which optional columns there are.
#[derive(Clone, Debug, Default)]
pub struct Present {
    /// Whether any image's or annotation's id is a text that is not an integer.
    pub text_image_ids: bool,
    pub text_annotation_ids: bool,
    pub license: bool,
    pub coco_url: bool,
    pub flickr_url: bool,
    pub date_captured: bool,
    pub captions: bool,
    pub keypoints: bool,
    /// Members that COCO doesn't define: of images, of objects, and of captions that are nothing else.
    pub images: Extras,
    pub objects: Extras,
    pub texts: Extras,
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
    /// What else stands in the files, such as `info`: name and JSON.
    pub others: Vec<(String, String)>,
    image_keys: IdKeys,
    annotation_keys: IdKeys,
}

/// The longest other member of a file that is kept, in bytes.
const MAX_OTHER_BYTES: u32 = 64 << 10;

/// One file's lists as the pass finds them.
#[derive(Default)]
struct Lists {
    images: Vec<(i64, Place)>,
    annotations: Vec<Heading>,
    present: Present,
    categories: Vec<Category>,
    licenses: Vec<License>,
    others: Vec<(String, Place)>,
}

struct Heading {
    /// The keys of the ids.
    id: Option<i64>,
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
            let lists = index.read(base, path)?;
            index.add_images(file, lists.images, &mut number_of);
            headings.push((file, lists.annotations));
            index.present.merge(&lists.present);
            index.categories.push(lists.categories);
            index.licenses.extend(lists.licenses);
            for (name, place) in lists.others {
                if let Some(json) = other(base, path, place)? {
                    index.others.push((name, json));
                }
            }
        }
        index.present.text_image_ids = index.image_keys.has_texts();
        index.present.text_annotation_ids = index.annotation_keys.has_texts();
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
    pub fn image(&self, number: usize) -> Option<(Id, At, &[Numbered])> {
        let (key, at) = *self.images.get(number)?;
        let id = self.image_keys.id(key);
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
                Entry::Occupied(_) => {
                    self.strays.push(Stray::ImageTwice { file, image: self.image_keys.id(id) });
                }
            }
        }
    }

    fn add_annotations(&mut self, file: u16, headings: Vec<Heading>, number_of: &HashMap<i64, u32>) {
        let twice = repeated(&headings);
        self.annotations.reserve(headings.len());
        for (i, Heading { id, image, place }) in headings.into_iter().enumerate() {
            let number = number_of.get(&image);
            if let Some(number) = number
                && twice.binary_search(&(i as u32)).is_err()
            {
                self.annotations.push((*number, At { file, place }));
                continue;
            }
            let (annotation, image) = (id.map(|key| self.annotation_keys.id(key)), self.image_keys.id(image));
            self.strays.push(match annotation {
                Some(annotation) if twice.binary_search(&(i as u32)).is_ok() => {
                    Stray::AnnotationTwice { file, annotation, image }
                }
                annotation => Stray::NoImage { file, annotation, image },
            });
        }
    }
}

/// The numbers, sorted, of headings whose id an earlier one has.
fn repeated(headings: &[Heading]) -> Vec<u32> {
    let id = |i: u32| headings[i as usize].id;
    let mut order: Vec<u32> = (0..headings.len() as u32).filter(|i| id(*i).is_some()).collect();
    order.sort_by_key(|i| id(*i));
    let mut later: Vec<u32> = order.windows(2).filter(|w| id(w[0]) == id(w[1])).map(|w| w[1]).collect();
    later.sort_unstable();
    later
}

impl Present {
    /// Marks as present what `other` has: a column exists if any file has it.
    pub fn merge(&mut self, other: &Self) {
        self.text_image_ids |= other.text_image_ids;
        self.text_annotation_ids |= other.text_annotation_ids;
        self.license |= other.license;
        self.coco_url |= other.coco_url;
        self.flickr_url |= other.flickr_url;
        self.date_captured |= other.date_captured;
        self.captions |= other.captions;
        self.keypoints |= other.keypoints;
        self.images.add(&other.images);
        self.objects.add(&other.objects);
        self.texts.add(&other.texts);
    }

    fn see_image(&mut self, head: &Head) {
        self.license |= head.has(&IMAGE, "license");
        self.coco_url |= head.has(&IMAGE, "coco_url");
        self.flickr_url |= head.has(&IMAGE, "flickr_url");
        self.date_captured |= head.has(&IMAGE, "date_captured");
        head.extra.iter().for_each(|(name, value)| self.images.see(name, value));
    }

    fn see_annotation(&mut self, head: &Head) {
        let has_caption = head.has(&ANNOTATION, "caption");
        self.captions |= has_caption;
        self.keypoints |= head.has(&ANNOTATION, "keypoints");
        let is_object = !has_caption || OBJECT.iter().any(|member| head.has(&ANNOTATION, member));
        let extras = if is_object { &mut self.objects } else { &mut self.texts };
        head.extra.iter().for_each(|(name, value)| extras.see(name, value));
    }
}

impl Index {
    fn read(&mut self, base: &SourceRoot, path: &str) -> Result<Lists, SampleError> {
        let broken = |problem: String| SampleError::fatal(path, problem);
        let file = files::open(base, path)?;
        let mut lists = Lists::default();
        // The first problem that JSON itself doesn't have.
        let mut problem: Option<String> = None;
        let (mut categories, mut licenses) = (0, 0);
        let taken = scan(file, &mut |item| {
            let found = match item {
                Item::Image(head, place) => {
                    lists.present.see_image(&head);
                    let number = lists.images.len();
                    let id = head.id.ok_or_else(|| format!("images[{number}]: member 'id' is missing"));
                    id.map(|id| lists.images.push((self.image_keys.key(id), place)))
                }
                Item::Annotation(head, place) => {
                    lists.present.see_annotation(&head);
                    let heading = self.heading(head, place, lists.annotations.len());
                    heading.map(|heading| lists.annotations.push(heading))
                }
                Item::Category(members) => {
                    categories += 1;
                    Category::new(members).map_err(|e| format!("categories[{}]: {e}", categories - 1)).map(
                        |category| {
                            lists.present.keypoints |= category.keypoints.is_some();
                            lists.categories.push(category);
                        },
                    )
                }
                Item::License(members) => {
                    licenses += 1;
                    let license = License::new(members);
                    license
                        .map_err(|e| format!("licenses[{}]: {e}", licenses - 1))
                        .map(|license| lists.licenses.push(license))
                }
                Item::Other(name, place) => {
                    lists.others.push((name, place));
                    Ok(())
                }
            };
            problem = problem.take().or(found.err());
        });
        match (taken, problem) {
            (Err(e), problem) => Err(not_json(path, &e, problem)),
            (Ok(()), Some(problem)) => {
                let is_other = problem.contains("'segments_info'");
                let other = format!("leave it out with --ignore '{path}'");
                Err(broken(problem).advise(if is_other {
                    &*other
                } else {
                    "correct it there, and push again"
                }))
            }
            (Ok(()), None) if lists.images.len().max(lists.annotations.len()) > u32::MAX as usize => {
                Err(broken("more than 4 billion annotations".to_owned()))
            }
            (Ok(()), None) => Ok(lists),
        }
    }

    fn heading(&mut self, head: Head, place: Place, number: usize) -> Result<Heading, String> {
        if head.extra.iter().any(|(name, _)| name == "segments_info") {
            return Err(format!(
                "annotations[{number}]: 'segments_info' is COCO's panoptic segmentation, which can't be read; expected \
                 instances, keypoints or captions"
            ));
        }
        let image =
            head.image_id.ok_or_else(|| format!("annotations[{number}]: member 'image_id' is missing"))?;
        Ok(Heading {
            id: head.id.map(|id| self.annotation_keys.key(id)),
            image: self.image_keys.key(image),
            place,
        })
    }
}

/// The error of a file that could not be read to its end. serde_json's message ends with line and column.
fn not_json(path: &str, at: &ScanError, problem: Option<String>) -> SampleError {
    let error = &at.error;
    let about = at.element.map_or_else(String::new, |(list, number)| format!("{list}[{number}]: "));
    let fatal = |problem: String, advice: &str| SampleError::fatal(path, problem).advise(advice);
    match error.classify() {
        Kind::Data => {
            fatal(problem.unwrap_or_else(|| format!("{about}{error}")), "correct it there, and push again")
        }
        Kind::Eof => fatal(
            format!("not valid COCO JSON: {about}{error}"),
            "the file is truncated: copy or download it again",
        ),
        Kind::Syntax => fatal(
            format!("not valid JSON: {about}{error}"),
            "correct it there (NaN, Infinity, comments and commas before a closing bracket are not JSON)",
        ),
        Kind::Io => match error.io_error_kind() {
            Some(std::io::ErrorKind::InvalidData) => {
                fatal(format!("not valid JSON: {about}{error}"), "expected UTF-8: convert the file to it")
            }
            _ => fatal(format!("can't be read: {error}"), "check the disk, then try again"),
        },
    }
}

/// The JSON of another member of the file; none where it is long or says nothing.
fn other(base: &SourceRoot, path: &str, place: Place) -> Result<Option<String>, SampleError> {
    if place.len > MAX_OTHER_BYTES {
        return Ok(None);
    }
    let mut bytes = vec![0; place.len as usize];
    let cant = |e| SampleError::fatal(path, "can't be read").because(e);
    files::open(base, path)?.read_exact_at(&mut bytes, place.start).map_err(cant)?;
    // Not to the end: the reader may have taken a comma or bracket with it.
    let mut values = serde_json::Deserializer::from_slice(&bytes).into_iter::<Json>();
    Ok(values.next().and_then(Result::ok).filter(|value| !value.is_null()).map(|value| value.to_string()))
}
