//! The samples, image by image.

use std::collections::BTreeSet;

use hub_dataset::sample::{Column, Media, Sample, SampleError, SampleSource, SizeHint, Value};
use hub_schema::{Feature, MaskEncoding, frame};

use super::annotation::{Annotation, Corners, Object, Part, Rotated, ring};
use super::flags::FlagKind;
use super::layout::{Entry, Unit, units};
use super::sets::Sets;
use crate::read::extras::{self, ExtraColumn, Extras};
use crate::read::input::Input;
use crate::read::inside::SourceRoot;
use crate::read::labels::{known_labels, label_feature};
use crate::read::media_path::media_at;
use crate::read::orientation::{Turn, turned};

/// The folders of masks and their columns.
const MASKS: [(&str, &str); 2] =
    [("SegmentationClass/", "segmentation_class"), ("SegmentationObject/", "segmentation_object")];

/// Opens it; reads every XML file once.
pub fn open(input: &Input) -> Result<Box<dyn SampleSource>, SampleError> {
    Ok(Box::new(VocSource::open(input)?))
}

/// A VOC data set, opened.
pub struct VocSource {
    root: SourceRoot,
    columns: Vec<Column>,
    survey: Survey,
    /// Members that VOC doesn't define: of an image, and of an object.
    image_extra: Vec<ExtraColumn>,
    object_extra: Vec<ExtraColumn>,
    /// Classes, sorted or in VOC's order.
    classes: Vec<String>,
    masks: Vec<&'static str>,
    images: u64,
    units: std::vec::IntoIter<OpenUnit>,
}

struct OpenUnit {
    unit: Unit,
    sets: Sets,
    entries: std::vec::IntoIter<Entry>,
}

/// What the first pass finds.
#[derive(Debug, Default)]
struct Survey {
    names: BTreeSet<String>,
    truncated: FlagKind,
    difficult: FlagKind,
    /// None where no object has it.
    occluded: Option<FlagKind>,
    parts: bool,
    polygons: bool,
    rotated: bool,
    images: Extras,
    objects: Extras,
}

/// Stands before a member's name that is a column's already.
const PREFIX: &str = "voc_";

impl VocSource {
    /// Reads every XML file once.
    fn open(input: &Input) -> Result<Self, SampleError> {
        let root = input.source_root()?;
        let mut survey = Survey::default();
        let mut open = Vec::new();
        let mut masks = Vec::new();
        let mut images = 0;
        for unit in units(&input.look)? {
            let entries = unit.entries(&root)?;
            for entry in entries.iter().filter(|e| e.has_xml) {
                // What can't be read is reported when the sample is read.
                if let Ok(annotation) = annotation(&root, &unit.xml_of(entry)) {
                    survey.see(annotation);
                }
            }
            masks.extend(
                MASKS
                    .iter()
                    .map(|m| m.0)
                    .filter(|m| root.shown().join(format!("{}{m}", unit.folder)).is_dir()),
            );
            root.claim(&format!("{}ImageSets/", unit.folder), "txt");
            let sets = Sets::read(&root, &unit)?;
            images += entries.iter().map(|e| e.images.len() as u64).sum::<u64>();
            open.push(OpenUnit { unit, sets, entries: entries.into_iter() });
        }
        masks.sort_unstable();
        masks.dedup();
        let (classes, label) = survey.classes();
        let fixed = ["category", "bbox", "parts", "segmentation", "rotated_box"];
        let object_extra = survey.objects.columns(&fixed, PREFIX);
        let taken = ["image", "objects", "segmentation_class", "segmentation_object"];
        let image_extra = survey.images.columns(&taken, PREFIX);
        let objects = Column::new("objects", Feature::list(survey.object(label, &object_extra)));
        let mut columns = vec![Column::new("image", Feature::Image), objects.with(frame::KEY, frame::STORED)];
        let mask = |folder: &&str| MASKS.iter().find(|m| m.0 == *folder).map(|m| m.1).unwrap_or_default();
        let png = Feature::Mask { encoding: MaskEncoding::Png };
        columns.extend(masks.iter().map(|m| Column::new(mask(m), png.clone())));
        columns.extend(image_extra.iter().map(|c| Column::new(&c.name, c.feature.clone())));
        let units = open.into_iter();
        Ok(Self { root, columns, survey, image_extra, object_extra, classes, masks, images, units })
    }

    fn sample(&self, OpenUnit { unit, sets, .. }: &OpenUnit, entry: &Entry) -> Result<Sample, SampleError> {
        let xml = unit.xml_of(entry);
        let [image] = &entry.images[..] else {
            return Err(match entry.images.first() {
                None => {
                    SampleError::sample(&xml, format!("no image of that name in {}", place(&unit.images)))
                        .advise("put the image there, or remove the XML file")
                }
                Some(first) => SampleError::sample(
                    format!("{}{first}", unit.images),
                    format!("the XML file also matches {}", entry.images[1..].join(", ")),
                ),
            });
        };
        let name = format!("{}{image}", unit.images);
        let wrong = |problem: String| SampleError::sample(&name, problem);
        let image = media_at(&self.root, &name, &name)?
            .ok_or_else(|| wrong("the file was not found any more".into()))?;
        let (objects, extra) = match entry.has_xml {
            true => self.annotated(&xml, &image)?,
            false => (Value::Null, vec![Value::Null; self.image_extra.len()]),
        };
        let mut values = vec![Value::Media(image), objects];
        for folder in &self.masks {
            let mask = media_at(&self.root, &name, &format!("{}{folder}{}.png", unit.folder, entry.stem))?;
            values.push(mask.map_or(Value::Null, Value::Media));
        }
        values.extend(extra);
        Ok(Sample { split: sets.of(&entry.stem).map(str::to_owned), place: name, values })
    }

    /// The objects of an XML file, and the values of the members that VOC doesn't define.
    fn annotated(&self, xml: &str, image: &Media) -> Result<(Value, Vec<Value>), SampleError> {
        let annotation = annotation(&self.root, xml)?;
        let wrong = |problem: String| SampleError::sample(xml, problem);
        let turn = match annotation.size {
            Some((width, height)) => turned(image, width, height).map_err(wrong)?,
            None => None,
        };
        let object = |(i, object): (usize, Object)| {
            let name = object.name.clone();
            self.object(object, turn.as_ref()).map_err(|problem| {
                SampleError::sample(xml, format!("object {} ('{name}'): {problem}", i + 1))
            })
        };
        let objects = annotation.objects.into_iter().enumerate().map(object);
        let objects = objects.collect::<Result<_, _>>().map(Value::List)?;
        Ok((objects, extras::values(&self.image_extra, annotation.extra).map_err(wrong)?))
    }

    fn object(&self, object: Object, turn: Option<&Turn>) -> Result<Value, String> {
        let class = self
            .classes
            .iter()
            .position(|c| *c == object.name)
            .ok_or("its class was added after the folder was listed")?;
        let stored = |numbers: [f64; 4]| Value::bbox(turn.map_or(numbers, |turn| turn.bbox(numbers)));
        let bbox = |corners: Option<&Corners>| match corners {
            Some(corners) => corners.to_box().map(stored),
            None => Ok(Value::Null),
        };
        let rotated = object.rotated.as_ref().map(Rotated::of).transpose()?;
        let rings = object.polygons.iter().map(ring).collect::<Result<Vec<_>, _>>()?;
        let around = match (&object.bndbox, rotated, rings.is_empty()) {
            (None, Some(rotated), _) => stored(rotated.around()),
            (None, None, false) => stored(around(&rings)),
            (corners, ..) => bbox(corners.as_ref())?,
        };
        let survey = &self.survey;
        let mut members = vec![
            Value::Int(class as i64),
            around,
            object.pose.map_or(Value::Null, Value::Text),
            survey.truncated.value(object.truncated.as_ref()),
            survey.difficult.value(object.difficult.as_ref()),
        ];
        members.extend(survey.occluded.map(|kind| kind.value(object.occluded.as_ref())));
        if survey.parts {
            let part =
                |part: Part| Ok(Value::Struct(vec![Value::Text(part.name), bbox(part.bndbox.as_ref())?]));
            members.push(Value::List(object.parts.into_iter().map(part).collect::<Result<_, String>>()?));
        }
        if survey.polygons {
            members.push(if rings.is_empty() { Value::Null } else { polygon(&rings, turn) });
        }
        if survey.rotated {
            members.push(rotated.map_or(Value::Null, |rotated| rotated_box(rotated, turn)));
        }
        members.extend(extras::values(&self.object_extra, object.extra)?);
        Ok(Value::Struct(members))
    }
}

/// The smallest box around some rings: x, y, width, height.
fn around(rings: &[Vec<[f64; 2]>]) -> [f64; 4] {
    let points = || rings.iter().flatten();
    let [x, y] = [0, 1].map(|at| points().map(|p| p[at]).fold(f64::INFINITY, f64::min));
    let [right, bottom] = [0, 1].map(|at| points().map(|p| p[at]).fold(f64::NEG_INFINITY, f64::max));
    [x, y, right - x, bottom - y]
}

fn polygon(rings: &[Vec<[f64; 2]>], turn: Option<&Turn>) -> Value {
    let point = |point: &[f64; 2]| {
        let [x, y] = turn.map_or(*point, |turn| turn.point(*point));
        Value::Struct(vec![Value::Float(x), Value::Float(y)])
    };
    Value::List(rings.iter().map(|ring| Value::List(ring.iter().map(point).collect())).collect())
}

fn rotated_box(rotated: Rotated, turn: Option<&Turn>) -> Value {
    let Rotated { cx, cy, width, height, angle } = rotated;
    let [cx, cy] = turn.map_or([cx, cy], |turn| turn.point([cx, cy]));
    let angle = turn.map_or(angle, |turn| turn.angle(angle));
    Value::Struct([cx, cy, width, height, angle].map(Value::Float).to_vec())
}

impl Survey {
    fn see(&mut self, annotation: Annotation) {
        let kind = |text: &Option<String>| text.as_deref().map(FlagKind::of);
        annotation.extra.iter().for_each(|(name, value)| self.images.see(name, value));
        for object in annotation.objects {
            self.truncated = self.truncated.max(kind(&object.truncated).unwrap_or_default());
            self.difficult = self.difficult.max(kind(&object.difficult).unwrap_or_default());
            self.occluded = self.occluded.max(kind(&object.occluded));
            self.parts |= !object.parts.is_empty();
            self.polygons |= !object.polygons.is_empty();
            self.rotated |= object.rotated.is_some();
            object.extra.iter().for_each(|(name, value)| self.objects.see(name, value));
            if !self.names.contains(&object.name) {
                self.names.insert(object.name);
            }
        }
    }

    /// VOC's classes if there are no others, else those found.
    fn classes(&self) -> (Vec<String>, Feature) {
        let voc = known_labels("voc20");
        match voc {
            Some(Feature::ClassLabel { names, synsets }) if self.names.iter().all(|n| names.contains(n)) => {
                (names.clone(), Feature::ClassLabel { names, synsets })
            }
            _ => {
                let names: Vec<String> = self.names.iter().cloned().collect();
                (names.clone(), label_feature(names))
            }
        }
    }

    fn object(&self, category: Feature, extra: &[ExtraColumn]) -> Feature {
        let rotated = ["cx", "cy", "width", "height", "angle"].map(|name| (name, Feature::float64()));
        let rotated = Feature::structure(rotated);
        let part = Feature::structure([("name", Feature::Text), ("bbox", Feature::Bbox)]);
        let members = [
            (true, "category", category),
            (true, "bbox", Feature::Bbox),
            (true, "pose", Feature::Text),
            (true, "truncated", self.truncated.feature()),
            (true, "difficult", self.difficult.feature()),
            (self.occluded.is_some(), "occluded", self.occluded.unwrap_or_default().feature()),
            (self.parts, "parts", Feature::list(part)),
            (self.polygons, "segmentation", Feature::Polygon),
            (self.rotated, "rotated_box", rotated),
        ];
        let members =
            members.into_iter().filter(|m| m.0).map(|(_, name, feature)| (name.to_owned(), feature));
        Feature::structure(members.chain(extra.iter().map(|c| (c.name.clone(), c.feature.clone()))))
    }
}

/// Reads the XML file of that name.
fn annotation(root: &SourceRoot, xml: &str) -> Result<Annotation, SampleError> {
    let found = root.file(xml).map_err(|refusal| refusal.at(xml))?;
    let found = found.ok_or_else(|| SampleError::sample(xml, "the file was not found any more"))?;
    Annotation::read(&found.path).map_err(|problem| SampleError::sample(xml, problem))
}

fn place(folder: &str) -> &str {
    if folder.is_empty() { "the folder" } else { folder }
}

impl SampleSource for VocSource {
    fn format(&self) -> &'static str {
        "Pascal VOC"
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint { samples: Some(self.images), bytes: None }
    }

    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>> {
        loop {
            // Units that have nothing left are dropped one by one.
            let unit = self.units.as_mut_slice().first_mut()?;
            match unit.entries.next() {
                Some(entry) => {
                    let unit = self.units.as_slice().first()?;
                    return Some(self.sample(unit, &entry));
                }
                None => drop(self.units.next()),
            }
        }
    }
}
