//! Boxes, polygons and keypoints, moved along with the image that they are in.
//!
//! A box is cut off at the edges of the result, and null where nothing of it is in the result. Points of polygons and
//! keypoints may be outside of it. Where an image couldn't be decoded, coordinates are null.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, ListArray, StructArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Float64Type};
use arrow::error::ArrowError;
use hub_decode::Plan;
use hub_schema::Feature;

/// Whether a value of a type has coordinates.
pub fn has_coordinates(feature: &Feature) -> bool {
    match feature {
        Feature::Bbox | Feature::Polygon | Feature::Keypoints { .. } => true,
        Feature::List { item } => has_coordinates(item),
        Feature::Struct { fields } => fields.iter().any(|field| has_coordinates(&field.feature)),
        _ => false,
    }
}

/// The values with their coordinates moved. `rows` are the rows that the values belong to, `plans` those of all rows.
pub fn moved(
    values: &ArrayRef,
    feature: &Feature,
    rows: &[usize],
    plans: &[Option<Plan>],
) -> Result<ArrayRef, ArrowError> {
    match feature {
        Feature::Bbox => boxes(values, rows, plans),
        // Points in a list, or in a list of lists.
        Feature::Polygon | Feature::Keypoints { .. } => points(values, rows, plans),
        Feature::List { item } => in_list(values, rows, |values, rows| moved(values, item, rows, plans)),
        Feature::Struct { fields } => {
            let Some(stored) = values.as_struct_opt() else { return Ok(Arc::clone(values)) };
            let members = stored.columns().iter().zip(fields);
            let members = members.map(|(member, field)| moved(member, &field.feature, rows, plans));
            let members = members.collect::<Result<Vec<_>, _>>()?;
            let nulls = stored.nulls().cloned();
            Ok(Arc::new(StructArray::try_new(stored.fields().clone(), members, nulls)?))
        }
        _ => Ok(Arc::clone(values)),
    }
}

/// Moves the items of lists.
fn in_list(
    values: &ArrayRef,
    rows: &[usize],
    items: impl FnOnce(&ArrayRef, &[usize]) -> Result<ArrayRef, ArrowError>,
) -> Result<ArrayRef, ArrowError> {
    let Some(list) = values.as_list_opt::<i32>() else { return Ok(Arc::clone(values)) };
    let mut of_items = vec![0; list.values().len()];
    for (ends, row) in list.offsets().windows(2).zip(rows) {
        of_items[ends[0] as usize..ends[1] as usize].fill(*row);
    }
    let moved = items(list.values(), &of_items)?;
    let DataType::List(field) = list.data_type() else { return Ok(Arc::clone(values)) };
    let list = ListArray::try_new(Arc::clone(field), list.offsets().clone(), moved, list.nulls().cloned())?;
    Ok(Arc::new(list))
}

fn points(values: &ArrayRef, rows: &[usize], plans: &[Option<Plan>]) -> Result<ArrayRef, ArrowError> {
    if values.as_list_opt::<i32>().is_some() {
        return in_list(values, rows, |values, rows| points(values, rows, plans));
    }
    let Some([x, y]) = numbers(values, ["x", "y"]) else { return Ok(Arc::clone(values)) };
    let point = |at: usize| {
        let plan = plans.get(*rows.get(at)?)?.as_ref()?;
        (x.is_valid(at) && y.is_valid(at)).then(|| plan.point((x.value(at), y.value(at))))
    };
    let found: Vec<Option<(f64, f64)>> = (0..values.len()).map(point).collect();
    let new =
        [found.iter().map(|p| p.map(|p| p.0)).collect(), found.iter().map(|p| p.map(|p| p.1)).collect()];
    with_numbers(values, ["x", "y"], new, None)
}

fn boxes(values: &ArrayRef, rows: &[usize], plans: &[Option<Plan>]) -> Result<ArrayRef, ArrowError> {
    let names = ["x", "y", "width", "height"];
    let Some([x, y, width, height]) = numbers(values, names) else { return Ok(Arc::clone(values)) };
    let moved = |at: usize| {
        let plan = plans.get(*rows.get(at)?)?.as_ref()?;
        if values.is_null(at) || [x, y, width, height].iter().any(|column| column.is_null(at)) {
            return None;
        }
        let (left, top) = (x.value(at), y.value(at));
        let [left, top, right, bottom] =
            plan.bounding_box([left, top, left + width.value(at), top + height.value(at)])?;
        Some([left, top, right - left, bottom - top])
    };
    let found: Vec<Option<[f64; 4]>> = (0..values.len()).map(moved).collect();
    let column = |member: usize| found.iter().map(|found| found.map(|found| found[member])).collect();
    let nulls = NullBuffer::from_iter(found.iter().map(Option::is_some));
    with_numbers(values, names, std::array::from_fn(column), Some(nulls))
}

/// Members of a struct that are numbers.
fn numbers<'a, const N: usize>(values: &'a ArrayRef, names: [&str; N]) -> Option<[&'a Float64Array; N]> {
    let stored = values.as_struct_opt()?;
    let of = |name: &str| stored.column_by_name(name)?.as_primitive_opt::<Float64Type>();
    let found: Vec<&Float64Array> = names.iter().filter_map(|name| of(name)).collect();
    found.try_into().ok()
}

/// The struct with other numbers as some members, and other nulls.
fn with_numbers<const N: usize>(
    values: &ArrayRef,
    names: [&str; N],
    numbers: [Float64Array; N],
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef, ArrowError> {
    let Some(stored) = values.as_struct_opt() else { return Ok(Arc::clone(values)) };
    let mut members = stored.columns().to_vec();
    for (name, numbers) in names.iter().zip(numbers) {
        if let Some(place) = stored.column_names().iter().position(|other| other == name) {
            members[place] = Arc::new(numbers);
        }
    }
    let nulls = nulls.or_else(|| stored.nulls().cloned());
    Ok(Arc::new(StructArray::try_new(stored.fields().clone(), members, nulls)?))
}

#[cfg(test)]
mod tests {
    use hub_decode::Rect;
    use hub_schema::arrow_types::{Form, data_type};

    use super::*;

    /// An image of 100 x 80 of which the middle is shown at twice the size, mirrored if `flip`.
    fn plan(flip: bool) -> Option<Plan> {
        let crop = Rect { x: 20, y: 10, width: 40, height: 30 };
        Some(Plan { image: (100, 80), crop, resized: (80, 60), offset: (0, 0), size: (80, 60), flip })
    }

    fn structs(feature: &Feature, members: Vec<Vec<f64>>) -> ArrayRef {
        let DataType::Struct(fields) = data_type(feature, Form::Read) else { panic!() };
        let members = members.into_iter().map(|member| Arc::new(Float64Array::from(member)) as ArrayRef);
        Arc::new(StructArray::try_new(fields, members.collect(), None).unwrap())
    }

    fn rows_of(values: &ArrayRef) -> Vec<Option<Vec<f64>>> {
        let values = values.as_struct();
        let member = |at: usize, column: &ArrayRef| column.as_primitive::<Float64Type>().value(at);
        let row = |at: usize| values.columns().iter().map(|column| member(at, column)).collect();
        (0..values.len()).map(|at| values.is_valid(at).then(|| row(at))).collect()
    }

    #[test]
    fn boxes_move_with_their_row() {
        let values = structs(
            &Feature::Bbox,
            vec![vec![30.0, 30.0, 0.0, 10.0], vec![20.0; 4], vec![10.0; 4], vec![5.0; 4]],
        );
        let plans = [plan(false), plan(true), None];
        let found = moved(&values, &Feature::Bbox, &[0, 1, 0, 2], &plans).unwrap();
        let expected = [
            Some(vec![20.0, 20.0, 20.0, 10.0]),
            Some(vec![40.0, 20.0, 20.0, 10.0]),
            // It ends left of the part that is shown.
            None,
            // The image couldn't be decoded.
            None,
        ];
        assert_eq!(rows_of(&found), expected);
    }

    /// Objects of two images in one list: each item moves with the image of its row.
    #[test]
    fn items_of_lists_move_with_their_row() {
        let values = structs(&Feature::Bbox, vec![vec![30.0; 3], vec![20.0; 3], vec![10.0; 3], vec![5.0; 3]]);
        let feature = Feature::list(Feature::structure([("box", Feature::Bbox)]));
        let DataType::List(item) = data_type(&feature, Form::Read) else { panic!() };
        let DataType::Struct(fields) = item.data_type() else { panic!() };
        let objects = Arc::new(StructArray::try_new(fields.clone(), vec![values], None).unwrap());
        let offsets = arrow::buffer::OffsetBuffer::from_lengths([2, 0, 1]);
        let list: ArrayRef = Arc::new(ListArray::try_new(item, offsets, objects, None).unwrap());
        let check = |list: &ArrayRef, rows: &[usize], plans: &[Option<Plan>]| {
            let found = moved(list, &feature, rows, plans).unwrap();
            assert_eq!(found.data_type(), list.data_type());
            let lists = found.as_list::<i32>();
            let of = |row: usize| rows_of(lists.value(row).as_struct().column(0));
            (0..lists.len()).flat_map(of).map(|row| row.unwrap()[0]).collect::<Vec<_>>()
        };
        assert_eq!(check(&list, &[0, 1, 2], &[plan(false), None, plan(true)]), [20.0, 20.0, 40.0]);
        // A slice, whose values are those of the whole.
        assert_eq!(check(&list.slice(1, 2), &[0, 1], &[None, plan(true)]), [40.0]);
    }

    #[test]
    fn points_move_and_keep_what_is_beside_them() {
        let feature = Feature::Keypoints { names: vec![], skeleton: vec![] };
        let DataType::List(item) = data_type(&feature, Form::Read) else { panic!() };
        let DataType::Struct(fields) = item.data_type() else { panic!() };
        let number = |value| Arc::new(Float64Array::from(vec![value])) as ArrayRef;
        let visibility: ArrayRef = Arc::new(arrow::array::Int32Array::from(vec![2]));
        let members = vec![number(30.0), number(25.0), Arc::clone(&visibility)];
        let points = Arc::new(StructArray::try_new(fields.clone(), members, None).unwrap());
        let offsets = arrow::buffer::OffsetBuffer::from_lengths([1]);
        let list: ArrayRef = Arc::new(ListArray::try_new(item, offsets, points, None).unwrap());
        let found = moved(&list, &feature, &[0], &[plan(true)]).unwrap();
        let found = found.as_list::<i32>().value(0);
        let member = |at: usize| found.as_struct().column(at).clone();
        let numbers = [0, 1].map(|at| member(at).as_primitive::<Float64Type>().value(0));
        assert_eq!((numbers, member(2)), ([60.0, 30.0], visibility));
        assert!(has_coordinates(&Feature::list(feature)) && !has_coordinates(&Feature::Text));
    }
}
