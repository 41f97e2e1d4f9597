//! The objects of a sample, as numbers.

use hub_dataset::sample::{Column, Media, MediaBytes, Sample, SampleError};
use hub_schema::{Feature, frame};
use serde_json::{Map, Value as Json};

use crate::format::Format;
use crate::read::orientation::Turn;
use crate::write::coco::objects::{Class, Objects};
use crate::write::columns;
use crate::write::copy::{read_whole, unreadable};
use crate::write::loss::{Loss, LossKind, Unfit};
use crate::write::medium::MediumColumn;

/// Which columns hold the image and its objects.
pub struct Annotated {
    pub medium: MediumColumn,
    objects: Objects,
    /// Whether the coordinates lie on the image as displayed, rather than as stored.
    is_upright: bool,
    format: Format,
    /// The classes, in the order of their numbers.
    pub names: Vec<String>,
}

/// An image, its size in pixels and its objects.
pub struct Picture {
    pub medium: Media,
    /// Width, height and channels, as stored.
    pub size: (u32, u32, u32),
    /// From the stored image to the displayed one.
    pub turn: Turn,
    pub is_upright: bool,
    pub objects: Vec<Placed>,
}

/// An object with its place in pixels.
pub struct Placed {
    /// The number of its class.
    pub class: usize,
    /// x, y, width and height.
    pub bbox: [f64; 4],
    /// Its outline, if that is one ring.
    pub outline: Option<Vec<[f64; 2]>>,
    /// What else its struct says.
    pub members: Map<String, Json>,
}

/// Finds the images and the objects, and what is lost.
pub fn fit(format: Format, columns: &[Column]) -> Result<(Annotated, Vec<Loss>), Unfit> {
    const NEEDS: &str =
        "a column of images, and one of objects (a list of structs with a class and a box or an outline)";
    let lacking = || columns::lacking(format, NEEDS, columns);
    let is_picture = |c: &Column| c.feature == Feature::Image || columns::Pixels::of(&c.feature).is_some();
    let at = columns.iter().position(is_picture).ok_or_else(lacking)?;
    let medium = MediumColumn::of(at, &columns[at]).ok_or_else(lacking)?;
    let objects = Objects::find(columns).filter(Objects::has_places).ok_or_else(lacking)?;
    let mut losses = Vec::new();
    losses.extend(columns::others(format, columns, &[at, objects.at]));
    losses.extend(medium.loss(format));
    let beside = objects.beside_places(&columns[objects.at]);
    // Pascal VOC has elements for whatever is a text or a number.
    let lost = beside.into_iter().filter(|(_, is_scalar)| format != Format::Voc || !is_scalar);
    let lost: Vec<String> = lost.map(|(name, _)| format!("{}.{name}", objects.column)).collect();
    if !lost.is_empty() {
        losses.push(Loss::new(format, lost, LossKind::Column));
    }
    losses.extend(objects.synset_loss().map(|loss| Loss { format, ..loss }));
    let is_upright = objects.metadata.get(frame::KEY).is_some_and(|frame| frame == frame::UPRIGHT);
    let names = objects.names.clone();
    Ok((Annotated { medium, objects, is_upright, format, names }, losses))
}

impl Annotated {
    /// Reads a sample, which is the `row`th.
    ///
    /// # Errors
    /// There is no image, its size can't be read, or an object has no place.
    pub fn read(&mut self, sample: &Sample, row: u64) -> Result<Picture, SampleError> {
        let wrong = |problem: String| SampleError::sample(&sample.place, problem);
        let format = self.format;
        let mut medium = self.medium.file(sample, row)?.ok_or_else(|| {
            wrong(format!("column '{}' is empty, but {format} needs an image", self.medium.name))
        })?;
        let bytes = read_whole(&medium.bytes).map_err(|e| unreadable(sample, e))?;
        let facts = hub_media::probe_image(&bytes, &hub_media::Limits::default()).map_err(|e| {
            wrong(format!("column '{}': {e}, but {format} needs the size of the image", self.medium.name))
        })?;
        medium.bytes = MediaBytes::Memory(bytes);
        let mut objects = Vec::new();
        for (i, value) in self.objects.of_sample(sample)?.iter().enumerate() {
            let place = |problem| wrong(format!("column '{}', object {i}: {problem}", self.objects.column));
            let object = self.objects.object(value).map_err(place)?;
            let class = self.class(&object.class);
            let (bbox, outline) = (bbox(&object.body), outline(&object.body));
            let bbox = bbox.or_else(|| outline.as_deref().map(around));
            let bbox = bbox.ok_or_else(|| {
                wrong(format!("column '{}', object {i}: it has no box and no outline", self.objects.column))
            })?;
            let mut members = object.body;
            ["bbox", "segmentation", "area", "iscrowd"].iter().for_each(|name| drop(members.remove(*name)));
            objects.push(Placed { class, bbox, outline, members });
        }
        let size = (facts.width, facts.height, facts.channels);
        Ok(Picture { medium, size, turn: Turn::new(&facts), is_upright: self.is_upright, objects })
    }

    /// The number of a class; one that has none gets the next.
    fn class(&mut self, class: &Class) -> usize {
        let name = match class {
            Class::Label(number) => return *number,
            Class::Name(name) => name.clone(),
            Class::Number(number) => number.to_string(),
        };
        self.names.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.names.push(name);
            self.names.len() - 1
        })
    }
}

fn bbox(body: &Map<String, Json>) -> Option<[f64; 4]> {
    let numbers = body.get("bbox")?.as_array()?.iter().map(Json::as_f64).collect::<Option<Vec<_>>>()?;
    numbers.try_into().ok()
}

/// The outline, if it is one ring of at least three points.
fn outline(body: &Map<String, Json>) -> Option<Vec<[f64; 2]>> {
    let [ring] = body.get("segmentation")?.as_array()?.as_slice() else { return None };
    let numbers = ring.as_array()?.iter().map(Json::as_f64).collect::<Option<Vec<_>>>()?;
    let points: Vec<[f64; 2]> = numbers.chunks_exact(2).map(|point| [point[0], point[1]]).collect();
    (points.len() >= 3).then_some(points)
}

/// The smallest box around points.
pub fn around(points: &[[f64; 2]]) -> [f64; 4] {
    let [mut left, mut top, mut right, mut bottom] = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
    for [x, y] in points {
        (left, right) = (left.min(*x), right.max(*x));
        (top, bottom) = (top.min(*y), bottom.max(*y));
    }
    [left, top, right - left, bottom - top]
}
