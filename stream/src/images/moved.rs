//! Boxes, polygons, keypoints and masks, moved along with the image that they are in, as `Moving` describes.
//!
//! In come the values of a column and the plans by which the images of its rows were decoded; out come the values of the
//! same type (a column of masks becomes tensors, `masks.rs`), with coordinates in the result's pixels. Lists keep their
//! lengths. Where an image couldn't be decoded, values are null.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, StructArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::Float64Type;
use hub_schema::Feature;

use super::place::{MoveError, Place, in_list};
use super::{keypoints, masks};

/// Whether a value of a type has coordinates, or is one for each pixel.
pub fn can_move(feature: &Feature) -> bool {
    match feature {
        Feature::Bbox | Feature::Polygon | Feature::Keypoints { .. } | Feature::Mask { .. } => true,
        Feature::List { item } => can_move(item),
        Feature::Struct { fields } => fields.iter().any(|field| can_move(&field.feature)),
        _ => false,
    }
}

/// The names of all keypoints of a type.
pub fn keypoint_names(feature: &Feature) -> Vec<&[String]> {
    match feature {
        Feature::Keypoints { names, .. } => vec![names],
        Feature::List { item } => keypoint_names(item),
        Feature::Struct { fields } => {
            fields.iter().flat_map(|field| keypoint_names(&field.feature)).collect()
        }
        _ => Vec::new(),
    }
}

/// The values of a column, moved. `size`: height and width of all results, if they have one size.
pub fn column(
    values: &ArrayRef,
    feature: &Feature,
    place: &Place<'_>,
    size: Option<[u32; 2]>,
) -> Result<ArrayRef, MoveError> {
    match masks::encoding_of(feature) {
        Some(encoding) => masks::dense(values, encoding, place, size),
        None => moved(values, feature, place),
    }
}

fn moved(values: &ArrayRef, feature: &Feature, place: &Place<'_>) -> Result<ArrayRef, MoveError> {
    match feature {
        Feature::Bbox => boxes(values, place),
        // Points in a list of lists.
        Feature::Polygon => in_list(values, place, |values, place| in_list(values, place, points)),
        Feature::Keypoints { names, .. } => keypoints::moved(values, place, names),
        Feature::Mask { encoding } => masks::encoded(values, *encoding, place),
        Feature::List { item } => in_list(values, place, |values, place| moved(values, item, place)),
        Feature::Struct { fields } => {
            let Some(stored) = values.as_struct_opt() else { return Ok(Arc::clone(values)) };
            let members = stored.columns().iter().zip(fields);
            let members = members.map(|(member, field)| moved(member, &field.feature, place));
            let members = members.collect::<Result<Vec<_>, _>>()?;
            let nulls = stored.nulls().cloned();
            Ok(Arc::new(StructArray::try_new(stored.fields().clone(), members, nulls)?))
        }
        _ => Ok(Arc::clone(values)),
    }
}

fn points(values: &ArrayRef, place: &Place<'_>) -> Result<ArrayRef, MoveError> {
    let Some([x, y]) = numbers(values, ["x", "y"]) else { return Ok(Arc::clone(values)) };
    let point = |at: usize| {
        let plan = place.plan(*place.rows.get(at)?)?;
        (x.is_valid(at) && y.is_valid(at)).then(|| plan.point((x.value(at), y.value(at))))
    };
    let found: Vec<Option<(f64, f64)>> = (0..values.len()).map(point).collect();
    let new =
        [found.iter().map(|p| p.map(|p| p.0)).collect(), found.iter().map(|p| p.map(|p| p.1)).collect()];
    with_numbers(values, ["x", "y"], new, None)
}

fn boxes(values: &ArrayRef, place: &Place<'_>) -> Result<ArrayRef, MoveError> {
    let names = ["x", "y", "width", "height"];
    let Some([x, y, width, height]) = numbers(values, names) else { return Ok(Arc::clone(values)) };
    let moved = |at: usize| {
        let plan = place.plan(*place.rows.get(at)?)?;
        if values.is_null(at) || [x, y, width, height].iter().any(|column| column.is_null(at)) {
            return None;
        }
        let (left, top) = (x.value(at), y.value(at));
        let (right, bottom) = (left + width.value(at), top + height.value(at));
        let (one, other) = (plan.point((left, top)), plan.point((right, bottom)));
        let [left, top, right, bottom] = plan.bounding_box([left, top, right, bottom])?;
        let area = (one.0 - other.0).abs() * (one.1 - other.1).abs();
        let shown = (right - left) * (bottom - top);
        (shown >= place.moving.min_visible * area).then_some([left, top, right - left, bottom - top])
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
) -> Result<ArrayRef, MoveError> {
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
    use arrow::array::{Int32Array, ListArray};
    use arrow::buffer::OffsetBuffer;
    use arrow::datatypes::{DataType, UInt8Type, UInt32Type};
    use hub_decode::{Limits, Mask, Plan, Rect};
    use hub_schema::MaskEncoding;
    use hub_schema::arrow_types::{Form, data_type};

    use super::*;
    use crate::images::settings::Moving;

    /// Values of one column, moved with the images of their rows.
    fn moved_by(values: &ArrayRef, feature: &Feature, plans: &[Option<Plan>], moving: &Moving) -> ArrayRef {
        let rows: Vec<usize> = (0..plans.len()).collect();
        let place = Place { rows: &rows, plans, moving, limits: &Limits::default() };
        moved(values, feature, &place).unwrap()
    }

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
        let plans = [plan(false), plan(true), plan(false), None];
        let found = moved_by(&values, &Feature::Bbox, &plans, &Moving::default());
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

    #[test]
    fn a_box_of_which_too_little_is_left_is_null() {
        // A quarter of the first is in the part that is shown, half of the second, all of the third.
        let members =
            vec![vec![10.0, 10.0, 20.0], vec![0.0, 10.0, 10.0], vec![20.0, 20.0, 5.0], vec![20.0, 10.0, 5.0]];
        let values = structs(&Feature::Bbox, members);
        let plans = [plan(false), plan(false), plan(false)];
        let left = |min_visible| {
            let moving = Moving { min_visible, ..Moving::default() };
            let found = rows_of(&moved_by(&values, &Feature::Bbox, &plans, &moving));
            found.iter().map(Option::is_some).collect::<Vec<_>>()
        };
        assert_eq!(left(0.0), [true; 3]);
        assert_eq!(left(0.25), [true; 3]);
        assert_eq!(left(0.3), [false, true, true]);
        assert_eq!(left(0.5), [false, true, true]);
        assert_eq!(left(1.0), [false, false, true]);
        let whole = rows_of(&moved_by(&values, &Feature::Bbox, &plans, &Moving::default()));
        assert_eq!(whole[0], Some(vec![0.0, 0.0, 20.0, 20.0]));
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
        let check = |list: &ArrayRef, plans: &[Option<Plan>]| {
            let found = moved_by(list, &feature, plans, &Moving::default());
            assert_eq!(found.data_type(), list.data_type());
            let lists = found.as_list::<i32>();
            let of = |row: usize| rows_of(lists.value(row).as_struct().column(0));
            (0..lists.len()).flat_map(of).map(|row| row.unwrap()[0]).collect::<Vec<_>>()
        };
        assert_eq!(check(&list, &[plan(false), None, plan(true)]), [20.0, 20.0, 40.0]);
        // A slice, whose values are those of the whole.
        assert_eq!(check(&list.slice(1, 2), &[None, plan(true)]), [40.0]);
    }

    fn keypoints_of(names: &[&str]) -> Feature {
        Feature::Keypoints { names: names.iter().map(|name| (*name).to_owned()).collect(), skeleton: vec![] }
    }

    /// Lists of points `x, y, visibility`.
    fn keypoints(feature: &Feature, lists: &[&[(f64, f64, i32)]]) -> ArrayRef {
        let DataType::List(item) = data_type(feature, Form::Read) else { panic!() };
        let DataType::Struct(fields) = item.data_type() else { panic!() };
        let all: Vec<_> = lists.concat();
        let number =
            |of: fn(&(f64, f64, i32)) -> f64| Arc::new(Float64Array::from_iter_values(all.iter().map(of)));
        let seen = Int32Array::from_iter_values(all.iter().map(|point| point.2));
        let members: Vec<ArrayRef> = vec![number(|point| point.0), number(|point| point.1), Arc::new(seen)];
        let points = Arc::new(StructArray::try_new(fields.clone(), members, None).unwrap());
        let offsets = OffsetBuffer::from_lengths(lists.iter().map(|list| list.len()));
        Arc::new(ListArray::try_new(item, offsets, points, None).unwrap())
    }

    fn points_of(lists: &ArrayRef, row: usize) -> Vec<(f64, f64, i32)> {
        let list = lists.as_list::<i32>().value(row);
        let points = list.as_struct();
        let number = |member: usize, at: usize| points.column(member).as_primitive::<Float64Type>().value(at);
        let seen = points.column(2).as_primitive::<arrow::datatypes::Int32Type>();
        (0..points.len()).map(|at| (number(0, at), number(1, at), seen.value(at))).collect()
    }

    #[test]
    fn keypoints_move_change_sides_and_are_not_labelled_outside() {
        let feature = keypoints_of(&["nose", "left_eye", "right_eye", "tail"]);
        // The nose in the middle, the left eye hidden, the right one outside of the part, no tail.
        let animal = [(40.0, 25.0, 2), (30.0, 15.0, 1), (10.0, 15.0, 2), (0.0, 0.0, 0)];
        let values = keypoints(&feature, &[&animal, &animal, &[], &animal]);
        let plans = [plan(false), plan(true), plan(true), None];
        let found = moved_by(&values, &feature, &plans, &Moving::default());
        assert_eq!(points_of(&found, 0), [(40.0, 30.0, 2), (20.0, 10.0, 1), (0.0, 0.0, 0), (0.0, 0.0, 0)]);
        // What was the animal's left eye is in the place of its right one.
        assert_eq!(points_of(&found, 1), [(40.0, 30.0, 2), (0.0, 0.0, 0), (60.0, 10.0, 1), (0.0, 0.0, 0)]);
        assert!(points_of(&found, 2).is_empty());
        let undecoded = found.as_list::<i32>().value(3);
        assert_eq!(undecoded.as_struct().column(0).null_count(), 4, "its image couldn't be decoded");
        let none = Moving { flip_pairs: Some(Vec::new()), ..Moving::default() };
        let found = moved_by(&values, &feature, &plans, &none);
        assert_eq!(points_of(&found, 1), [(40.0, 30.0, 2), (60.0, 10.0, 1), (0.0, 0.0, 0), (0.0, 0.0, 0)]);
        // A slice, whose points are those of the whole.
        let found = moved_by(&values.slice(1, 1), &feature, &[plan(true)], &Moving::default());
        assert_eq!(points_of(&found, 0)[2], (60.0, 10.0, 1));
        let short = keypoints(&feature, &[&animal[..2]]);
        let rows = [0];
        let (moving, limits) = (Moving::default(), Limits::default());
        let place = Place { rows: &rows, plans: &[plan(true)], moving: &moving, limits: &limits };
        let Err(MoveError::Row { row: 0, problem }) = moved(&short, &feature, &place) else { panic!() };
        assert_eq!(problem, "found 2 keypoints, expected the 4 of its names");
        assert!(can_move(&Feature::list(feature)) && !can_move(&Feature::Text));
    }

    #[test]
    fn points_of_polygons_may_be_outside() {
        let DataType::List(ring) = data_type(&Feature::Polygon, Form::Read) else { panic!() };
        let DataType::List(item) = ring.data_type() else { panic!() };
        let DataType::Struct(fields) = item.data_type() else { panic!() };
        let number = |values: Vec<f64>| Arc::new(Float64Array::from(values)) as ArrayRef;
        let members = vec![number(vec![20.0, 60.0, 10.0]), number(vec![10.0, 10.0, 50.0])];
        let points = Arc::new(StructArray::try_new(fields.clone(), members, None).unwrap());
        let list = |item: &Arc<arrow::datatypes::Field>, lengths: &[usize], values: ArrayRef| {
            let offsets = OffsetBuffer::from_lengths(lengths.iter().copied());
            Arc::new(ListArray::try_new(Arc::clone(item), offsets, values, None).unwrap()) as ArrayRef
        };
        let values = list(&ring, &[1], list(item, &[3], points));
        let found = moved_by(&values, &Feature::Polygon, &[plan(true)], &Moving::default());
        let ring = found.as_list::<i32>().value(0).as_list::<i32>().value(0);
        let number =
            |member: usize| ring.as_struct().column(member).as_primitive::<Float64Type>().values().to_vec();
        assert_eq!((number(0), number(1)), (vec![80.0, 0.0, 100.0], vec![0.0, 0.0, 80.0]));
    }

    fn runs(counts: &[&[u32]]) -> ArrayRef {
        let feature = Feature::Mask { encoding: MaskEncoding::Rle };
        let DataType::Struct(fields) = data_type(&feature, Form::Read) else { panic!() };
        let DataType::List(item) = fields[2].data_type() else { panic!() };
        let all = Arc::new(arrow::array::UInt32Array::from(counts.concat()));
        let offsets = OffsetBuffer::from_lengths(counts.iter().map(|counts| counts.len()));
        let lists = Arc::new(ListArray::try_new(Arc::clone(item), offsets, all, None).unwrap());
        let side = |side: i32| Arc::new(Int32Array::from(vec![side; counts.len()])) as ArrayRef;
        Arc::new(StructArray::try_new(fields, vec![side(2), side(4), lists], None).unwrap())
    }

    /// The middle two columns of an image of 4 x 2.
    fn narrow(flip: bool) -> Option<Plan> {
        let crop = Rect { x: 1, y: 0, width: 2, height: 2 };
        Some(Plan { image: (4, 2), crop, resized: (2, 2), offset: (0, 0), size: (2, 2), flip })
    }

    #[test]
    fn masks_of_objects_keep_their_encoding() {
        let rle = Feature::Mask { encoding: MaskEncoding::Rle };
        // Column by column: the second column and the upper pixel of the third are set.
        let values = runs(&[&[2, 3, 3], &[2, 3, 3], &[8]]);
        let found = moved_by(&values, &rle, &[narrow(false), narrow(true), None], &Moving::default());
        let found = found.as_struct();
        let counts = |row: usize| {
            let counts = found.column(2).as_list::<i32>().value(row);
            counts.as_primitive::<UInt32Type>().values().to_vec()
        };
        assert_eq!((counts(0), counts(1)), (vec![0, 3, 1], vec![0, 1, 1, 2]));
        assert_eq!(found.column(1).as_primitive::<arrow::datatypes::Int32Type>().value(1), 2);
        assert!(found.is_null(2), "its image couldn't be decoded");
        let mask = Mask { width: 4, height: 2, values: vec![9, 1, 300, 9, 9, 3, 4, 9] };
        let png = Feature::Mask { encoding: MaskEncoding::Png };
        let DataType::Struct(fields) = data_type(&png, Form::Read) else { panic!() };
        let bytes = Arc::new(arrow::array::BinaryViewArray::from_iter_values([mask.to_png().unwrap()]));
        let names = Arc::new(arrow::array::StringArray::from(vec!["a.png"]));
        let values: ArrayRef = Arc::new(StructArray::try_new(fields, vec![bytes, names], None).unwrap());
        let found = moved_by(&values, &png, &[narrow(true)], &Moving::default());
        let found = found.as_struct().column(0).as_binary_view().value(0).to_vec();
        assert_eq!(Mask::from_png(&found, &Limits::default()).unwrap().values, [300, 1, 4, 3]);
    }

    #[test]
    fn a_column_of_masks_becomes_tensors() {
        let feature = Feature::Mask { encoding: MaskEncoding::Rle };
        let values = runs(&[&[2, 3, 3], &[8]]);
        let (plans, moving, limits) = ([narrow(false), None], Moving::default(), Limits::default());
        let place = Place { rows: &[0, 1], plans: &plans, moving: &moving, limits: &limits };
        let found = column(&values, &feature, &place, Some([2, 2])).unwrap();
        let tensors = found.as_fixed_size_list();
        let pixels = tensors.values().as_primitive::<UInt8Type>().values().to_vec();
        assert_eq!(pixels, [1, 1, 1, 0, 0, 0, 0, 0]);
        assert!(tensors.is_null(1));
        let found = column(&values, &feature, &place, None).unwrap();
        assert_eq!(found.as_struct().column(0).as_binary_view().value(0), [1, 1, 1, 0]);
        // A mask of another size than its image's.
        let other = [Some(Plan { image: (5, 2), ..narrow(false).unwrap() }), None];
        let place = Place { plans: &other, ..place };
        let Err(MoveError::Row { row: 0, problem }) = column(&values, &feature, &place, None) else {
            panic!()
        };
        assert_eq!(problem, "mask: it has 4 x 2 pixels, expected those of its image, 5 x 2");
    }
}
