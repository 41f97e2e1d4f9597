//! Boxes in images as samples: each is cut out, and scored by its own label.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, Int64Type};
use hub_decode::Rect;
use hub_schema::{Feature, Schema};

use super::error::InferenceError;
use super::label_match::{Class, LabelClasses};

/// Boxes with a shorter side (in pixels) show too little to be classified, and are left out.
pub const MIN_SIDE: u32 = 32;

/// A column of lists of boxes with labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoxColumn {
    /// Name of the column.
    pub column: String,
    /// The member that holds the box.
    pub bbox: String,
    /// The member that holds the label.
    pub label: String,
    /// The member that is true of a box around a crowd, which is left out.
    pub crowd: Option<String>,
}

/// A box of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Boxed {
    /// Its place in the row's list, from 0.
    pub item: u32,
    /// Left, top, width and height in pixels, as stored.
    pub bbox: [f64; 4],
    pub label: Option<usize>,
}

impl BoxColumn {
    /// The column of that name, with the classes of its labels.
    ///
    /// # Errors
    /// There is no such column, or it isn't a list of structs with a box and a label.
    pub fn of(schema: &Schema, name: &str) -> Result<(Self, LabelClasses), InferenceError> {
        let field = schema.column(name).map_err(hub_dataset::Error::from)?;
        let wrong = || {
            let found = field.feature.describe();
            InferenceError::Column(format!(
                "column '{name}' is {found}; expected a list of structs with a box and a class label"
            ))
        };
        let Feature::List { item } = &field.feature else { return Err(wrong()) };
        let Feature::Struct { fields } = item.as_ref() else { return Err(wrong()) };
        let member = |is: fn(&Feature) -> bool| fields.iter().find(|member| is(&member.feature));
        let bbox = member(|feature| matches!(feature, Feature::Bbox)).ok_or_else(wrong)?;
        let label = member(|feature| matches!(feature, Feature::ClassLabel { .. })).ok_or_else(wrong)?;
        let crowd =
            fields.iter().find(|member| matches!(member.name.as_str(), "iscrowd" | "is_crowd" | "crowd"));
        let Feature::ClassLabel { names, synsets } = &label.feature else { return Err(wrong()) };
        let class = |(number, name): (usize, &String)| Class {
            name: name.clone(),
            synset: synsets.get(number).and_then(Option::as_ref).and_then(|id| id.parse().ok()),
        };
        let classes = names.iter().enumerate().map(class).collect();
        let column = Self {
            column: field.name.clone(),
            bbox: bbox.name.clone(),
            label: label.name.clone(),
            crowd: crowd.map(|member| member.name.clone()),
        };
        let labels = LabelClasses { column: format!("{}.{}", field.name, label.name), classes };
        Ok((column, labels))
    }

    /// The boxes of a row that are no crowd.
    pub(super) fn of_row(&self, batch: &RecordBatch, row: usize) -> Result<Vec<Boxed>, InferenceError> {
        let wrong =
            || InferenceError::Shape { column: self.column.clone(), expected: "lists of boxes with labels" };
        let lists = batch.column_by_name(&self.column).and_then(|lists| lists.as_list_opt::<i32>());
        let lists = lists.ok_or_else(wrong)?;
        if lists.is_null(row) {
            return Ok(Vec::new());
        }
        let items = lists.value(row);
        let items = items.as_struct_opt().ok_or_else(wrong)?;
        let boxes =
            items.column_by_name(&self.bbox).and_then(|boxes| boxes.as_struct_opt()).ok_or_else(wrong)?;
        let side = |name: &str| -> Result<_, InferenceError> {
            let side = boxes.column_by_name(name).and_then(|side| side.as_primitive_opt::<Float64Type>());
            side.ok_or_else(wrong)
        };
        let sides = [side("x")?, side("y")?, side("width")?, side("height")?];
        let labels =
            items.column_by_name(&self.label).and_then(|labels| labels.as_primitive_opt::<Int64Type>());
        let labels = labels.ok_or_else(wrong)?;
        let crowd = self.crowd.as_ref().and_then(|crowd| items.column_by_name(crowd));
        let kept = (0..items.len()).filter(|at| {
            !items.is_null(*at) && !boxes.is_null(*at) && !crowd.is_some_and(|crowd| is_true(crowd, *at))
        });
        let boxed = |at: usize| Boxed {
            item: at as u32,
            bbox: sides.map(|side| side.value(at)),
            label: if labels.is_null(at) { None } else { usize::try_from(labels.value(at)).ok() },
        };
        Ok(kept.map(boxed).collect())
    }
}

/// A boolean, or a number other than 0.
fn is_true(values: &ArrayRef, at: usize) -> bool {
    let is_bool = values.as_boolean_opt().is_some_and(|values| !values.is_null(at) && values.value(at));
    let number = values.as_primitive_opt::<Int64Type>();
    is_bool || number.is_some_and(|values| !values.is_null(at) && values.value(at) != 0)
}

/// The part of an image of that width and height that a box covers, in whole pixels; `None` if a side is shorter than
/// [`MIN_SIDE`] or the box isn't one.
pub(super) fn part([x, y, width, height]: [f64; 4], image: (u32, u32)) -> Option<Rect> {
    let axis = |start: f64, length: f64, side: u32| {
        let from = start.floor().clamp(0.0, f64::from(side));
        let to = (start + length).ceil().clamp(0.0, f64::from(side));
        let length = if to > from { (to - from) as u32 } else { 0 };
        (length >= MIN_SIDE).then_some((from as u32, length))
    };
    let ((x, width), (y, height)) = (axis(x, width, image.0)?, axis(y, height, image.1)?);
    Some(Rect { x, y, width, height })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_rounded_outwards_and_cut_at_the_image() {
        assert_eq!(
            part([10.5, 20.2, 40.0, 33.0], (640, 480)),
            Some(Rect { x: 10, y: 20, width: 41, height: 34 })
        );
        assert_eq!(
            part([-5.0, 0.0, 45.5, 40.0], (640, 480)),
            Some(Rect { x: 0, y: 0, width: 41, height: 40 })
        );
        assert_eq!(
            part([600.0, 0.0, 80.0, 40.0], (640, 480)),
            Some(Rect { x: 600, y: 0, width: 40, height: 40 })
        );
        assert_eq!(part([0.0, 0.0, 31.0, 40.0], (640, 480)), None, "a side under 32 pixels");
        assert_eq!(part([f64::NAN, 0.0, 40.0, 40.0], (640, 480)), None);
    }
}
