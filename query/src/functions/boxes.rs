//! `area(box)` and `iou(box, box)`, for boxes and for lists of boxes.
//!
//! A box is `{x, y, width, height}`, or an array of these four numbers. A list on one side gives a list of results:
//! each of its boxes with the box of the other side. Two lists must have the same length, and are combined pairwise. A
//! box of a negative width or height has the area 0.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, ListArray, ListBuilder, PrimitiveBuilder};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Float64Type};
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use hub_schema::layout::BBOX;

/// `area(box)`: width × height, in square pixels.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Area {
    signature: Signature,
}

/// `iou(box, box)`: intersection over union, 0 to 1.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Iou {
    signature: Signature,
}

impl Area {
    /// The function; its argument is a box or a list of boxes.
    pub fn new() -> Self {
        Self { signature: Signature::any(1, Volatility::Immutable) }
    }
}

impl Default for Area {
    fn default() -> Self {
        Self::new()
    }
}

impl Iou {
    /// The function; each argument is a box or a list of boxes.
    pub fn new() -> Self {
        Self { signature: Signature::any(2, Volatility::Immutable) }
    }
}

impl Default for Iou {
    fn default() -> Self {
        Self::new()
    }
}

impl ScalarUDFImpl for Area {
    fn name(&self) -> &'static str {
        "area"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(if is_list_of_boxes(&arguments[0])? { list_of_numbers() } else { DataType::Float64 })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let boxes = args.args[0].to_array(args.number_rows)?;
        if !is_list_of_boxes(boxes.data_type())? {
            return Ok(ColumnarValue::Array(Arc::new(areas(&boxes)?)));
        }
        let lists = boxes.as_list::<i32>();
        let values = Arc::new(areas(lists.values())?);
        let item = Arc::new(Field::new("item", DataType::Float64, true));
        let list = ListArray::try_new(item, lists.offsets().clone(), values, lists.nulls().cloned())?;
        Ok(ColumnarValue::Array(Arc::new(list)))
    }
}

impl ScalarUDFImpl for Iou {
    fn name(&self) -> &'static str {
        "iou"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        let lists = is_list_of_boxes(&arguments[0])? | is_list_of_boxes(&arguments[1])?;
        Ok(if lists { list_of_numbers() } else { DataType::Float64 })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let one = Boxes::of(&args.args[0].to_array(args.number_rows)?)?;
        let other = Boxes::of(&args.args[1].to_array(args.number_rows)?)?;
        if one.rows.is_none() && other.rows.is_none() {
            let answers = (0..args.number_rows).map(|i| Some(iou(one.at(i)?, other.at(i)?)));
            return Ok(ColumnarValue::Array(Arc::new(answers.collect::<Float64Array>())));
        }
        let mut answers = ListBuilder::new(PrimitiveBuilder::<Float64Type>::new());
        for row in 0..args.number_rows {
            let (Some(a), Some(b)) = (one.row(row), other.row(row)) else {
                answers.append_null();
                continue;
            };
            let length = match (one.rows.is_some(), other.rows.is_some()) {
                (true, true) if a.len() != b.len() => {
                    return exec_err!(
                        "iou(): expected lists of the same length, found {} and {} boxes",
                        a.len(),
                        b.len()
                    );
                }
                (true, _) => a.len(),
                _ => b.len(),
            };
            for i in 0..length {
                let place =
                    |of: &std::ops::Range<usize>, lists: bool| if lists { of.start + i } else { of.start };
                let pair =
                    one.at(place(&a, one.rows.is_some())).zip(other.at(place(&b, other.rows.is_some())));
                answers.values().append_option(pair.map(|(a, b)| iou(a, b)));
            }
            answers.append(true);
        }
        Ok(ColumnarValue::Array(Arc::new(answers.finish())))
    }
}

fn list_of_numbers() -> DataType {
    DataType::List(Arc::new(Field::new("item", DataType::Float64, true)))
}

fn is_list_of_boxes(found: &DataType) -> Result<bool> {
    let is_box = |t: &DataType| match t {
        DataType::Struct(fields) => BBOX.iter().all(|n| fields.iter().any(|f| f.name() == n)),
        DataType::List(item) | DataType::FixedSizeList(item, _) => item.data_type().is_numeric(),
        DataType::Null => true,
        _ => false,
    };
    match found {
        t if is_box(t) => Ok(false),
        DataType::List(item) if is_box(item.data_type()) => Ok(true),
        other => {
            plan_err!(
                "expected a box (a box is {{x, y, width, height}} or an array of these four numbers), found {other}"
            )
        }
    }
}

/// Boxes in columnar form, and for lists the range of each row.
struct Boxes {
    members: [Float64Array; 4],
    valid: Box<dyn Fn(usize) -> bool>,
    rows: Option<ListArray>,
}

impl Boxes {
    fn of(array: &ArrayRef) -> Result<Self> {
        if is_list_of_boxes(array.data_type())? {
            let lists = array.as_list::<i32>();
            return Ok(Self { rows: Some(lists.clone()), ..Self::flat(lists.values())? });
        }
        Self::flat(array)
    }

    fn flat(array: &ArrayRef) -> Result<Self> {
        let nulls = array.logical_nulls();
        let valid = Box::new(move |i| nulls.as_ref().is_none_or(|n| n.is_valid(i)));
        Ok(Self { members: members(array)?, valid, rows: None })
    }

    fn row(&self, row: usize) -> Option<std::ops::Range<usize>> {
        let Some(lists) = &self.rows else { return Some(row..row + 1) };
        let offsets = lists.value_offsets();
        lists.is_valid(row).then(|| offsets[row] as usize..offsets[row + 1] as usize)
    }

    fn at(&self, i: usize) -> Option<[f64; 4]> {
        ((self.valid)(i) && self.members.iter().all(|m| m.is_valid(i)))
            .then(|| [0, 1, 2, 3].map(|m| self.members[m].value(i)))
    }
}

/// x, y, width and height of boxes.
fn members(boxes: &ArrayRef) -> Result<[Float64Array; 4]> {
    let numbers = |array: &ArrayRef| -> Result<Float64Array> {
        Ok(cast(array, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
    };
    if let Some(structs) = boxes.as_struct_opt() {
        let member = |name: &str| match structs.column_by_name(name) {
            Some(column) => numbers(column),
            None => exec_err!("box without a member '{name}': expected x, y, width, height"),
        };
        let [x, y, width, height] = BBOX.map(member);
        return Ok([x?, y?, width?, height?]);
    }
    let lists = cast(boxes, &list_of_numbers())?;
    let lists = lists.as_list::<i32>();
    let values = numbers(lists.values())?;
    let mut members = [(); 4].map(|()| Vec::with_capacity(lists.len()));
    for row in 0..lists.len() {
        let from = lists.value_offsets()[row] as usize;
        let length = lists.value_length(row);
        if lists.is_valid(row) && length != 4 {
            return exec_err!(
                "invalid box: expected 4 numbers (x, y, width, height), found a box of {length} numbers"
            );
        }
        for (m, member) in members.iter_mut().enumerate() {
            let there = lists.is_valid(row) && values.is_valid(from + m);
            member.push(there.then(|| values.value(from + m)));
        }
    }
    Ok(members.map(Float64Array::from))
}

fn areas(boxes: &ArrayRef) -> Result<Float64Array> {
    let boxes = Boxes::flat(boxes)?;
    let rows = boxes.members[0].len();
    Ok((0..rows).map(|i| boxes.at(i).map(area)).collect())
}

fn area([_, _, width, height]: [f64; 4]) -> f64 {
    width.max(0.0) * height.max(0.0)
}

fn iou(a: [f64; 4], b: [f64; 4]) -> f64 {
    let overlap = |at: usize| {
        let end = (a[at] + a[at + 2].max(0.0)).min(b[at] + b[at + 2].max(0.0));
        (end - a[at].max(b[at])).max(0.0)
    };
    let both = overlap(0) * overlap(1);
    let either = area(a) + area(b) - both;
    if either > 0.0 { both / either } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlaps() {
        assert_eq!(iou([0., 0., 2., 2.], [0., 0., 2., 2.]), 1.0);
        assert_eq!(iou([0., 0., 2., 2.], [1., 0., 2., 2.]), 2.0 / 6.0);
        assert_eq!(iou([0., 0., 1., 1.], [5., 5., 1., 1.]), 0.0);
        assert_eq!(iou([0., 0., -1., 1.], [0., 0., 0., 0.]), 0.0);
    }
}
