//! Tables with a row for each box, as Roboflow exports `_annotations.csv`.
//!
//! `filename,width,height,class,xmin,ymin,xmax,ymax` has as many rows of an image as it has boxes. A row of the data set
//! is an image, so the rows of a file are gathered: `objects` has a struct for each, of `category` (the class, if there is
//! one), `bbox` and the table's other columns. `width` and `height` of the image are facts, and left out. Rows without a
//! box say that the image has none. Coordinates between 0 and 1 alone are fractions of the image, as in Open Images.

use std::collections::{BTreeSet, HashMap};
use std::vec;

use hub_dataset::sample::{Column, Media, Sample, SampleError, SampleSource, SizeHint, Value};
use hub_schema::{Feature, frame};

use super::column_mapping::{ColumnMapping, Role};
use crate::read::kind::MediaKind;
use crate::read::labels::label_feature;
use crate::read::orientation::{Turn, facts, turned};

/// Names of the columns of a box: left, top, right, bottom.
const CORNERS: [[&str; 4]; 4] = [
    ["xmin", "ymin", "xmax", "ymax"],
    ["x_min", "y_min", "x_max", "y_max"],
    ["x1", "y1", "x2", "y2"],
    ["left", "top", "right", "bottom"],
];

/// Names of the column of its class.
const CLASSES: [&str; 7] = ["class", "label", "category", "class_name", "label_name", "labelname", "name"];

/// Which columns of the data set that the table would be are those of boxes.
#[derive(Debug)]
pub struct BoxColumns {
    image: usize,
    corners: [usize; 4],
    class: Option<usize>,
    /// Width and height of the image.
    size: Option<[usize; 2]>,
    /// All others: members of the objects.
    others: Vec<usize>,
}

impl BoxColumns {
    /// Those of a table with one column of images, and four of corners.
    pub fn of(mapping: &ColumnMapping) -> Option<Self> {
        let is_media = |role: &Role| matches!(role, Role::Media(_) | Role::Nested);
        let mut media = mapping.mapped.iter().enumerate().filter(|(_, mapped)| is_media(&mapped.role));
        let (image, mapped) = media.next()?;
        if media.next().is_some() || mapped.role != Role::Media(MediaKind::Image) {
            return None;
        }
        let at = |name: &str| {
            let mut named = mapping.columns.iter().map(|column| &column.name);
            named.position(|own| own.eq_ignore_ascii_case(name))
        };
        let number_at = |name: &str| at(name).filter(|i| is_number(&mapping.columns[*i].feature));
        let corners = CORNERS.iter().find_map(|names| {
            let [left, top, right, bottom] = names.map(number_at);
            Some([left?, top?, right?, bottom?])
        })?;
        let class = CLASSES.iter().find_map(|name| at(name)).filter(|i| !corners.contains(i) && *i != image);
        let size = number_at("width").zip(number_at("height")).map(|(width, height)| [width, height]);
        let taken = |i: &usize| {
            *i == image || corners.contains(i) || class == Some(*i) || size.is_some_and(|s| s.contains(i))
        };
        let others = (0..mapping.columns.len()).filter(|i| !taken(i)).collect();
        Some(Self { image, corners, class, size, others })
    }
}

fn is_number(feature: &Feature) -> bool {
    *feature == Feature::int64() || *feature == Feature::float64()
}

/// An image, and its boxes.
struct Gathered {
    place: String,
    split: Option<String>,
    image: Media,
    size: Option<[f64; 2]>,
    /// Left, top, right, bottom; class; others.
    boxes: Vec<([f64; 4], Value, Vec<Value>)>,
}

/// The images of a table of boxes.
pub struct BoxTable {
    format: &'static str,
    columns: [Column; 2],
    /// Classes of the texts of a class column that is not one of class labels.
    classes: Option<Vec<String>>,
    has_class: bool,
    are_fractions: bool,
    images: vec::IntoIter<Result<Gathered, SampleError>>,
}

impl BoxTable {
    /// Gathers the rows that `table` gives, one for each box.
    pub fn gather(mut table: Box<dyn SampleSource>, at: &BoxColumns) -> Self {
        let mut images: Vec<Result<Gathered, SampleError>> = Vec::new();
        let mut of_name: HashMap<String, usize> = HashMap::new();
        while let Some(row) = table.next_sample() {
            let row = match row {
                Ok(row) => row,
                Err(error) => {
                    images.push(Err(error));
                    continue;
                }
            };
            let Some(Value::Media(media)) = row.values.get(at.image) else {
                images.push(Err(SampleError::sample(row.place, "the row names no image")
                    .advise("correct the row, or remove it")));
                continue;
            };
            let name = media.name.clone();
            let known = of_name.get(&name).copied();
            let place = row.place.clone();
            let added = match known {
                Some(known) => images[known].as_mut().map_or(Ok(()), |image| image.add(row, at)),
                None => Gathered::of(row, at).map(|image| {
                    of_name.insert(name.clone(), images.len());
                    images.push(Ok(image));
                }),
            };
            // A box that can't be read costs its image: without the box it would be wrong.
            if let Err(problem) = added {
                let error = SampleError::sample(place, problem).advise("correct the row, or remove it");
                match known {
                    Some(known) => images[known] = Err(error),
                    None => {
                        of_name.insert(name, images.len());
                        images.push(Err(error));
                    }
                }
            }
        }
        Self::new(&*table, at, images)
    }

    fn new(table: &dyn SampleSource, at: &BoxColumns, images: Vec<Result<Gathered, SampleError>>) -> Self {
        let boxes = || images.iter().flatten().flat_map(|image| &image.boxes);
        let numbers = || boxes().flat_map(|(corners, ..)| corners);
        let are_fractions =
            numbers().all(|n| (0.0..=1.0).contains(n)) && numbers().any(|n| *n > 0.0 && *n < 1.0);
        let class = at.class.map(|i| &table.columns()[i].feature);
        let classes = (class == Some(&Feature::Text)).then(|| {
            let names = boxes().filter_map(|(_, class, _)| match class {
                Value::Text(name) => Some(name.clone()),
                _ => None,
            });
            names.collect::<BTreeSet<String>>().into_iter().collect::<Vec<String>>()
        });
        let category = match &classes {
            Some(names) => Some(label_feature(names.clone())),
            None => class.cloned(),
        };
        let mut members: Vec<(&str, Feature)> = category.map(|c| ("category", c)).into_iter().collect();
        members.push(("bbox", Feature::Bbox));
        for i in &at.others {
            let column = &table.columns()[*i];
            members.push((&column.name, column.feature.clone()));
        }
        let objects = Column::new("objects", Feature::list(Feature::structure(members)));
        let image = table.columns()[at.image].clone();
        Self {
            format: table.format(),
            columns: [image, objects.with(frame::KEY, frame::STORED)],
            has_class: class.is_some(),
            classes,
            are_fractions,
            images: images.into_iter(),
        }
    }

    fn sample(&self, image: Gathered) -> Result<Sample, SampleError> {
        let Gathered { place, split, image, size, boxes } = image;
        let wrong = |problem: String| SampleError::sample(&place, problem);
        let (scale, turn) = if self.are_fractions && !boxes.is_empty() {
            let facts = facts(&image).map_err(wrong)?;
            let (width, height) = facts.upright_size();
            ([f64::from(width), f64::from(height)], Some(Turn::new(&facts)))
        } else {
            let turn = size.map(|[width, height]| turned(&image, width, height));
            ([1.0, 1.0], turn.transpose().map_err(wrong)?.flatten())
        };
        let object = |(corners, class, others): ([f64; 4], Value, Vec<Value>)| {
            let [left, right] = [corners[0], corners[2]].map(|x| x * scale[0]);
            let [top, bottom] = [corners[1], corners[3]].map(|y| y * scale[1]);
            let numbers = [left, top, right - left, bottom - top];
            let class = match (class, &self.classes) {
                (Value::Text(name), Some(classes)) => {
                    classes.binary_search(&name).map_or(Value::Null, |class| Value::Int(class as i64))
                }
                (class, _) => class,
            };
            let mut members = if self.has_class { vec![class] } else { Vec::new() };
            members.push(Value::bbox(turn.as_ref().map_or(numbers, |turn| turn.bbox(numbers))));
            members.extend(others);
            Value::Struct(members)
        };
        let objects = boxes.into_iter().map(object).collect();
        Ok(Sample { place, split, values: vec![Value::Media(image), Value::List(objects)] })
    }
}

impl Gathered {
    fn of(mut row: Sample, at: &BoxColumns) -> Result<Self, String> {
        let image = match std::mem::replace(&mut row.values[at.image], Value::Null) {
            Value::Media(image) => image,
            _ => return Err("the row names no image".to_owned()),
        };
        let number = |i: usize| number(&row.values[i]);
        let size = at.size.and_then(|[width, height]| Some([number(width)?, number(height)?]));
        let (place, split) = (row.place.clone(), row.split.clone());
        let mut gathered = Self { place, split, image, size, boxes: Vec::new() };
        gathered.add(row, at)?;
        Ok(gathered)
    }

    fn add(&mut self, mut row: Sample, at: &BoxColumns) -> Result<(), String> {
        if row.split != self.split {
            let split = |split: &Option<String>| split.clone().unwrap_or_else(|| "none".to_owned());
            return Err(format!(
                "the image is in the split '{}', but in '{}' in an earlier row",
                split(&row.split),
                split(&self.split)
            ));
        }
        let corners = at.corners.map(|i| number(&row.values[i]));
        let [Some(left), Some(top), Some(right), Some(bottom)] = corners else {
            // A row without any says that the image has no box.
            let class = at.class.map(|i| &row.values[i]);
            let is_empty = |value: &Value| match value {
                Value::Null => true,
                Value::Text(text) => text.trim().is_empty(),
                _ => false,
            };
            let is_none = corners.iter().all(Option::is_none) && class.is_none_or(is_empty);
            return if is_none { Ok(()) } else { Err("a box without all of its four numbers".to_owned()) };
        };
        if right < left || bottom < top {
            return Err(format!(
                "a box from ({left}, {top}) to ({right}, {bottom}), expected the upper left corner first"
            ));
        }
        let mut take = |i: usize| std::mem::replace(&mut row.values[i], Value::Null);
        let class = at.class.map_or(Value::Null, &mut take);
        let others = at.others.iter().map(|i| take(*i)).collect();
        self.boxes.push(([left, top, right, bottom], class, others));
        Ok(())
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(n) => Some(*n as f64),
        Value::Float(n) => Some(*n).filter(|n| n.is_finite()),
        _ => None,
    }
}

impl SampleSource for BoxTable {
    fn format(&self) -> &'static str {
        self.format
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint { samples: Some(self.images.len() as u64), bytes: None }
    }

    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>> {
        let next = self.images.next()?;
        Some(next.and_then(|image| self.sample(image)))
    }
}
