//! Objects: which member of the struct is what, and one object as COCO's JSON.

use hub_dataset::sample::{Column, Value};
use hub_schema::layout::BBOX;
use hub_schema::{Feature, MaskEncoding, StructField};
use serde_json::{Map, Value as Json, json};

use super::numbers::{flat, number, rings, runs};
use crate::format::Format;
use crate::write::columns::is_integer;
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
    /// Members that COCO has no place for.
    pub lost: Vec<String>,
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
    /// Its own id, if it has one.
    pub id: Option<i64>,
    pub class: usize,
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
        let Feature::List { item } = &column.feature else { return None };
        let Feature::Struct { fields } = &**item else { return None };
        let named = |name: &str, fits: fn(&Feature) -> bool| {
            fields.iter().position(|f| f.name == name && fits(&f.feature))
        };
        let of = |fits: fn(&Feature) -> bool| fields.iter().position(|f| fits(&f.feature));
        let is_label = |f: &Feature| matches!(f, Feature::ClassLabel { .. });
        let is_f64 = |f: &Feature| *f == Feature::float64();
        let category = named("category", is_label).or_else(|| of(is_label))?;
        let members = Members {
            id: named("id", is_integer),
            category,
            category_id: named("category_id", is_integer),
            supercategory: named("supercategory", |f| *f == Feature::Text),
            bbox: of(|f| *f == Feature::Bbox),
            area: named("area", is_f64),
            iscrowd: named("iscrowd", |f| *f == Feature::Bool),
            polygon: of(|f| *f == Feature::Polygon),
            rle: of(|f| *f == Feature::Mask { encoding: MaskEncoding::Rle }),
            keypoints: of(|f| matches!(f, Feature::Keypoints { .. })),
            num_keypoints: named("num_keypoints", is_integer),
        };
        members.bbox.or(members.polygon).or(members.rle).or(members.keypoints)?;
        let Feature::ClassLabel { names, synsets } = &fields[category].feature else { return None };
        let points = members.keypoints.and_then(|k| match &fields[k].feature {
            Feature::Keypoints { names, skeleton } => {
                Some(Points { names: names.clone(), skeleton: skeleton.clone() })
            }
            _ => None,
        });
        Some(Self {
            at,
            column: column.name.clone(),
            names: names.clone(),
            synsets: synsets.clone(),
            points,
            lost: members.others(fields),
            members,
        })
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
            Some(Value::Int(n)) if (0..self.names.len() as i64).contains(n) => *n as usize,
            Some(Value::Null) => return Err("the object has no class, but COCO needs one".into()),
            other => {
                return Err(format!(
                    "expected a class number, found {}",
                    other.map_or("nothing", Value::kind)
                ));
            }
        };
        let mut body = Map::new();
        let bbox = get(m.bbox).map(|v| flat(v, BBOX.len())).transpose()?;
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
            (Some(other), _) => return Err(format!("iscrowd: expected a boolean, found {}", other.kind())),
            (None, None) => Some(0),
            (None, Some(_)) => None,
        };
        body.extend(crowd.map(|crowd| ("iscrowd".into(), json!(crowd))));
        body.extend(bbox.map(|bbox| ("bbox".into(), Json::Array(bbox))));
        Ok(Object {
            id: integer(get(m.id), "id")?,
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
    /// The names of the members that are none of these.
    fn others(&self, fields: &[StructField]) -> Vec<String> {
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
        let others = fields.iter().enumerate().filter(|(at, _)| !known.contains(&Some(*at)));
        others.map(|(_, field)| field.name.clone()).collect()
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
