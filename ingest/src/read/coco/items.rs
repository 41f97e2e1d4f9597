//! What stands in a COCO file, as far as it is kept.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};

#[derive(Clone, Debug, Deserialize)]
pub struct Category {
    pub id: i64,
    pub name: String,
    #[serde(default)]
    pub supercategory: Option<String>,
    /// The names of its keypoints.
    #[serde(default)]
    pub keypoints: Option<Vec<String>>,
    /// Pairs of keypoints to join, counted from 1.
    #[serde(default)]
    pub skeleton: Option<Vec<(u32, u32)>>,
}

/// A licence that images name by its number.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct License {
    pub id: i64,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub url: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Image {
    pub id: i64,
    pub file_name: String,
    #[serde(default)]
    pub license: Option<i64>,
    #[serde(default)]
    pub coco_url: Option<String>,
    #[serde(default)]
    pub flickr_url: Option<String>,
    #[serde(default)]
    pub date_captured: Option<Lenient>,
}

/// An annotation: of an object, or a caption.
#[derive(Debug, Deserialize)]
pub struct Annotation {
    pub id: i64,
    #[serde(default)]
    pub category_id: Option<i64>,
    #[serde(default)]
    pub bbox: Option<Vec<f64>>,
    #[serde(default)]
    pub area: Option<f64>,
    #[serde(default)]
    pub iscrowd: Option<Flag>,
    #[serde(default)]
    pub segmentation: Option<Segmentation>,
    #[serde(default)]
    pub keypoints: Option<Vec<f64>>,
    #[serde(default)]
    pub num_keypoints: Option<i64>,
    #[serde(default)]
    pub caption: Option<String>,
}

/// A text that some tools write as a number.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Lenient {
    Text(String),
    Number(serde_json::Number),
}

impl fmt::Display for Lenient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
        }
    }
}

/// A yes or no that COCO writes as 0 and 1.
#[derive(Clone, Copy, Debug)]
pub struct Flag(pub bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Bool(bool),
            Number(f64),
        }
        match Form::deserialize(json)? {
            Form::Bool(yes) => Ok(Self(yes)),
            Form::Number(0.0) => Ok(Self(false)),
            Form::Number(1.0) => Ok(Self(true)),
            Form::Number(other) => Err(D::Error::custom(format!("expected 0 or 1, found {other}"))),
        }
    }
}

/// The outline of an object.
#[derive(Debug, PartialEq)]
pub enum Segmentation {
    /// Rings; each is x, y, x, y, …
    Polygons(Vec<Vec<f64>>),
    /// Run-length encoding, compressed or not.
    Runs(Runs),
}

/// Run lengths as they stand in the file.
#[derive(Debug, PartialEq, Deserialize)]
pub struct Runs {
    pub size: (i32, i32),
    pub counts: Counts,
}

/// Run lengths as a list, or as the COCO API's compressed string.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Counts {
    List(Vec<u32>),
    Compressed(String),
}

/// Told apart by the first character, so that nothing is parsed twice.
impl<'de> Deserialize<'de> for Segmentation {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(SegmentationVisitor)
    }
}

struct SegmentationVisitor;

impl<'de> Visitor<'de> for SegmentationVisitor {
    type Value = Segmentation;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of polygons, or run lengths with 'counts' and 'size'")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Segmentation, A::Error> {
        let mut rings = Vec::new();
        while let Some(ring) = list.next_element()? {
            rings.push(ring);
        }
        Ok(Segmentation::Polygons(rings))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Segmentation, A::Error> {
        Runs::deserialize(MapAccessDeserializer::new(map)).map(Segmentation::Runs)
    }
}
