//! Objects drawn over a picture, as SVG in the picture's own pixels.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::Value as Json;

use crate::views::columns;
use crate::views::shapes::{Object, Point};

/// The picture's longest side is this many times the height of a label's text.
const TEXT_PART: f64 = 52.0;
/// The width of a letter for its height.
const LETTER: f64 = 0.55;
/// A picture whose longest side is shorter is drawn with square pixels.
const SMALL: f64 = 200.0;

/// A picture with what is drawn over it.
#[derive(Clone, Debug)]
pub struct Drawing {
    pub width: String,
    pub height: String,
    pub is_small: bool,
    pub shapes: Vec<Shape>,
}

/// What is drawn of one object.
#[derive(Clone, Debug)]
pub struct Shape {
    /// The class of its colour.
    pub class: String,
    pub label: String,
    /// x, y, width, height.
    pub bbox: Option<[String; 4]>,
    /// Points of each outline.
    pub rings: Vec<String>,
    pub bones: Vec<[String; 4]>,
    /// x, y, and whether it is seen.
    pub joints: Vec<(String, String, bool)>,
    pub tag: Option<LabelTag>,
}

/// A label beside its box.
#[derive(Clone, Debug)]
pub struct LabelTag {
    pub x: String,
    pub y: String,
    pub width: String,
    pub height: String,
    pub text_x: String,
    pub text_y: String,
    pub font: String,
    pub radius: String,
}

/// An object in the list beside the picture.
#[derive(Clone, Debug)]
pub struct Swatch {
    pub class: String,
    pub label: String,
    pub size: String,
}

impl Swatch {
    pub fn of(object: &Object, ranks: &HashMap<String, usize>) -> Self {
        Self { class: colour(object, ranks), label: object.label.clone(), size: object.size() }
    }
}

/// The rank of each class by how often it occurs: its colour.
pub fn ranks(stats: &Json) -> HashMap<String, usize> {
    let mut classes: Vec<(u64, String)> = Vec::new();
    for label in columns::labels(stats) {
        classes.extend(label.classes.into_iter().map(|class| (class.count, class.name)));
    }
    classes.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let mut ranks = HashMap::new();
    for (_, name) in classes {
        let next = ranks.len();
        ranks.entry(name).or_insert(next);
    }
    ranks
}

fn colour(object: &Object, ranks: &HashMap<String, usize>) -> String {
    let rank = ranks.get(&object.label).copied();
    let rank = rank.unwrap_or_else(|| object.class.unwrap_or(0) as usize);
    format!("c{}", rank % 8 + 1)
}

fn px(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl Drawing {
    /// The drawing of a picture, whose value has its width and height; `None` if they are not known.
    pub fn of(media: &Json, objects: &[Object], ranks: &HashMap<String, usize>) -> Option<Self> {
        let (width, height) = dimensions(media)?;
        let shapes = objects.iter().map(|object| Shape::of(object, (width, height), colour(object, ranks)));
        Some(Self {
            width: px(width),
            height: px(height),
            is_small: width.max(height) < SMALL,
            shapes: shapes.collect(),
        })
    }
}

/// The width and height as the picture is seen: turned, if its orientation says so.
fn dimensions(media: &Json) -> Option<(f64, f64)> {
    let known = media["width"].as_f64().zip(media["height"].as_f64());
    let (width, height) = known.or_else(|| of_shape(media["shape"].as_array()?))?;
    let is_turned = media["orientation"].as_u64().is_some_and(|orientation| (5..=8).contains(&orientation));
    let (width, height) = if is_turned { (height, width) } else { (width, height) };
    (width >= 1.0 && height >= 1.0).then_some((width, height))
}

/// Of raw pixels: height and width, with channels before or behind them.
fn of_shape(shape: &[Json]) -> Option<(f64, f64)> {
    let lengths: Vec<f64> = shape.iter().filter_map(Json::as_f64).collect();
    match lengths.as_slice() {
        [height, width] => Some((*width, *height)),
        [height, width, channels] if *channels <= 4.0 => Some((*width, *height)),
        [_, height, width] => Some((*width, *height)),
        _ => None,
    }
}

impl Shape {
    fn of(object: &Object, (width, height): (f64, f64), class: String) -> Self {
        let ring = |ring: &Vec<Point>| {
            ring.iter().fold(String::new(), |mut text, (x, y)| {
                let _ = write!(text, "{},{} ", px(*x), px(*y));
                text
            })
        };
        let bone = |((ax, ay), (bx, by)): &(Point, Point)| [px(*ax), px(*ay), px(*bx), px(*by)];
        Self {
            label: object.label.clone(),
            bbox: object.bbox.map(|(x, y, w, h)| [px(x), px(y), px(w.max(0.0)), px(h.max(0.0))]),
            rings: object.rings.iter().map(ring).collect(),
            bones: object.bones.iter().map(bone).collect(),
            joints: object.joints.iter().map(|((x, y), seen)| (px(*x), px(*y), *seen)).collect(),
            tag: object.bbox.map(|(x, y, ..)| LabelTag::of(&object.label, (x, y), (width, height))),
            class,
        }
    }
}

impl LabelTag {
    /// Above the box, or in it where there is no room above.
    fn of(label: &str, (x, y): Point, (width, height): Point) -> Self {
        let font = width.max(height) / TEXT_PART;
        let (tall, pad) = (font * 1.5, font * 0.45);
        let wide = label.chars().count() as f64 * font * LETTER + 2.0 * pad;
        let x = x.clamp(0.0, (width - wide).max(0.0));
        let y = if y >= tall { y - tall } else { y.max(0.0) };
        Self {
            text_x: px(x + pad),
            text_y: px(y + font * 1.12),
            x: px(x),
            y: px(y),
            width: px(wide),
            height: px(tall),
            font: px(font),
            radius: px(font * 0.3),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_drawing_is_in_the_pixels_of_its_picture() {
        let object = Object {
            label: "dog".into(),
            class: Some(1),
            bbox: Some((10.0, 2.0, 30.5, 40.0)),
            rings: vec![vec![(0.0, 0.0), (8.0, 0.25)]],
            ..Object::default()
        };
        let stats = json!({ "columns": [{ "name": "label", "feature": "x", "labels": [{ "path": "label", "classes": [
            { "name": "cat", "count": 1 }, { "name": "dog", "count": 9 }] }] }] });
        let ranks = ranks(&stats);
        let drawing =
            Drawing::of(&json!({ "width": 640, "height": 480 }), std::slice::from_ref(&object), &ranks)
                .unwrap();
        let shape = &drawing.shapes[0];
        assert_eq!((drawing.width.as_str(), drawing.is_small, shape.class.as_str()), ("640", false, "c1"));
        assert_eq!(shape.bbox, Some(["10".into(), "2".into(), "30.5".into(), "40".into()]));
        assert_eq!(shape.rings, ["0,0 8,0.25 "]);
        // No room above: the label is in the box.
        assert_eq!(shape.tag.as_ref().unwrap().y, "2");
        assert!(Drawing::of(&json!({}), &[object], &ranks).is_none());
    }

    #[test]
    fn turned_pictures_and_raw_pixels_have_their_size() {
        assert_eq!(dimensions(&json!({ "width": 4, "height": 3, "orientation": 6 })), Some((3.0, 4.0)));
        assert_eq!(dimensions(&json!({ "shape": [28, 20] })), Some((20.0, 28.0)));
        assert_eq!(dimensions(&json!({ "shape": [3, 28, 20] })), Some((20.0, 28.0)));
        assert_eq!(dimensions(&json!({ "shape": [28, 20, 3] })), Some((20.0, 28.0)));
    }
}
