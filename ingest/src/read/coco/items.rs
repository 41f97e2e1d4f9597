//! The elements of a COCO file's lists: an image, an annotation, a category, a licence.
//!
//! An element is read as a JSON object and taken apart member by member, so that an error names the member and what
//! was found in it. What is left are members that COCO doesn't define.

use serde_json::{Map, Value as Json};

use super::ids::Id;
use super::members::{flag, integer, item, list, number, numbers, string};
pub use crate::coco_members::ANNOTATION;

/// Members of an image that are not extra ones; `width` and `height` are facts of the image file.
pub const IMAGE: [&str; 8] =
    ["id", "file_name", "width", "height", "license", "coco_url", "flickr_url", "date_captured"];

/// Those of them that make an annotation one of an object, beside a caption.
pub const OBJECT: [&str; 4] = ["category_id", "bbox", "segmentation", "keypoints"];

type Members = Map<String, Json>;

#[derive(Clone, Debug)]
pub struct Category {
    pub id: Id,
    pub name: String,
    pub supercategory: Option<String>,
    /// The names of its keypoints.
    pub keypoints: Option<Vec<String>>,
    /// Pairs of keypoints to join, counted from 1.
    pub skeleton: Vec<(u32, u32)>,
    /// The WordNet synset, as LVIS writes it (`cat.n.01`).
    pub synset: Option<String>,
    /// The whole element.
    pub whole: Members,
}

/// A licence that images name by its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct License {
    pub id: Id,
    pub name: Option<String>,
    pub url: Option<String>,
    /// The whole element.
    pub whole: Members,
}

#[derive(Debug)]
pub struct Image {
    /// The file's path; of LVIS, which has none, the end of `coco_url` (`train2017/000000391895.jpg`).
    pub file_name: String,
    /// Whether that is the end of a URL, whose folder need not be there.
    pub is_of_url: bool,
    /// Width and height in pixels, as the annotations mean them.
    pub size: Option<(f64, f64)>,
    pub license: Option<Id>,
    pub coco_url: Option<String>,
    pub flickr_url: Option<String>,
    pub date_captured: Option<String>,
    pub extra: Members,
}

/// An annotation: of an object, or a caption, or both.
#[derive(Debug)]
pub struct Annotation {
    pub id: Option<Id>,
    pub category_id: Option<Id>,
    pub bbox: Option<Vec<f64>>,
    pub area: Option<f64>,
    pub iscrowd: Option<bool>,
    pub segmentation: Option<Segmentation>,
    pub keypoints: Option<Vec<f64>>,
    pub num_keypoints: Option<i64>,
    pub caption: Option<String>,
    pub extra: Members,
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
#[derive(Debug, PartialEq)]
pub struct Runs {
    /// Height and width in pixels.
    pub size: (i32, i32),
    pub counts: Counts,
}

/// Run lengths as a list, or as the COCO API's compressed string.
#[derive(Debug, PartialEq)]
pub enum Counts {
    List(Vec<u32>),
    Compressed(String),
}

impl Category {
    /// # Errors
    /// What is wrong with which member.
    pub fn new(whole: Members) -> Result<Self, String> {
        let id = Id::of(whole.get("id"))?.ok_or("member 'id' is missing")?;
        let about = |problem: String| format!("category {id}: {problem}");
        let name = string(&whole, "name").map_err(about)?;
        let name = name.ok_or_else(|| about("member 'name' is missing".to_owned()))?;
        let points = list(&whole, "keypoints", |value| match value {
            Json::String(text) => Ok(text.clone()),
            Json::Number(number) => Ok(number.to_string()),
            other => Err(format!("{other} is not a text")),
        });
        let pair = |value: &Json| match value {
            Json::Array(pair) if pair.len() == 2 => {
                Ok((integer(&pair[0]).and_then(unsigned)?, integer(&pair[1]).and_then(unsigned)?))
            }
            other => Err(format!("{other} is not a pair of keypoint numbers")),
        };
        Ok(Self {
            supercategory: string(&whole, "supercategory").map_err(about)?,
            keypoints: points.map_err(about)?,
            skeleton: list(&whole, "skeleton", pair).map_err(about)?.unwrap_or_default(),
            synset: whole.get("synset").and_then(Json::as_str).map(str::to_owned),
            id,
            name,
            whole,
        })
    }
}

impl License {
    /// # Errors
    /// What is wrong with which member.
    pub fn new(whole: Members) -> Result<Self, String> {
        Ok(Self {
            id: Id::of(whole.get("id"))?.ok_or("member 'id' is missing")?,
            name: string(&whole, "name")?,
            url: string(&whole, "url")?,
            whole,
        })
    }
}

impl Image {
    /// # Errors
    /// What is wrong with which member.
    pub fn new(mut members: Members) -> Result<Self, String> {
        let coco_url = string(&members, "coco_url")?;
        let written = string(&members, "file_name")?;
        let is_of_url = written.is_none();
        let file_name = match written {
            Some(name) => name,
            None => coco_url.as_deref().and_then(end_of_url).ok_or("member 'file_name' is missing")?,
        };
        let side = |name: &str| item(&members, name, number);
        let image = Self {
            file_name,
            is_of_url,
            size: side("width")?.zip(side("height")?),
            license: Id::of(members.get("license"))
                .map_err(|problem| format!("member 'license': {problem}"))?,
            flickr_url: string(&members, "flickr_url")?,
            date_captured: string(&members, "date_captured")?,
            coco_url,
            extra: Members::new(),
        };
        IMAGE.iter().for_each(|name| drop(members.shift_remove(*name)));
        Ok(Self { extra: members, ..image })
    }
}

impl Annotation {
    /// # Errors
    /// What is wrong with which member.
    pub fn new(mut members: Members) -> Result<Self, String> {
        let id = Id::of(members.get("id"))?;
        let read = |members: &Members| -> Result<Self, String> {
            Ok(Self {
                id: id.clone(),
                category_id: Id::of(members.get("category_id"))
                    .map_err(|problem| format!("member 'category_id': {problem}"))?,
                bbox: item(members, "bbox", numbers)?,
                area: item(members, "area", number)?,
                iscrowd: item(members, "iscrowd", flag)?,
                segmentation: item(members, "segmentation", Segmentation::of)?,
                keypoints: item(members, "keypoints", numbers)?,
                num_keypoints: item(members, "num_keypoints", integer)?,
                caption: string(members, "caption")?,
                extra: Members::new(),
            })
        };
        let annotation = read(&members).map_err(|problem| format!("{}: {problem}", named(id.as_ref())))?;
        ANNOTATION.iter().for_each(|name| drop(members.shift_remove(*name)));
        Ok(Self { extra: members, ..annotation })
    }

    /// Is it one of an object (and not of a caption alone)?
    pub fn is_object(&self) -> bool {
        self.caption.is_none()
            || self.category_id.is_some()
            || self.bbox.is_some()
            || self.segmentation.is_some()
            || self.keypoints.is_some()
    }
}

/// An annotation in a message.
pub fn named(id: Option<&Id>) -> String {
    id.map_or_else(|| "an annotation without an id".to_owned(), |id| format!("annotation {id}"))
}

impl Segmentation {
    fn of(value: &Json) -> Result<Self, String> {
        match value {
            // One ring, as some tools write it.
            Json::Array(items) if items.first().is_some_and(Json::is_number) => {
                Ok(Self::Polygons(vec![numbers(value)?]))
            }
            Json::Array(rings) => rings.iter().map(numbers).collect::<Result<_, _>>().map(Self::Polygons),
            Json::Object(runs) => Runs::of(runs).map(Self::Runs),
            other => {
                Err(format!("{other} is neither a list of polygons nor run lengths with 'counts' and 'size'"))
            }
        }
    }
}

impl Runs {
    fn of(members: &Members) -> Result<Self, String> {
        let size = match members.get("size") {
            Some(Json::Array(size)) if size.len() == 2 => size,
            other => return Err(format!("'size' is {}, expected [height, width]", shown(other))),
        };
        let side = |value: &Json| {
            let side = integer(value)?;
            i32::try_from(side).map_err(|_| format!("'size' is {side}, which is not a number of pixels"))
        };
        let counts = match members.get("counts") {
            Some(Json::String(text)) => Counts::Compressed(text.clone()),
            Some(Json::Array(counts)) => {
                Counts::List(counts.iter().map(|n| integer(n).and_then(unsigned)).collect::<Result<_, _>>()?)
            }
            other => {
                return Err(format!(
                    "'counts' is {}, expected a list of run lengths or a text",
                    shown(other)
                ));
            }
        };
        Ok(Self { size: (side(&size[0])?, side(&size[1])?), counts })
    }
}

fn shown(value: Option<&Json>) -> String {
    value.map_or_else(|| "missing".to_owned(), |value| value.to_string().chars().take(40).collect())
}

fn unsigned(number: i64) -> Result<u32, String> {
    u32::try_from(number).map_err(|_| format!("{number} is not a number from 0 on"))
}

/// The folder and name of the image file in a URL: `http://images.cocodataset.org/train2017/1.jpg`.
fn end_of_url(url: &str) -> Option<String> {
    let path =
        url.split_once("://").map_or(url, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let mut names = path.rsplit('/');
    let name = names.next().filter(|name| !name.is_empty())?;
    Some(names.next().map_or_else(|| name.to_owned(), |folder| format!("{folder}/{name}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn annotation(json: Json) -> Result<Annotation, String> {
        let Json::Object(members) = json else { panic!("{json}") };
        Annotation::new(members)
    }

    #[test]
    fn forms_that_tools_write_are_read() {
        let read =
            annotation(json!({"id": "7", "iscrowd": "0", "segmentation": [1, 2, 3, 4, 5, 6], "score": 1}));
        let read = read.unwrap();
        assert_eq!((read.id, read.iscrowd), (Some(Id::Number(7)), Some(false)));
        assert_eq!(read.segmentation, Some(Segmentation::Polygons(vec![vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]])));
        assert_eq!(Json::Object(read.extra), json!({"score": 1}));
        let crowd = |value: Json| annotation(json!({ "iscrowd": value })).unwrap().iscrowd;
        assert_eq!(crowd(json!(true)), Some(true));
        assert_eq!(crowd(json!(1.0)), Some(true));
        assert_eq!(crowd(json!(null)), None);
    }

    #[test]
    fn errors_name_the_member_and_what_was_found() {
        for (json, expected) in [
            (json!({"id": 5, "iscrowd": "x"}), "annotation 5: member 'iscrowd': \"x\" is not 0 or 1"),
            (json!({"id": 5, "bbox": [1, "2"]}), "annotation 5: member 'bbox': \"2\" is not a number"),
            (json!({"bbox": {}}), "an annotation without an id: member 'bbox': {} is not a list of numbers"),
            (
                json!({"id": 5, "segmentation": {"size": [1], "counts": ""}}),
                "annotation 5: member 'segmentation': 'size' is [1], expected [height, width]",
            ),
            (
                json!({"id": 5, "segmentation": {"size": [1, 1]}}),
                "annotation 5: member 'segmentation': 'counts' is missing, expected a list of run lengths or a text",
            ),
            (json!({"id": 5, "category_id": [1]}), "annotation 5: member 'category_id': [1] is not an id"),
        ] {
            let error = annotation(json).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn a_file_without_a_name_is_found_by_its_url() {
        let name = |url: &str| end_of_url(url);
        assert_eq!(name("http://images.cocodataset.org/train2017/1.jpg").as_deref(), Some("train2017/1.jpg"));
        assert_eq!(name("https://host/1.jpg?x=/2").as_deref(), Some("1.jpg"));
        assert_eq!(name("https://host/"), None);
    }
}
