//! The samples, image by image.

use std::collections::BTreeSet;

use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, SizeHint, Value};
use hub_schema::{Feature, MaskEncoding};

use super::layout::{Entry, Unit, units};
use super::sets::Sets;
use super::xml::{Annotation, Object, flag};
use crate::read::input::Input;
use crate::read::inside::SourceRoot;
use crate::read::labels::{known_labels, label_feature};
use crate::read::media_path::media_at;

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
    occluded: bool,
    parts: bool,
}

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
        let mut columns = vec![
            Column::new("image", Feature::Image),
            Column::new("objects", Feature::list(survey.object(label))),
        ];
        let mask = |folder: &&str| MASKS.iter().find(|m| m.0 == *folder).map(|m| m.1).unwrap_or_default();
        let png = Feature::Mask { encoding: MaskEncoding::Png };
        columns.extend(masks.iter().map(|m| Column::new(mask(m), png.clone())));
        Ok(Self { root, columns, survey, classes, masks, images, units: open.into_iter() })
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
        let objects = match entry.has_xml {
            true => self.objects(&xml)?,
            false => Value::Null,
        };
        let mut values = vec![Value::Media(image), objects];
        for folder in &self.masks {
            let mask = media_at(&self.root, &name, &format!("{}{folder}{}.png", unit.folder, entry.stem))?;
            values.push(mask.map_or(Value::Null, Value::Media));
        }
        Ok(Sample { split: sets.of(&entry.stem).map(str::to_owned), place: name, values })
    }

    fn objects(&self, xml: &str) -> Result<Value, SampleError> {
        let annotation = annotation(&self.root, xml)?;
        let object = |(i, object): (usize, Object)| {
            let name = object.name.clone();
            self.object(object).map_err(|problem| {
                SampleError::sample(xml, format!("object {} ('{name}'): {problem}", i + 1))
            })
        };
        annotation.objects.into_iter().enumerate().map(object).collect::<Result<_, _>>().map(Value::List)
    }

    fn object(&self, object: Object) -> Result<Value, String> {
        let name = object.name.trim();
        let class = self
            .classes
            .iter()
            .position(|c| c == name)
            .ok_or("its class was added after the folder was listed")?;
        let bbox = |corners: Option<&super::xml::Corners>| match corners {
            Some(corners) => corners.to_box().map(Value::bbox),
            None => Ok(Value::Null),
        };
        let yes = |name: &str, text: Option<&String>| -> Result<Value, String> {
            Ok(flag(name, text)?.map_or(Value::Null, Value::Bool))
        };
        let mut members = vec![
            Value::Int(class as i64),
            bbox(object.bndbox.as_ref())?,
            object.pose.map_or(Value::Null, Value::Text),
            yes("truncated", object.truncated.as_ref())?,
            yes("difficult", object.difficult.as_ref())?,
        ];
        if self.survey.occluded {
            members.push(yes("occluded", object.occluded.as_ref())?);
        }
        if self.survey.parts {
            let part = |part: super::xml::Part| {
                Ok(Value::Struct(vec![Value::Text(part.name), bbox(part.bndbox.as_ref())?]))
            };
            members.push(Value::List(object.parts.into_iter().map(part).collect::<Result<_, String>>()?));
        }
        Ok(Value::Struct(members))
    }
}

impl Survey {
    fn see(&mut self, annotation: Annotation) {
        for object in annotation.objects {
            self.occluded |= object.occluded.is_some();
            self.parts |= !object.parts.is_empty();
            if !self.names.contains(object.name.trim()) {
                self.names.insert(object.name.trim().to_owned());
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

    fn object(&self, category: Feature) -> Feature {
        let part = Feature::structure([("name", Feature::Text), ("bbox", Feature::Bbox)]);
        let members = [
            (true, "category", category),
            (true, "bbox", Feature::Bbox),
            (true, "pose", Feature::Text),
            (true, "truncated", Feature::Bool),
            (true, "difficult", Feature::Bool),
            (self.occluded, "occluded", Feature::Bool),
            (self.parts, "parts", Feature::list(part)),
        ];
        Feature::structure(members.into_iter().filter(|m| m.0).map(|(_, name, feature)| (name, feature)))
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
