//! What is drawn over a picture: boxes, outlines and keypoints, found in the values of a row by their types.

use hub_schema::{Feature, Field};
use serde_json::{Map, Value as Json};

/// Shapes of a picture that are looked for, at most.
const MAX_OBJECTS: usize = 500;
/// Of all frames of a video.
const MAX_IN_VIDEO: usize = 20_000;

/// A point in pixels of the picture.
pub type Point = (f64, f64);

/// An object in a picture, in pixels from its top left corner.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// The class, else the name of the column.
    pub label: String,
    /// The number of the class.
    pub class: Option<u64>,
    /// x, y, width, height.
    pub bbox: Option<(f64, f64, f64, f64)>,
    pub rings: Vec<Vec<Point>>,
    /// The points that are labelled; false for those that are hidden.
    pub joints: Vec<(Point, bool)>,
    pub bones: Vec<(Point, Point)>,
    /// The frame of a video that it is on, from 0: the number `frame` beside it.
    pub frame: Option<u64>,
}

impl Object {
    fn has_shape(&self) -> bool {
        self.bbox.is_some() || !self.rings.is_empty() || !self.joints.is_empty()
    }

    /// `61 × 113`.
    pub fn size(&self) -> String {
        self.bbox.map_or_else(String::new, |(_, _, w, h)| {
            format!("{} × {}", super::words::float(w.round()), super::words::float(h.round()))
        })
    }
}

/// The objects of a row: those of all its columns, with the names of the columns.
pub fn objects(fields: &[&Field], values: &Map<String, Json>) -> Vec<Object> {
    objects_up_to(fields, values, MAX_OBJECTS)
}

/// The objects of all frames of a video.
pub fn objects_of_frames(fields: &[&Field], values: &Map<String, Json>) -> Vec<Object> {
    objects_up_to(fields, values, MAX_IN_VIDEO)
}

fn objects_up_to(fields: &[&Field], values: &Map<String, Json>, most: usize) -> Vec<Object> {
    let mut found = Vec::new();
    for field in fields {
        if let Some(value) = values.get(&field.name) {
            items(&field.feature, value, (&field.name, most), &mut found);
        }
    }
    found.truncate(most);
    found
}

/// The types that objects are made of.
fn is_shape(feature: &Feature) -> bool {
    match feature {
        Feature::Bbox | Feature::Polygon | Feature::Keypoints { .. } => true,
        Feature::Struct { fields } => fields.iter().any(|field| is_shape(&field.feature)),
        Feature::List { item } => is_shape(item),
        _ => false,
    }
}

fn items(feature: &Feature, value: &Json, (column, most): (&str, usize), found: &mut Vec<Object>) {
    if !is_shape(feature) || found.len() >= most {
        return;
    }
    if let (Feature::List { item }, Json::Array(values)) = (feature, value) {
        values.iter().for_each(|value| items(item, value, (column, most), found));
        return;
    }
    let mut object = Object::default();
    fill(feature, value, &mut object);
    if object.has_shape() {
        if object.label.is_empty() {
            object.label = column.to_owned();
        }
        found.push(object);
    }
}

fn fill(feature: &Feature, value: &Json, object: &mut Object) {
    match feature {
        Feature::Struct { fields } => {
            for field in fields {
                if let Some(member) = value.get(&field.name) {
                    if field.name == "frame" && matches!(field.feature, Feature::Number { .. }) {
                        object.frame = member.as_u64();
                    }
                    fill(&field.feature, member, object);
                }
            }
        }
        Feature::ClassLabel { .. } => {
            object.class = value["value"].as_u64();
            let name = value["name"].as_str().map(str::to_owned);
            object.label = name.or_else(|| object.class.map(|class| class.to_string())).unwrap_or_default();
        }
        Feature::Bbox => {
            let side = |key: &str| value[key].as_f64();
            if let (Some(x), Some(y), Some(w), Some(h)) =
                (side("x"), side("y"), side("width"), side("height"))
            {
                object.bbox = Some((x, y, w, h));
            }
        }
        Feature::Polygon => {
            let rings = value.as_array().into_iter().flatten();
            object.rings.extend(rings.map(ring).filter(|ring| ring.len() > 1));
        }
        Feature::Keypoints { skeleton, .. } => keypoints(skeleton, value, object),
        _ => {}
    }
}

fn point(value: &Json) -> Option<Point> {
    value["x"].as_f64().zip(value["y"].as_f64())
}

fn ring(value: &Json) -> Vec<Point> {
    value.as_array().into_iter().flatten().filter_map(point).collect()
}

fn keypoints(skeleton: &[(u32, u32)], value: &Json, object: &mut Object) {
    let points: Vec<Option<(Point, bool)>> = value
        .as_array()
        .into_iter()
        .flatten()
        .map(|item| {
            let visibility = item["visibility"].as_u64().unwrap_or(0);
            point(item).filter(|_| visibility > 0).map(|point| (point, visibility > 1))
        })
        .collect();
    let at = |i: u32| points.get(i as usize).copied().flatten().map(|(point, _)| point);
    object.bones.extend(skeleton.iter().filter_map(|(a, b)| at(*a).zip(at(*b))));
    object.joints.extend(points.iter().flatten());
}

#[cfg(test)]
mod tests {
    use hub_schema::Schema;
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_are_found_by_their_types() {
        let object = Feature::structure([
            ("bbox", Feature::Bbox),
            ("category", Feature::labels(["cat", "dog"])),
            ("outline", Feature::Polygon),
            (
                "points",
                Feature::Keypoints {
                    names: vec!["a".into(), "b".into(), "c".into()],
                    skeleton: vec![(0, 1), (1, 2)],
                },
            ),
        ]);
        let schema = Schema::new([
            ("objects", Feature::list(object)),
            ("face", Feature::Bbox),
            ("n", Feature::int64()),
        ])
        .unwrap();
        let fields: Vec<&Field> = schema.fields.iter().collect();
        let values = json!({
            "objects": [
                { "bbox": { "x": 1.0, "y": 2.0, "width": 3.0, "height": 4.0 }, "category": { "value": 1, "name": "dog" },
                  "outline": [[{ "x": 0.0, "y": 0.0 }, { "x": 8.0, "y": 0.0 }, { "x": 4.0, "y": 6.5 }]],
                  "points": [{ "x": 1.0, "y": 1.0, "visibility": 2 }, { "x": 2.0, "y": 2.0, "visibility": 1 },
                             { "x": 0.0, "y": 0.0, "visibility": 0 }] },
                { "bbox": null, "category": { "value": 0, "name": "cat" }, "outline": null, "points": null },
            ],
            "face": { "x": 5.0, "y": 5.0, "width": 1.0, "height": 1.0 },
            "n": 3,
        });
        let found = objects(&fields, values.as_object().unwrap());
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].label.as_str(), found[0].class, found[0].bbox),
            ("dog", Some(1), Some((1.0, 2.0, 3.0, 4.0)))
        );
        assert_eq!((found[0].rings[0].len(), found[0].size().as_str()), (3, "3 × 4"));
        assert_eq!(found[0].joints, [((1.0, 1.0), true), ((2.0, 2.0), false)]);
        assert_eq!(found[0].bones, [((1.0, 1.0), (2.0, 2.0))]);
        assert_eq!((found[1].label.as_str(), found[1].bbox), ("face", Some((5.0, 5.0, 1.0, 1.0))));
    }

    #[test]
    fn boxes_of_a_video_have_their_frames() {
        let object = Feature::structure([("frame", Feature::int64()), ("box", Feature::Bbox)]);
        let schema = Schema::new([("tracks", Feature::list(object))]).unwrap();
        let fields: Vec<&Field> = schema.fields.iter().collect();
        let item =
            |frame: u64| json!({ "frame": frame, "box": { "x": frame, "y": 0, "width": 2, "height": 2 } });
        let values = json!({ "tracks": (0..600).map(item).collect::<Vec<_>>() });
        let found = objects_of_frames(&fields, values.as_object().unwrap());
        assert_eq!((found.len(), found[599].frame), (600, Some(599)));
        assert_eq!(objects(&fields, values.as_object().unwrap()).len(), 500);
    }
}
