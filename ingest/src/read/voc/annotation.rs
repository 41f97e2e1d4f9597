//! VOC's XML, typed: one file an image.
//!
//! Beside VOC's own members are read: the polygons that Roboflow (`<polygon><x1>…<y1>…`) and LabelMe
//! (`<polygon><pt><x>…<y>…`) write, the turned boxes of roLabelImg (`robndbox`), the attributes of CVAT. What is none
//! of these is kept under its own name.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::{Map, Value as Json};

use super::encoding::decode;
use super::xml::Element;

/// The longest file taken; real ones are a few kilobytes.
const MAX_BYTES: u64 = 8 << 20;

/// Members of an image that are known from its file, or read as something else.
const IMAGE: [&str; 5] = ["object", "folder", "filename", "path", "size"];

/// Members of an object that have a place of their own.
const OBJECT: [&str; 9] =
    ["name", "pose", "truncated", "difficult", "occluded", "bndbox", "robndbox", "polygon", "part"];

/// What is kept of a file.
#[derive(Debug)]
pub struct Annotation {
    pub objects: Vec<Object>,
    /// Width and height of the image in pixels, as the annotations mean them.
    pub size: Option<(f64, f64)>,
    pub extra: Map<String, Json>,
}

/// An object. Texts are taken apart later, so that an error can name them.
#[derive(Debug)]
pub struct Object {
    pub name: String,
    pub pose: Option<String>,
    pub truncated: Option<String>,
    pub difficult: Option<String>,
    pub occluded: Option<String>,
    pub bndbox: Option<Corners>,
    pub rotated: Option<Element>,
    pub polygons: Vec<Element>,
    pub parts: Vec<Part>,
    pub extra: Map<String, Json>,
}

/// A part of a person: head, hand, foot.
#[derive(Debug)]
pub struct Part {
    pub name: String,
    pub bndbox: Option<Corners>,
}

/// The first and the last pixel of a box, counted from 1.
#[derive(Debug)]
pub struct Corners(Element);

impl Annotation {
    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong with it, in a clause.
    pub fn read(path: &Path) -> Result<Self, String> {
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(|e| format!("can't be opened: {e}"))?;
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|e| format!("can't be read: {e}"))?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(format!("longer than {MAX_BYTES} bytes"));
        }
        let root = Element::parse(&decode(&bytes)?)?;
        if root.name != "annotation" {
            return Err(format!(
                "not Pascal VOC: the root element is '{}', expected 'annotation'",
                root.name
            ));
        }
        let side = |name: &str| root.child("size")?.text_of(name)?.parse::<f64>().ok();
        let objects = root.all("object").enumerate();
        let objects = objects.map(|(at, object)| Object::new(object, at)).collect::<Result<_, _>>()?;
        Ok(Self { objects, size: side("width").zip(side("height")), extra: extra(&root, &IMAGE) })
    }
}

impl Object {
    fn new(element: &Element, at: usize) -> Result<Self, String> {
        let text = |name: &str| element.text_of(name).map(str::to_owned);
        let mut extra = extra(element, &OBJECT);
        if let Some(attributes) = element.child("attributes").and_then(attributes) {
            extra.insert("attributes".to_owned(), attributes);
        }
        let part = |part: &Element| Part {
            name: part.text_of("name").unwrap_or_default().to_owned(),
            bndbox: part.child("bndbox").cloned().map(Corners),
        };
        Ok(Self {
            name: text("name").ok_or_else(|| format!("object {} has no name", at + 1))?,
            pose: text("pose"),
            truncated: text("truncated"),
            difficult: text("difficult"),
            occluded: text("occluded"),
            bndbox: element.child("bndbox").cloned().map(Corners),
            rotated: element.child("robndbox").cloned(),
            polygons: element
                .all("polygon")
                .filter(|polygon| !polygon.children.is_empty())
                .cloned()
                .collect(),
            parts: element.all("part").map(part).collect(),
            extra,
        })
    }
}

/// The children that are not among those known, by their names.
fn extra(element: &Element, known: &[&str]) -> Map<String, Json> {
    let rest = Element {
        name: String::new(),
        text: String::new(),
        children: element.children.iter().filter(|c| !known.contains(&c.name.as_str())).cloned().collect(),
    };
    match rest.json() {
        Json::Object(members) => members,
        _ => Map::new(),
    }
}

/// CVAT's list of names and values as an object.
fn attributes(element: &Element) -> Option<Json> {
    let pair = |attribute: &Element| {
        Some((
            attribute.text_of("name")?.to_owned(),
            attribute.child("value").map_or(Json::Null, Element::json),
        ))
    };
    let is_list =
        !element.children.is_empty() && element.children.iter().all(|child| child.name == "attribute");
    let pairs = element.children.iter().map(pair).collect::<Option<Map<_, _>>>();
    pairs.filter(|_| is_list).map(Json::Object)
}

fn number(element: &Element, name: &str) -> Result<f64, String> {
    let text = element.text_of(name).ok_or_else(|| format!("{name} is missing in {}", element.name))?;
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err(format!("{name} is '{text}', expected a number")),
    }
}

impl Corners {
    /// x, y, width, height, counted from 0.
    ///
    /// # Errors
    /// A corner is missing or not a number.
    pub fn to_box(&self) -> Result<[f64; 4], String> {
        let [x, y, right, bottom] = ["xmin", "ymin", "xmax", "ymax"].map(|name| number(&self.0, name));
        let (x, y) = (x?, y?);
        Ok([x - 1.0, y - 1.0, right? - x + 1.0, bottom? - y + 1.0])
    }
}

/// A box that is turned about its middle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rotated {
    pub cx: f64,
    pub cy: f64,
    pub width: f64,
    pub height: f64,
    /// In radians, from the x axis towards the y axis.
    pub angle: f64,
}

impl Rotated {
    /// # Errors
    /// A member is missing or not a number.
    pub fn of(element: &Element) -> Result<Self, String> {
        let number = |name: &str| number(element, name);
        Ok(Self {
            cx: number("cx")?,
            cy: number("cy")?,
            width: number("w")?,
            height: number("h")?,
            angle: number("angle")?,
        })
    }

    /// The smallest upright box around it: x, y, width, height.
    pub fn around(&self) -> [f64; 4] {
        let (sin, cos) = (self.angle.sin().abs(), self.angle.cos().abs());
        let (width, height) = (self.width * cos + self.height * sin, self.width * sin + self.height * cos);
        [self.cx - width / 2.0, self.cy - height / 2.0, width, height]
    }
}

/// The points of a polygon, x and y as they are written.
///
/// # Errors
/// It is written in no known way, or a coordinate is not a number.
pub fn ring(polygon: &Element) -> Result<Vec<[f64; 2]>, String> {
    let pairs: Vec<&Element> = polygon
        .children
        .iter()
        .filter(|child| child.child("x").is_some() && child.child("y").is_some())
        .collect();
    if !pairs.is_empty() {
        return pairs.into_iter().map(|pair| Ok([number(pair, "x")?, number(pair, "y")?])).collect();
    }
    let mut points = Vec::new();
    while polygon.child(&format!("x{}", points.len() + 1)).is_some() {
        let n = points.len() + 1;
        points.push([number(polygon, &format!("x{n}"))?, number(polygon, &format!("y{n}"))?]);
    }
    match points.is_empty() {
        true => Err("a polygon without points; expected x1, y1, x2, y2, … or points of x and y".to_owned()),
        false => Ok(points),
    }
}
