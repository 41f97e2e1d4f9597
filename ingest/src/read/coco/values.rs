//! An image and its annotations as the values of a sample.

use hub_dataset::sample::{Media, Value};
use serde_json::Map;

use super::columns::{ExtraColumns, Tables};
use super::ids::Id;
use super::index::Present;
use super::items::{Annotation, Counts, Image, Runs, Segmentation, named};
use super::rle;
use crate::read::extras;
use crate::read::orientation::Turn;

/// What the columns of a row are.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    pub tables: &'a Tables,
    pub present: &'a Present,
    pub extra: &'a ExtraColumns,
}

impl Row<'_> {
    /// The values of an image, in the order of [`Tables::columns`]. `annotations` stand in the order of the files;
    /// `turn`: how the upright image that they mean is turned to the stored one, where these differ.
    ///
    /// # Errors
    /// What is wrong with which annotation.
    pub fn values(
        self,
        id: Id,
        image: Image,
        picture: Media,
        annotations: Vec<Annotation>,
        turn: Option<&Turn>,
    ) -> Result<Vec<Value>, String> {
        let Self { tables, present, extra } = self;
        let mut captions = Vec::new();
        let mut objects = Vec::with_capacity(annotations.len());
        for mut annotation in annotations {
            let is_object = annotation.is_object();
            if let Some(caption) = annotation.caption.take() {
                // Of an object with a caption, the other members are the object's.
                let own = if is_object { Map::new() } else { std::mem::take(&mut annotation.extra) };
                captions.push(self.caption(annotation.id.as_ref(), caption, own)?);
                if !is_object {
                    continue;
                }
            }
            objects.push(annotation);
        }
        let text = |text: Option<String>| text.map_or(Value::Null, Value::Text);
        let mut values = vec![Value::Media(picture), id.value(present.text_image_ids)];
        if present.license {
            values.push(license(tables, image.license));
        }
        let texts = [
            (present.coco_url, image.coco_url),
            (present.flickr_url, image.flickr_url),
            (present.date_captured, image.date_captured),
        ];
        values.extend(texts.into_iter().filter(|(there, _)| *there).map(|(_, t)| text(t)));
        if !tables.classes.is_empty() {
            values.push(Value::List(self.merged(objects, turn)?));
        } else if let Some(object) = objects.first() {
            return Err(format!(
                "{}: it has no caption, and the file has no 'categories' for objects",
                named(object.id.as_ref())
            ));
        }
        if present.captions {
            values.push(Value::List(captions));
        }
        values.extend(extras::values(&extra.images, image.extra)?);
        Ok(values)
    }

    fn caption(
        self,
        id: Option<&Id>,
        caption: String,
        extra: Map<String, serde_json::Value>,
    ) -> Result<Value, String> {
        let mut members = vec![self.annotation_id(id), Value::Text(caption)];
        let extra = extras::values(&self.extra.captions, extra);
        members.extend(extra.map_err(|problem| format!("{}: {problem}", named(id)))?);
        Ok(Value::Struct(members))
    }

    fn annotation_id(self, id: Option<&Id>) -> Value {
        id.map_or(Value::Null, |id| id.value(self.present.text_annotation_ids))
    }

    /// Objects; those of one id, which come from different files, as one: the later adds what the earlier lacks.
    fn merged(self, annotations: Vec<Annotation>, turn: Option<&Turn>) -> Result<Vec<Value>, String> {
        let mut objects: Vec<Annotation> = Vec::with_capacity(annotations.len());
        for annotation in annotations {
            match objects.iter_mut().find(|o| o.id.is_some() && o.id == annotation.id) {
                Some(known) => {
                    known.keypoints = known.keypoints.take().or(annotation.keypoints);
                    known.num_keypoints = known.num_keypoints.or(annotation.num_keypoints);
                    for (name, value) in annotation.extra {
                        known.extra.entry(name).or_insert(value);
                    }
                }
                None => objects.push(annotation),
            }
        }
        let object = |a: Annotation| {
            let name = named(a.id.as_ref());
            self.object(a, turn).map_err(|problem| format!("{name}: {problem}"))
        };
        objects.into_iter().map(object).collect()
    }

    fn object(self, a: Annotation, turn: Option<&Turn>) -> Result<Value, String> {
        let category = a.category_id.ok_or("category_id is missing")?;
        let class = self
            .tables
            .classes
            .get(&category)
            .ok_or_else(|| format!("category {category} is not in the file's 'categories'"))?;
        let (segmentation, rle) = match a.segmentation {
            None => (Value::Null, Value::Null),
            Some(Segmentation::Polygons(rings)) => (polygon(rings, turn)?, Value::Null),
            Some(Segmentation::Runs(runs)) => (Value::Null, mask(runs, turn)?),
        };
        let mut members = vec![
            self.annotation_id(a.id.as_ref()),
            Value::Int(class.number),
            category.value(false),
            class.supercategory.as_ref().map_or(Value::Null, Value::text),
            bbox(a.bbox.unwrap_or_default(), turn)?,
            a.area.map_or(Value::Null, Value::Float),
            a.iscrowd.map_or(Value::Null, Value::Bool),
            segmentation,
            rle,
        ];
        if self.present.keypoints {
            members.push(a.keypoints.map_or(Ok(Value::Null), |numbers| keypoints(numbers, turn))?);
            members.push(a.num_keypoints.map_or(Value::Null, Value::Int));
        }
        members.extend(extras::values(&self.extra.objects, a.extra)?);
        Ok(Value::Struct(members))
    }
}

fn license(tables: &Tables, id: Option<Id>) -> Value {
    let Some(id) = id else { return Value::Null };
    let known = tables.licenses.get(&id);
    let text = |t: Option<&String>| t.map_or(Value::Null, Value::text);
    Value::Struct(vec![
        id.value(false),
        text(known.and_then(|l| l.name.as_ref())),
        text(known.and_then(|l| l.url.as_ref())),
    ])
}

/// Four numbers; none at all is not a box.
fn bbox(numbers: Vec<f64>, turn: Option<&Turn>) -> Result<Value, String> {
    match <[f64; 4]>::try_from(numbers) {
        Ok(numbers) => Ok(Value::bbox(turn.map_or(numbers, |turn| turn.bbox(numbers)))),
        Err(none) if none.is_empty() => Ok(Value::Null),
        Err(other) => Err(format!("bbox has {} numbers, expected 4: x, y, width, height", other.len())),
    }
}

fn polygon(rings: Vec<Vec<f64>>, turn: Option<&Turn>) -> Result<Value, String> {
    let ring = |ring: Vec<f64>| {
        let (points, rest) = ring.as_chunks::<2>();
        if !rest.is_empty() {
            return Err(format!("a polygon has {} numbers, expected pairs of x and y", ring.len()));
        }
        let point = |point: &[f64; 2]| {
            let [x, y] = turn.map_or(*point, |turn| turn.point(*point));
            Value::Struct(vec![Value::Float(x), Value::Float(y)])
        };
        Ok(Value::List(points.iter().map(point).collect()))
    };
    rings.into_iter().map(ring).collect::<Result<_, _>>().map(Value::List)
}

fn mask(runs: Runs, turn: Option<&Turn>) -> Result<Value, String> {
    let (height, width) = runs.size;
    let counts = match runs.counts {
        Counts::List(counts) => counts,
        Counts::Compressed(text) => rle::decompress(&text)?,
    };
    rle::check(&counts, height, width)?;
    let (counts, height, width) = match turn {
        Some(turn) => turn.runs(&counts, height, width)?,
        None => (counts, height, width),
    };
    let counts = counts.into_iter().map(|c| Value::Int(c.into())).collect();
    Ok(Value::Struct(vec![Value::Int(height.into()), Value::Int(width.into()), Value::List(counts)]))
}

fn keypoints(numbers: Vec<f64>, turn: Option<&Turn>) -> Result<Value, String> {
    let (points, rest) = numbers.as_chunks::<3>();
    if !rest.is_empty() {
        return Err(format!("keypoints has {} numbers, expected x, y, visibility for each", numbers.len()));
    }
    let point = |[x, y, v]: &[f64; 3]| {
        if v.fract() != 0.0 || !(0.0..=2.0).contains(v) {
            return Err(format!("a keypoint's visibility is {v}, expected 0, 1 or 2"));
        }
        // A point that is not labelled is (0, 0) in every frame.
        let turn = turn.filter(|_| *v > 0.0 || *x != 0.0 || *y != 0.0);
        let [x, y] = turn.map_or([*x, *y], |turn| turn.point([*x, *y]));
        Ok(Value::Struct(vec![Value::Float(x), Value::Float(y), Value::Int(*v as i64)]))
    };
    points.iter().map(point).collect::<Result<_, _>>().map(Value::List)
}
