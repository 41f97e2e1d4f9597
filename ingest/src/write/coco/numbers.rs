//! Writes values as COCO has them: flat lists of numbers.
//!
//! COCO is a format of its own, so its JSON is not that of [`hub_dataset::sample::json`]: a box is `[x, y,
//! width, height]`, an outline rings of x, y, x, y, …, and a number that JSON does not have is refused.

use hub_dataset::sample::Value;
use hub_schema::layout::BBOX;
use serde_json::{Number, Value as Json, json};

/// A number.
///
/// # Errors
/// It is none, or one that JSON does not have.
pub fn number(value: &Value) -> Result<Json, String> {
    match value {
        Value::Int(n) => Ok(json!(n)),
        Value::Float(f) => {
            Number::from_f64(*f).map(Json::Number).ok_or_else(|| format!("{f} can't be written as JSON"))
        }
        other => Err(format!("expected a number, found {}", other.kind())),
    }
}

/// The members of a struct of so many numbers: a box, a point.
///
/// # Errors
/// It is none.
pub fn flat(value: &Value, members: usize) -> Result<Vec<Json>, String> {
    match value {
        Value::Struct(values) if values.len() == members => values.iter().map(number).collect(),
        other => Err(format!("expected {members} numbers, found {}", other.kind())),
    }
}

/// The four numbers of a box: a struct, a list, or a tensor of floats.
///
/// # Errors
/// It is something else.
pub fn four(value: &Value) -> Result<Vec<Json>, String> {
    let count = BBOX.len();
    let floats = |values: Vec<f64>| values.into_iter().map(|n| number(&Value::Float(n))).collect();
    match value {
        Value::List(values) if values.len() == count => values.iter().map(number).collect(),
        Value::List(values) => Err(format!("a box of {} numbers, expected {count}", values.len())),
        Value::Bytes(bytes) if bytes.len() == count * 4 => {
            floats(bytes.as_chunks().0.iter().map(|b| f64::from(f32::from_le_bytes(*b))).collect())
        }
        Value::Bytes(bytes) if bytes.len() == count * 8 => {
            floats(bytes.as_chunks().0.iter().map(|b| f64::from_le_bytes(*b)).collect())
        }
        other => flat(other, count),
    }
}

/// Rings of points: lists of x, y, x, y, …
///
/// # Errors
/// It is something else.
pub fn rings(value: &Value) -> Result<Json, String> {
    let ring = |ring: &Value| -> Result<Json, String> {
        let mut numbers = Vec::new();
        for point in list(ring)? {
            numbers.extend(flat(point, 2)?);
        }
        Ok(Json::Array(numbers))
    };
    list(value)?.iter().map(ring).collect::<Result<_, _>>().map(Json::Array)
}

/// Run lengths, as a list.
///
/// # Errors
/// It is something else.
pub fn runs(value: &Value) -> Result<Json, String> {
    match value {
        Value::Struct(members) if members.len() == 3 => {
            let counts = list(&members[2])?.iter().map(number).collect::<Result<Vec<_>, _>>()?;
            Ok(json!({ "counts": counts, "size": [number(&members[0])?, number(&members[1])?] }))
        }
        other => Err(format!("expected run lengths, found {}", other.kind())),
    }
}

fn list(value: &Value) -> Result<&[Value], String> {
    match value {
        Value::List(values) => Ok(values),
        other => Err(format!("expected a list, found {}", other.kind())),
    }
}
