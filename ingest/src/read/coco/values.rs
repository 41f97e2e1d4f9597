//! An image and its annotations as the values of a sample.

use hub_dataset::sample::{Media, Value};

use super::columns::Tables;
use super::index::Present;
use super::items::{Annotation, Counts, Image, Runs, Segmentation};
use super::rle;

/// The values of an image, in the order of [`Tables::columns`]. `annotations` stand in the order of the files.
///
/// # Errors
/// What is wrong with which annotation.
pub fn row(
    tables: &Tables,
    present: Present,
    image: Image,
    picture: Media,
    annotations: Vec<Annotation>,
) -> Result<Vec<Value>, String> {
    let (captions, objects): (Vec<_>, Vec<_>) = annotations.into_iter().partition(|a| a.caption.is_some());
    let text = |text: Option<String>| text.map_or(Value::Null, Value::Text);
    let mut values = vec![Value::Media(picture), Value::Int(image.id)];
    if present.license {
        values.push(license(tables, image.license));
    }
    let texts = [
        (present.coco_url, image.coco_url),
        (present.flickr_url, image.flickr_url),
        (present.date_captured, image.date_captured.map(|d| d.to_string())),
    ];
    values.extend(texts.into_iter().filter(|(there, _)| *there).map(|(_, t)| text(t)));
    if !tables.classes.is_empty() {
        values.push(Value::List(merged(tables, present, objects)?));
    } else if let Some(object) = objects.first() {
        return Err(format!(
            "annotation {}: it has no caption, and the file has no 'categories' for objects",
            object.id
        ));
    }
    if present.captions {
        let caption = |a: Annotation| Value::Struct(vec![Value::Int(a.id), text(a.caption)]);
        values.push(Value::List(captions.into_iter().map(caption).collect()));
    }
    Ok(values)
}

fn license(tables: &Tables, id: Option<i64>) -> Value {
    let Some(id) = id else { return Value::Null };
    let known = tables.licenses.get(&id);
    let text = |t: Option<&String>| t.map_or(Value::Null, Value::text);
    Value::Struct(vec![
        Value::Int(id),
        text(known.and_then(|l| l.name.as_ref())),
        text(known.and_then(|l| l.url.as_ref())),
    ])
}

/// Objects; those of one id, which come from different files, as one: the later adds its keypoints.
fn merged(tables: &Tables, present: Present, annotations: Vec<Annotation>) -> Result<Vec<Value>, String> {
    let mut objects: Vec<Annotation> = Vec::with_capacity(annotations.len());
    for annotation in annotations {
        match objects.iter_mut().find(|o| o.id == annotation.id) {
            Some(known) => {
                known.keypoints = known.keypoints.take().or(annotation.keypoints);
                known.num_keypoints = known.num_keypoints.or(annotation.num_keypoints);
            }
            None => objects.push(annotation),
        }
    }
    let object = |a: Annotation| {
        let id = a.id;
        object(tables, present, a).map_err(|problem| format!("annotation {id}: {problem}"))
    };
    objects.into_iter().map(object).collect()
}

fn object(tables: &Tables, present: Present, a: Annotation) -> Result<Value, String> {
    let category = a.category_id.ok_or("category_id is missing")?;
    let class = tables
        .classes
        .get(&category)
        .ok_or_else(|| format!("category {category} is not in the file's 'categories'"))?;
    let (segmentation, rle) = match a.segmentation {
        None => (Value::Null, Value::Null),
        Some(Segmentation::Polygons(rings)) => (polygon(rings)?, Value::Null),
        Some(Segmentation::Runs(runs)) => (Value::Null, mask(runs)?),
    };
    let mut members = vec![
        Value::Int(a.id),
        Value::Int(class.number),
        Value::Int(category),
        class.supercategory.as_ref().map_or(Value::Null, Value::text),
        bbox(a.bbox.unwrap_or_default())?,
        a.area.map_or(Value::Null, Value::Float),
        a.iscrowd.map_or(Value::Null, |f| Value::Bool(f.0)),
        segmentation,
        rle,
    ];
    if present.keypoints {
        members.push(a.keypoints.map_or(Ok(Value::Null), keypoints)?);
        members.push(a.num_keypoints.map_or(Value::Null, Value::Int));
    }
    Ok(Value::Struct(members))
}

/// Four numbers; none at all is not a box.
fn bbox(numbers: Vec<f64>) -> Result<Value, String> {
    match <[f64; 4]>::try_from(numbers) {
        Ok(numbers) => Ok(Value::bbox(numbers)),
        Err(none) if none.is_empty() => Ok(Value::Null),
        Err(other) => Err(format!("bbox has {} numbers, expected 4: x, y, width, height", other.len())),
    }
}

fn polygon(rings: Vec<Vec<f64>>) -> Result<Value, String> {
    let ring = |ring: Vec<f64>| {
        let (points, rest) = ring.as_chunks::<2>();
        if !rest.is_empty() {
            return Err(format!("a polygon has {} numbers, expected pairs of x and y", ring.len()));
        }
        let point = |[x, y]: &[f64; 2]| Value::Struct(vec![Value::Float(*x), Value::Float(*y)]);
        Ok(Value::List(points.iter().map(point).collect()))
    };
    rings.into_iter().map(ring).collect::<Result<_, _>>().map(Value::List)
}

fn mask(runs: Runs) -> Result<Value, String> {
    let (height, width) = runs.size;
    let counts = match runs.counts {
        Counts::List(counts) => counts,
        Counts::Compressed(text) => rle::decompress(&text)?,
    };
    rle::check(&counts, height, width)?;
    let counts = counts.into_iter().map(|c| Value::Int(c.into())).collect();
    Ok(Value::Struct(vec![Value::Int(height.into()), Value::Int(width.into()), Value::List(counts)]))
}

fn keypoints(numbers: Vec<f64>) -> Result<Value, String> {
    let (points, rest) = numbers.as_chunks::<3>();
    if !rest.is_empty() {
        return Err(format!("keypoints has {} numbers, expected x, y, visibility for each", numbers.len()));
    }
    let point = |[x, y, v]: &[f64; 3]| {
        if v.fract() != 0.0 || !(0.0..=2.0).contains(v) {
            return Err(format!("a keypoint's visibility is {v}, expected 0, 1 or 2"));
        }
        Ok(Value::Struct(vec![Value::Float(*x), Value::Float(*y), Value::Int(*v as i64)]))
    };
    points.iter().map(point).collect::<Result<_, _>>().map(Value::List)
}
