//! Keypoints, moved along with their image: where they are, whether they are in it, and which is left and which right.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int32Array, ListArray, StructArray, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{DataType, Float64Type, Int32Type};
use hub_decode::Plan;

use super::place::{MoveError, Place, in_list};

/// What differs in the names of two points that change places: one of each pair, then the other.
const SIDES: [[&str; 2]; 3] = [["left", "right"], ["Left", "Right"], ["LEFT", "RIGHT"]];

/// Which point takes the place of each in a mirrored image. `given`: the pairs by name; else they are found by the names.
///
/// # Errors
/// A name that no point has, in words.
pub fn partners(names: &[String], given: Option<&[(String, String)]>) -> Result<Vec<usize>, String> {
    let mut partners: Vec<usize> = (0..names.len()).collect();
    let find = |wanted: &str| names.iter().position(|name| name == wanted);
    let Some(given) = given else {
        for (at, name) in names.iter().enumerate() {
            if let Some(other) = opposites(name).iter().find_map(|opposite| find(opposite)) {
                (partners[at], partners[other]) = (other, at);
            }
        }
        return Ok(partners);
    };
    for (one, other) in given {
        let found = |name: &String| {
            let none =
                || format!("flip_pairs names the keypoint '{name}', expected one of {}", names.join(", "));
            find(name).ok_or_else(none)
        };
        let (one, other) = (found(one)?, found(other)?);
        (partners[one], partners[other]) = (other, one);
    }
    Ok(partners)
}

/// The names that a point on the other side may have, of one on the left.
fn opposites(name: &str) -> Vec<String> {
    let mut found: Vec<String> = SIDES
        .iter()
        .filter(|[left, _]| name.contains(left))
        .map(|[left, right]| name.replace(left, right))
        .collect();
    for [left, right] in [["l_", "r_"], ["L_", "R_"]] {
        found.extend(name.strip_prefix(left).map(|rest| format!("{right}{rest}")));
    }
    for [left, right] in [["_l", "_r"], ["_L", "_R"]] {
        found.extend(name.strip_suffix(left).map(|rest| format!("{rest}{right}")));
    }
    found
}

/// Lists of keypoints, moved. `names` are those of a list's points.
pub fn moved(values: &ArrayRef, place: &Place<'_>, names: &[String]) -> Result<ArrayRef, MoveError> {
    let Some(list) = values.as_list_opt::<i32>() else { return Ok(Arc::clone(values)) };
    let pairs = partners(names, place.moving.flip_pairs.as_deref()).map_err(|problem| MoveError::Row {
        row: place.rows.first().copied().unwrap_or_default(),
        problem,
    })?;
    let has_pairs = pairs.iter().enumerate().any(|(at, other)| at != *other);
    // Where each point comes from.
    let mut from: Vec<u32> = (0..list.values().len() as u32).collect();
    for (at, (ends, row)) in list.offsets().windows(2).zip(place.rows).enumerate() {
        let (start, count) = (ends[0] as usize, (ends[1] - ends[0]) as usize);
        let is_flipped = place.plan(*row).is_some_and(|plan| plan.flip);
        if !is_flipped || !has_pairs || count == 0 || list.is_null(at) {
            continue;
        }
        if count != names.len() {
            let problem = format!("found {count} keypoints, expected the {} of its names", names.len());
            return Err(MoveError::Row { row: *row, problem });
        }
        for (point, partner) in pairs.iter().enumerate() {
            from[start + point] = (start + partner) as u32;
        }
    }
    let points = take(list.values(), &UInt32Array::from(from), None)?;
    let DataType::List(field) = list.data_type() else { return Ok(Arc::clone(values)) };
    let (offsets, nulls) = (list.offsets().clone(), list.nulls().cloned());
    let swapped = ListArray::try_new(Arc::clone(field), offsets, points, nulls)?;
    let swapped: ArrayRef = Arc::new(swapped);
    in_list(&swapped, place, points_moved)
}

/// Points in their image: where they are, and that they aren't labelled where they are outside.
fn points_moved(values: &ArrayRef, place: &Place<'_>) -> Result<ArrayRef, MoveError> {
    let Some(stored) = values.as_struct_opt() else { return Ok(Arc::clone(values)) };
    let coordinate = |name: &str| stored.column_by_name(name)?.as_primitive_opt::<Float64Type>();
    let visibility = stored.column_by_name("visibility").and_then(|v| v.as_primitive_opt::<Int32Type>());
    let (Some(x), Some(y), Some(visibility)) = (coordinate("x"), coordinate("y"), visibility) else {
        return Ok(Arc::clone(values));
    };
    let point = |at: usize| -> Option<(f64, f64, Option<i32>)> {
        let plan = place.plan(*place.rows.get(at)?)?;
        if x.is_null(at) || y.is_null(at) {
            return None;
        }
        let seen = visibility.is_valid(at).then(|| visibility.value(at));
        if seen == Some(0) {
            return Some((x.value(at), y.value(at), seen));
        }
        let (x, y) = plan.point((x.value(at), y.value(at)));
        Some(if is_inside((x, y), plan) { (x, y, seen) } else { (0.0, 0.0, Some(0)) })
    };
    let found: Vec<_> = (0..values.len()).map(point).collect();
    let xs = Float64Array::from_iter(found.iter().map(|point| point.map(|point| point.0)));
    let ys = Float64Array::from_iter(found.iter().map(|point| point.map(|point| point.1)));
    let seen = Int32Array::from_iter(found.iter().map(|point| point.and_then(|point| point.2)));
    let members = stored.column_names().into_iter().zip(stored.columns()).map(|(name, column)| match name {
        "x" => Arc::new(xs.clone()) as ArrayRef,
        "y" => Arc::new(ys.clone()),
        "visibility" => Arc::new(seen.clone()),
        _ => Arc::clone(column),
    });
    let members = members.collect();
    Ok(Arc::new(StructArray::try_new(stored.fields().clone(), members, stored.nulls().cloned())?))
}

fn is_inside((x, y): (f64, f64), plan: &Plan) -> bool {
    let (width, height) = plan.size;
    x >= 0.0 && y >= 0.0 && x < f64::from(width) && y < f64::from(height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partners_are_found_by_their_names_or_given() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let coco = names(&["nose", "left_eye", "right_eye", "right_ear", "left_ear"]);
        assert_eq!(partners(&coco, None).unwrap(), [0, 2, 1, 4, 3]);
        let short = names(&["l_hip", "r_hip", "knee_L", "knee_R", "only_left", "leftRight"]);
        assert_eq!(partners(&short, None).unwrap(), [1, 0, 3, 2, 4, 5]);
        assert_eq!(partners(&names(&["1", "2", "3"]), None).unwrap(), [0, 1, 2]);
        let given = [("1".to_owned(), "3".to_owned())];
        assert_eq!(partners(&names(&["1", "2", "3"]), Some(&given)).unwrap(), [2, 1, 0]);
        assert_eq!(partners(&coco, Some(&[])).unwrap(), [0, 1, 2, 3, 4], "none");
        let text = partners(&coco, Some(&given)).unwrap_err();
        assert_eq!(
            text,
            "flip_pairs names the keypoint '1', expected one of nose, left_eye, right_eye, right_ear, left_ear"
        );
    }
}
