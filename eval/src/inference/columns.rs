//! The columns that hold images, labels and several valid labels.

use hub_schema::{DType, Feature, Field, Schema, TensorRole};

use super::boxes::BoxColumn;
use super::error::InferenceError;
use super::label_match::{Class, LabelClasses};

/// The columns of a data set that an evaluation reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// The images: encoded, or raw pixels of `[height, width]` or `[height, width, channels]`.
    pub image: String,
    /// The shape of raw pixels; `None`: encoded images.
    pub raw: Option<[usize; 3]>,
    /// The labels; `None`: there are none, so nothing is scored.
    pub label: Option<LabelClasses>,
    /// Lists of valid labels.
    pub valid: Option<LabelClasses>,
    /// Boxes that are the samples, in place of whole images; the labels are then those of the boxes.
    pub boxes: Option<BoxColumn>,
}

impl Columns {
    /// The columns of these names, or the first that fit.
    ///
    /// # Errors
    /// There is no such column, or it holds something else.
    pub fn of(
        schema: &Schema,
        image: Option<&str>,
        label: Option<&str>,
        valid: Option<&str>,
    ) -> Result<Self, InferenceError> {
        let image = match image {
            Some(name) => schema.column(name).map_err(hub_dataset::Error::from)?,
            None => {
                let first = schema.fields.iter().find(|field| shape(&field.feature).is_some());
                first.ok_or_else(|| InferenceError::Column(no_column(schema, "images", "--column")))?
            }
        };
        let raw = shape(&image.feature).ok_or_else(|| {
            let found = image.feature.describe();
            InferenceError::Column(format!(
                "column '{}' is {found}; expected images, or uint8 pixels of [height, width] or [height, width, channels]",
                image.name
            ))
        })?;
        let label = match label {
            Some(name) => Some(classes(schema.column(name).map_err(hub_dataset::Error::from)?, false)?),
            None => schema.fields.iter().find_map(|field| classes(field, false).ok()),
        };
        let valid = match valid {
            Some(name) => Some(classes(schema.column(name).map_err(hub_dataset::Error::from)?, true)?),
            None => None,
        };
        Ok(Self { image: image.name.clone(), raw, label, valid, boxes: None })
    }

    /// With the boxes of a column as samples.
    ///
    /// # Errors
    /// It isn't a list of boxes with labels.
    pub fn with_boxes(mut self, schema: &Schema, column: &str) -> Result<Self, InferenceError> {
        let (boxes, labels) = BoxColumn::of(schema, column)?;
        (self.boxes, self.label) = (Some(boxes), Some(labels));
        Ok(self)
    }

    /// The names of the columns to read, each once.
    pub fn names(&self) -> Vec<String> {
        let mut names = vec![self.image.clone()];
        let label = match &self.boxes {
            Some(boxes) => Some(&boxes.column),
            None => self.label.as_ref().map(|label| &label.column),
        };
        for column in label.into_iter().chain(self.valid.as_ref().map(|valid| &valid.column)) {
            if !names.contains(column) {
                names.push(column.clone());
            }
        }
        names
    }
}

/// `Some(None)` for encoded images, `Some(shape)` for raw pixels.
fn shape(feature: &Feature) -> Option<Option<[usize; 3]>> {
    match feature {
        Feature::Image => Some(None),
        Feature::Tensor { dtype: DType::U8, shape, role: TensorRole::Image | TensorRole::Plain } => {
            match shape[..] {
                [height, width] if height > 0 && width > 0 => Some(Some([height, width, 1])),
                [height, width, channels @ (1 | 3)] if height > 0 && width > 0 => {
                    Some(Some([height, width, channels]))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The classes of a label column, or of a list of labels or numbers.
fn classes(field: &Field, is_list: bool) -> Result<LabelClasses, InferenceError> {
    let item = match (&field.feature, is_list) {
        (Feature::List { item }, true) => item.as_ref(),
        (feature, false) => feature,
        _ => &Feature::Text,
    };
    match item {
        Feature::ClassLabel { names, synsets } => {
            let class = |(number, name): (usize, &String)| Class {
                name: name.clone(),
                synset: synsets.get(number).and_then(Option::as_ref).and_then(|id| id.parse().ok()),
            };
            let classes = names.iter().enumerate().map(class).collect();
            Ok(LabelClasses { column: field.name.clone(), classes })
        }
        Feature::Number { dtype: DType::I64 } if is_list => {
            Ok(LabelClasses { column: field.name.clone(), classes: Vec::new() })
        }
        _ => {
            let expected =
                if is_list { "a list of class labels or of int64 class numbers" } else { "a class label" };
            let found = field.feature.describe();
            Err(InferenceError::Column(format!("column '{}' is {found}; expected {expected}", field.name)))
        }
    }
}

fn no_column(schema: &Schema, what: &str, option: &str) -> String {
    let names: Vec<String> =
        schema.fields.iter().map(|f| format!("{} ({})", f.name, f.feature.describe())).collect();
    format!(
        "the data set has no column of {what}; its columns are {}; name one with {option}",
        names.join(", ")
    )
}
