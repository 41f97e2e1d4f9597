//! The samples, image by image.

use std::fs::File;
use std::os::unix::fs::FileExt;

use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, SizeHint};
use serde_json::{Map, Value as Json};

use super::columns::{ExtraColumns, Tables};
use super::files::{self, Group};
use super::index::{At, Index, Present, Stray};
use super::items::{ANNOTATION, Annotation, IMAGE, Image, named};
use super::pictures::Pictures;
use super::values::Row;
use crate::read::input::Input;
use crate::read::inside::SourceRoot;
use crate::read::kind::MediaKind;
use crate::read::long_integers::quote_long_integers;
use crate::read::orientation::turned;
use crate::read::sniff::Sniff;

/// Opens it; reads every JSON file once.
pub fn open(input: &Input) -> Result<Box<dyn SampleSource>, SampleError> {
    Ok(Box::new(CocoSource::open(input)?))
}

/// The most JSON that one image's annotations may be, far beyond any real image.
const MAX_IMAGE_BYTES: u64 = 32 << 20;

/// A COCO data set, opened.
pub struct CocoSource {
    columns: Vec<Column>,
    tables: Tables,
    present: Present,
    extra: ExtraColumns,
    groups: Vec<OpenGroup>,
    images: u64,
    /// The group and the image in it that come next.
    next: (usize, usize),
}

struct OpenGroup {
    group: Group,
    index: Index,
    files: Vec<File>,
    pictures: Pictures,
}

impl CocoSource {
    /// Reads every JSON file once.
    fn open(input: &Input) -> Result<Self, SampleError> {
        let (root, (base, groups)) = (input.root(), files::find(input)?);
        let with_images = folders_of_images(input, &base);
        let (mut tables, mut present) = (Tables::default(), Present::default());
        let mut open = Vec::new();
        for group in groups {
            let mut index = Index::of(&base, &group)?;
            for (path, categories) in group.files.iter().zip(std::mem::take(&mut index.categories)) {
                tables.add_categories(path, categories)?;
            }
            tables.add_licenses(std::mem::take(&mut index.licenses));
            tables.add_others(std::mem::take(&mut index.others));
            present.merge(&index.present);
            // Strays are popped from the end.
            index.strays.reverse();
            let files = group.files.iter().map(|path| files::open(&base, path)).collect::<Result<_, _>>()?;
            let json_folder = group.files.first().and_then(|f| f.rsplit_once('/')).map_or("", |(f, _)| f);
            let names = (group.tag.as_str(), group.split.as_deref());
            let pictures = Pictures::new(&base, json_folder, names, &with_images);
            open.push(OpenGroup { group, index, files, pictures });
        }
        let images = open.iter().map(|g| g.index.len() as u64).sum();
        if images == 0 {
            return Err(SampleError::fatal(root.display().to_string(), "its 'images' lists are empty"));
        }
        let extra = ExtraColumns::new(&present);
        let columns = tables.columns(&present, &extra);
        Ok(Self { columns, tables, present, extra, groups: open, images, next: (0, 0) })
    }
}

/// All folders of images, relative to the base, which may be above the source (that is then `annotations`).
fn folders_of_images(input: &Input, base: &SourceRoot) -> Vec<String> {
    let listed;
    let look = if base.shown() == input.root() {
        &input.look
    } else {
        listed = Sniff::at(base.shown(), &input.options.ignore, input.options.allow_outside);
        &listed
    };
    let with_images = look.all().filter(|folder| folder.count(MediaKind::Image) > 0);
    with_images.map(|folder| folder.path.clone()).collect()
}

impl SampleSource for CocoSource {
    fn format(&self) -> &'static str {
        "COCO"
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint { samples: Some(self.images), bytes: None }
    }

    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>> {
        loop {
            let group = self.groups.get_mut(self.next.0)?;
            if let Some(stray) = group.index.strays.pop() {
                return Some(Err(group.tell(&stray)));
            }
            if self.next.1 < group.index.len() {
                self.next.1 += 1;
                let row = Row { tables: &self.tables, present: &self.present, extra: &self.extra };
                return Some(group.sample(self.next.1 - 1, row));
            }
            self.next = (self.next.0 + 1, 0);
        }
    }
}

impl OpenGroup {
    fn sample(&mut self, number: usize, row: Row<'_>) -> Result<Sample, SampleError> {
        let Some((id, at, annotations)) = self.index.image(number) else {
            return Err(SampleError::fatal(&self.group.tag, format!("image {number} not found")));
        };
        let place = format!("{}: image {id}", self.group.files[usize::from(at.file)]);
        let wrong = |problem: String| SampleError::sample(&place, problem);
        let bytes: u64 = annotations.iter().map(|(_, at)| u64::from(at.place.len)).sum();
        if bytes > MAX_IMAGE_BYTES {
            return Err(wrong(format!("{bytes} bytes of annotations, expected at most {MAX_IMAGE_BYTES}")));
        }
        let mut buffer = Vec::new();
        let image = self.read(at, &IMAGE, &mut buffer).and_then(Image::new).map_err(wrong)?;
        let annotations = annotations
            .iter()
            .map(|(_, at)| self.read(*at, &ANNOTATION, &mut buffer).and_then(Annotation::new));
        let annotations = annotations.collect::<Result<_, _>>().map_err(wrong)?;
        let picture = match (self.pictures.find(&place, &image.file_name), image.file_name.rsplit_once('/')) {
            (Err(not_found), Some((_, bare))) if image.is_of_url => {
                self.pictures.find(&place, bare).map_err(|_| not_found)?
            }
            (found, _) => found?,
        };
        let turn = match image.size {
            Some((width, height)) => turned(&picture, width, height).map_err(wrong)?,
            None => None,
        };
        let values = row.values(id, image, picture, annotations, turn.as_ref()).map_err(wrong)?;
        Ok(Sample { place, split: self.group.split.clone(), values })
    }

    /// Reads an element. Long integers keep their digits in all members but the `known` ones, which are numbers.
    fn read(&self, at: At, known: &[&str], buffer: &mut Vec<u8>) -> Result<Map<String, Json>, String> {
        buffer.resize(at.place.len as usize, 0);
        let path = &self.group.files[usize::from(at.file)];
        let place = || format!("{path}, {} bytes at {}", at.place.len, at.place.start);
        self.files[usize::from(at.file)]
            .read_exact_at(buffer, at.place.start)
            .map_err(|e| format!("{} can't be read: {e}", place()))?;
        let wrong = |e: serde_json::Error| format!("{}: {e}", place());
        let mut members: Map<String, Json> = serde_json::from_slice(buffer).map_err(wrong)?;
        if let Some(quoted) = str::from_utf8(buffer).ok().and_then(quote_long_integers) {
            let exact: Map<String, Json> = serde_json::from_str(&quoted).map_err(wrong)?;
            members.extend(exact.into_iter().filter(|(name, _)| !known.contains(&name.as_str())));
        }
        Ok(members)
    }

    fn tell(&self, stray: &Stray) -> SampleError {
        let (file, problem, advice) = match stray {
            Stray::ImageTwice { file, image } => {
                (file, format!("image {image} is listed twice"), "give every image an id of its own")
            }
            Stray::AnnotationTwice { file, annotation, image } => (
                file,
                format!("annotation {annotation} (of image {image}) has the id of an earlier one"),
                "give every annotation an id of its own",
            ),
            Stray::NoImage { file, annotation, image } => (
                file,
                format!(
                    "{} belongs to image {image}, which 'images' does not list",
                    named(annotation.as_ref())
                ),
                "list the image, or remove the annotation",
            ),
        };
        SampleError::sample(&self.group.files[usize::from(*file)], problem).advise(advice)
    }
}
