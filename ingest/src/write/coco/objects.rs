//! Objects: which member of the struct is what, and one object as COCO's JSON.

use std::borrow::Cow;
use std::collections::BTreeMap;

use hub_dataset::sample::{Column, Sample, SampleError, Value};
use hub_schema::layout::BBOX;
use hub_schema::{DType, Feature, MaskEncoding, StructField};
use serde_json::{Map, Value as Json, json};

use super::extra::{self, Extra};
use super::numbers::{flat, four, number, rings, runs};
use crate::coco_members::ANNOTATION;
use crate::format::Format;
use crate::write::columns::{is_integer, list, unexpected};
use crate::write::loss::{Loss, LossKind};

#[derive(Debug)]
pub struct Objects {
    pub at: usize,
    pub column: String,
    pub names: Vec<String>,
    synsets: Vec<Option<String>>,
    /// `None` without keypoints.
    pub points: Option<Points>,
    members: Members,
    /// The column is a struct of lists, which is meant as a list of structs.
    is_struct: bool,
    /// The members of its metadata, with the categories of a COCO source.
    pub metadata: BTreeMap<String, String>,
    /// Members that are written beside COCO's own.
    extra: Vec<Extra>,
    /// Members that can't be written.
    pub lost: Vec<String>,
}

/// Names of boxes that are lists of four numbers, as Hugging Face data sets have them.
const BOXES: [&str; 4] = ["bbox", "bboxes", "box", "boxes"];

/// Names of classes that are numbers or texts.
const CLASSES: [&str; 6] = ["category", "categories", "category_id", "label", "labels", "class"];

/// How the class of an object is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Class {
    /// The number of a class label.
    Label(usize),
    /// A category's id without a name.
    Number(i64),
    Name(String),
}

/// The keypoints of a class.
#[derive(Clone, Debug)]
pub struct Points {
    pub names: Vec<String>,
    /// Pairs of them, counted from 0.
    pub skeleton: Vec<(u32, u32)>,
}

/// Where in the struct each member is.
#[derive(Clone, Copy, Debug, Default)]
struct Members {
    id: Option<usize>,
    category: usize,
    category_id: Option<usize>,
    supercategory: Option<usize>,
    bbox: Option<usize>,
    area: Option<usize>,
    iscrowd: Option<usize>,
    polygon: Option<usize>,
    rle: Option<usize>,
    keypoints: Option<usize>,
    num_keypoints: Option<usize>,
}

/// An object, but for its ids.
#[derive(Debug)]
pub struct Object {
    /// Its own id, an integer or a text, if it has one.
    pub id: Option<Json>,
    pub class: Class,
    /// Its category's id, if it has one.
    pub category_id: Option<i64>,
    /// COCO's `supercategory` of the class.
    pub supercategory: Option<String>,
    /// The members of its JSON that are in every file.
    pub body: Map<String, Json>,
    /// The members that only the file of keypoints has.
    pub keypoints: Option<Map<String, Json>>,
}

impl Objects {
    /// The column of objects: one called `objects`, or else the first that can be.
    pub fn find(columns: &[Column]) -> Option<Self> {
        let mut all: Vec<_> = columns.iter().enumerate().filter_map(|(at, c)| Self::of(at, c)).collect();
        all.sort_by_key(|objects| objects.column != "objects");
        (!all.is_empty()).then(|| all.remove(0))
    }

    fn of(at: usize, column: &Column) -> Option<Self> {
        let (fields, is_struct) = fields_of(&column.feature)?;
        let fields = &fields;
        let named = |name: &str, fits: fn(&Feature) -> bool| {
            fields.iter().position(|f| f.name == name && fits(&f.feature))
        };
        let of = |fits: fn(&Feature) -> bool| fields.iter().position(|f| fits(&f.feature));
        let is_label = |f: &Feature| matches!(f, Feature::ClassLabel { .. });
        let is_number = |f: &Feature| matches!(f, Feature::Number { .. });
        let one_of =
            |names: &[&str], fits: fn(&Feature) -> bool| names.iter().find_map(|name| named(name, fits));
        let is_class = |f: &Feature| is_integer(f) || *f == Feature::Text;
        let category =
            named("category", is_label).or_else(|| of(is_label)).or_else(|| one_of(&CLASSES, is_class))?;
        let members = Members {
            id: named("id", |f| is_integer(f) || *f == Feature::Text),
            category,
            category_id: named("category_id", is_integer).filter(|at| *at != category),
            supercategory: named("supercategory", |f| *f == Feature::Text),
            bbox: of(|f| *f == Feature::Bbox).or_else(|| one_of(&BOXES, is_four)),
            area: named("area", is_number),
            iscrowd: named("iscrowd", |f| *f == Feature::Bool || is_integer(f)),
            polygon: of(|f| *f == Feature::Polygon),
            rle: of(|f| *f == Feature::Mask { encoding: MaskEncoding::Rle }),
            keypoints: of(|f| matches!(f, Feature::Keypoints { .. })),
            num_keypoints: named("num_keypoints", is_integer),
        };
        members.bbox.or(members.polygon).or(members.rle).or(members.keypoints)?;
        let (names, synsets) = match &fields[category].feature {
            Feature::ClassLabel { names, synsets } => (names.clone(), synsets.clone()),
            _ => (Vec::new(), Vec::new()),
        };
        let points = members.keypoints.and_then(|k| match &fields[k].feature {
            Feature::Keypoints { names, skeleton } => {
                Some(Points { names: names.clone(), skeleton: skeleton.clone() })
            }
            _ => None,
        });
        // What panoptic files have, no other member may be called.
        let reserved = [&ANNOTATION[..], &["segments_info"]].concat();
        let (mut extra, mut lost) = (Vec::new(), Vec::new());
        for at in members.others(fields) {
            let StructField { name, feature } = &fields[at];
            match Extra::new(at, name, feature, &reserved) {
                Some(member) => extra.push(member),
                None => lost.push(name.clone()),
            }
        }
        Some(Self {
            at,
            column: column.name.clone(),
            names,
            synsets,
            points,
            members,
            is_struct,
            metadata: column.metadata.clone(),
            extra,
            lost,
        })
    }

    /// Is the class of an object a number without a name?
    pub fn has_unnamed_classes(&self, columns: &[Column]) -> bool {
        let fields = columns.get(self.at).and_then(|column| fields_of(&column.feature));
        fields.is_some_and(|(fields, _)| {
            fields.get(self.members.category).is_some_and(|f| is_integer(&f.feature))
        })
    }

    /// The objects of a sample.
    ///
    /// # Errors
    /// The column holds something else.
    pub fn of_sample<'a>(&self, sample: &'a Sample) -> Result<Cow<'a, [Value]>, SampleError> {
        if !self.is_struct {
            return list(sample, self.at, &self.column).map(Cow::Borrowed);
        }
        let lists = match sample.values.get(self.at) {
            Some(Value::Struct(lists)) => lists,
            Some(Value::Null) => return Ok(Cow::Borrowed(&[])),
            other => return Err(unexpected(sample, &self.column, "a struct of lists", other)),
        };
        let length = |value: &Value| if let Value::List(values) = value { values.len() } else { 0 };
        let count = lists.iter().map(length).max().unwrap_or(0);
        if let Some(short) = lists.iter().find(|list| !matches!(list, Value::Null) && length(list) != count) {
            let problem = format!(
                "column '{}': lists of {} and of {count} members, expected one of each for every object",
                self.column,
                length(short)
            );
            return Err(SampleError::sample(&sample.place, problem));
        }
        let member = |list: &Value, at: usize| match list {
            Value::List(values) => values.get(at).cloned().unwrap_or_default(),
            _ => Value::Null,
        };
        let object = |at: usize| Value::Struct(lists.iter().map(|list| member(list, at)).collect());
        Ok((0..count).map(object).collect())
    }

    /// Whether the objects have boxes or outlines.
    pub fn has_places(&self) -> bool {
        self.members.bbox.or(self.members.polygon).is_some()
    }

    /// The members beside class, box and outline, and whether each is a text, a number or a boolean.
    pub fn beside_places(&self, column: &Column) -> Vec<(String, bool)> {
        let m = &self.members;
        // What follows from the box or from COCO's own numbering is not missed.
        let known = [Some(m.category), m.bbox, m.polygon, m.id, m.category_id, m.area, m.iscrowd];
        let fields = fields_of(&column.feature).map(|(fields, _)| fields).unwrap_or_default();
        let beside = fields.into_iter().enumerate().filter(|(at, _)| !known.contains(&Some(*at)));
        let is_scalar = |f: &Feature| matches!(f, Feature::Text | Feature::Bool | Feature::Number { .. });
        beside.map(|(_, field)| (field.name.clone(), is_scalar(&field.feature))).collect()
    }

    /// The loss of synsets, unless the names alone bring them back.
    pub fn synset_loss(&self) -> Option<Loss> {
        let known = self.synsets.iter().any(Option::is_some);
        let lost = known && hub_wordnet::synsets_for(&self.names) != self.synsets;
        lost.then(|| Loss::new(Format::Coco, [&self.column], LossKind::Synsets))
    }

    /// One object.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn object(&self, value: &Value) -> Result<Object, String> {
        let Value::Struct(values) = value else {
            return Err(format!("expected an object, found {}", value.kind()));
        };
        let m = &self.members;
        let get = |at: Option<usize>| at.and_then(|at| values.get(at)).filter(|v| **v != Value::Null);
        let class = match values.get(m.category) {
            Some(Value::Int(n)) if (0..self.names.len() as i64).contains(n) => Class::Label(*n as usize),
            Some(Value::Int(n)) if self.names.is_empty() => Class::Number(*n),
            Some(Value::Text(name)) => Class::Name(name.clone()),
            Some(Value::Null) => return Err("the object has no class, but COCO needs one".into()),
            other => {
                return Err(format!(
                    "expected a class number, found {}",
                    other.map_or("nothing", Value::kind)
                ));
            }
        };
        let mut body = Map::new();
        let bbox = get(m.bbox).map(four).transpose()?;
        let area = match (get(m.area), &bbox, m.area) {
            (Some(area), ..) => Some(number(area)?),
            (None, Some(bbox), None) => box_area(bbox),
            _ => None,
        };
        if let Some(outline) = get(m.polygon) {
            body.insert("segmentation".into(), rings(outline)?);
        } else if let Some(mask) = get(m.rle) {
            body.insert("segmentation".into(), runs(mask)?);
        }
        body.extend(area.map(|area| ("area".into(), area)));
        let crowd = match (get(m.iscrowd), m.iscrowd) {
            (Some(Value::Bool(crowd)), _) => Some(i64::from(*crowd)),
            (Some(Value::Int(crowd @ 0..=1)), _) => Some(*crowd),
            (Some(other), _) => {
                return Err(format!("iscrowd: expected a boolean, 0 or 1, found {}", other.kind()));
            }
            (None, None) => Some(0),
            (None, Some(_)) => None,
        };
        body.extend(crowd.map(|crowd| ("iscrowd".into(), json!(crowd))));
        body.extend(bbox.map(|bbox| ("bbox".into(), Json::Array(bbox))));
        extra::add(&self.extra, values, &mut body)?;
        Ok(Object {
            id: match get(m.id) {
                Some(Value::Text(id)) => Some(json!(id)),
                id => integer(id, "id")?.map(|id| json!(id)),
            },
            class,
            category_id: integer(get(m.category_id), "category_id")?,
            supercategory: match get(m.supercategory) {
                Some(Value::Text(text)) => Some(text.clone()),
                _ => None,
            },
            keypoints: get(m.keypoints).map(|v| self.keypoints(v, get(m.num_keypoints))).transpose()?,
            body,
        })
    }

    fn keypoints(&self, points: &Value, count: Option<&Value>) -> Result<Map<String, Json>, String> {
        let Value::List(points) = points else {
            return Err(format!("keypoints: expected a list, found {}", points.kind()));
        };
        let mut numbers = Vec::with_capacity(points.len() * 3);
        for point in points {
            numbers.extend(flat(point, 3)?);
        }
        let seen = numbers.iter().skip(2).step_by(3).filter(|v| v.as_f64().is_some_and(|v| v > 0.0)).count();
        let mut members = Map::new();
        members.insert("keypoints".into(), Json::Array(numbers));
        let count = match (integer(count, "num_keypoints")?, self.members.num_keypoints) {
            (Some(count), _) => Some(count),
            (None, None) => Some(seen as i64),
            (None, Some(_)) => None,
        };
        members.extend(count.map(|count| ("num_keypoints".into(), json!(count))));
        Ok(members)
    }
}

impl Members {
    /// The places of the members that are none of these.
    fn others(&self, fields: &[StructField]) -> Vec<usize> {
        let known = [
            self.id,
            Some(self.category),
            self.category_id,
            self.supercategory,
            self.bbox,
            self.area,
            self.iscrowd,
            self.polygon,
            self.rle,
            self.keypoints,
            self.num_keypoints,
        ];
        (0..fields.len()).filter(|at| !known.contains(&Some(*at))).collect()
    }
}

/// The members of an object, of a list of structs or a struct of lists (and whether it is one).
fn fields_of(feature: &Feature) -> Option<(Vec<StructField>, bool)> {
    match feature {
        Feature::List { item } => match &**item {
            Feature::Struct { fields } => Some((fields.clone(), false)),
            _ => None,
        },
        Feature::Struct { fields } => {
            let member = |field: &StructField| match &field.feature {
                Feature::List { item } => {
                    Some(StructField { name: field.name.clone(), feature: (**item).clone() })
                }
                _ => None,
            };
            Some((fields.iter().map(member).collect::<Option<Vec<_>>>()?, true))
        }
        _ => None,
    }
}

/// Numbers of which four may be a box?
fn is_four(feature: &Feature) -> bool {
    match feature {
        Feature::List { item } => matches!(**item, Feature::Number { .. }),
        Feature::Tensor { dtype: DType::F32 | DType::F64, shape, .. } => shape[..] == [BBOX.len()],
        _ => false,
    }
}

fn box_area(bbox: &[Json]) -> Option<Json> {
    Some(json!(bbox.get(2)?.as_f64()? * bbox.get(3)?.as_f64()?))
}

fn integer(value: Option<&Value>, what: &str) -> Result<Option<i64>, String> {
    match value {
        None => Ok(None),
        Some(Value::Int(n)) => Ok(Some(*n)),
        Some(other) => Err(format!("{what}: expected an integer, found {}", other.kind())),
    }
}
