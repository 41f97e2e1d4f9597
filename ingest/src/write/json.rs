//! Values as JSON.
//!
//! Boxes, outlines, masks and keypoints are flat lists of numbers as COCO has them, class labels their names,
//! moments RFC 3339, tensors nested lists. Media and bytes have no JSON; [`fits`] says so of a feature, so that
//! a format can leave the column out before it begins.

use chrono::{DateTime, SecondsFormat, Utc};
use hub_dataset::sample::Value;
use hub_schema::{DType, Feature, MaskEncoding};
use serde_json::{Map, Number, Value as Json, json};

/// Have the values of this feature a JSON?
pub fn fits(feature: &Feature) -> bool {
    match feature {
        Feature::Image
        | Feature::Audio
        | Feature::Video
        | Feature::Binary
        | Feature::Mask { encoding: MaskEncoding::Png } => false,
        Feature::List { item } => fits(item),
        Feature::Struct { fields } => fields.iter().all(|field| fits(&field.feature)),
        _ => true,
    }
}

/// A value of this feature.
///
/// # Errors
/// It is not of this feature, or a number that JSON does not have.
pub fn of(value: &Value, feature: &Feature) -> Result<Json, String> {
    Ok(match (value, feature) {
        (Value::Null, _) => Json::Null,
        (Value::Bool(b), _) => json!(b),
        (Value::Int(n), Feature::ClassLabel { names, .. }) => {
            let name = usize::try_from(*n).ok().and_then(|n| names.get(n));
            json!(name.ok_or_else(|| format!("{n} is none of {} classes", names.len()))?)
        }
        (Value::Int(n), Feature::Timestamp) => {
            let moment = DateTime::<Utc>::from_timestamp_micros(*n);
            let moment = moment.ok_or_else(|| format!("{n} is no moment between the years 0 and 9999"))?;
            json!(moment.to_rfc3339_opts(SecondsFormat::AutoSi, true))
        }
        (Value::Int(_) | Value::Float(_), _) => number(value)?,
        // What is no JSON after all is still a text.
        (Value::Text(text), Feature::Json) => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
        (Value::Text(text), _) => json!(text),
        (Value::Bytes(bytes), Feature::Tensor { dtype, shape, .. }) => tensor(bytes, *dtype, shape)?,
        (_, Feature::Bbox) => Json::Array(flat(value, 4)?),
        (_, Feature::Polygon) => rings(value)?,
        (_, Feature::Mask { encoding: MaskEncoding::Rle }) => runs(value)?,
        (Value::List(points), Feature::Keypoints { .. }) => {
            let mut numbers = Vec::new();
            for point in points {
                numbers.extend(flat(point, 3)?);
            }
            Json::Array(numbers)
        }
        (Value::Struct(members), Feature::Link) if members.len() == 3 => {
            let [url, bytes, hash] = [&members[0], &members[1], &members[2]];
            json!({
                "url": of(url, &Feature::Text)?,
                "bytes": of(bytes, &Feature::int64())?,
                "hash": of(hash, &Feature::Text)?,
            })
        }
        (Value::List(values), Feature::List { item }) => {
            values.iter().map(|value| of(value, item)).collect::<Result<_, _>>().map(Json::Array)?
        }
        (Value::Struct(values), Feature::Struct { fields }) if values.len() == fields.len() => {
            let mut members = Map::new();
            for (value, field) in values.iter().zip(fields) {
                members.insert(field.name.clone(), of(value, &field.feature)?);
            }
            Json::Object(members)
        }
        (other, feature) => return Err(format!("expected {}, found {}", feature.describe(), other.kind())),
    })
}

/// Nested lists, the outermost dimension first.
fn tensor(bytes: &[u8], dtype: DType, shape: &[usize]) -> Result<Json, String> {
    let (Some((length, inner)), size) = (shape.split_first(), dtype.size_bytes()) else {
        return element(bytes, dtype).ok_or_else(|| format!("a {} of {} bytes", dtype.numpy(), bytes.len()));
    };
    let step = inner.iter().product::<usize>() * size;
    if bytes.len() != length * step {
        return Err(format!("a tensor of {} bytes, expected {}", bytes.len(), length * step));
    }
    if step == 0 {
        return Ok(json!([]));
    }
    bytes.chunks_exact(step).map(|part| tensor(part, dtype, inner)).collect::<Result<_, _>>().map(Json::Array)
}

/// One element; of a float that JSON does not have, null.
fn element(bytes: &[u8], dtype: DType) -> Option<Json> {
    Some(match dtype {
        DType::U8 => json!(u8::from_le_bytes(bytes.try_into().ok()?)),
        DType::I8 => json!(i8::from_le_bytes(bytes.try_into().ok()?)),
        DType::U16 => json!(u16::from_le_bytes(bytes.try_into().ok()?)),
        DType::I16 => json!(i16::from_le_bytes(bytes.try_into().ok()?)),
        DType::U32 => json!(u32::from_le_bytes(bytes.try_into().ok()?)),
        DType::I32 => json!(i32::from_le_bytes(bytes.try_into().ok()?)),
        DType::U64 => json!(u64::from_le_bytes(bytes.try_into().ok()?)),
        DType::I64 => json!(i64::from_le_bytes(bytes.try_into().ok()?)),
        DType::F32 => json!(f32::from_le_bytes(bytes.try_into().ok()?)),
        DType::F64 => json!(f64::from_le_bytes(bytes.try_into().ok()?)),
    })
}

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

#[cfg(test)]
mod tests {
    use hub_schema::TensorRole;

    use super::*;

    #[test]
    fn values_have_their_usual_json() {
        let dog = of(&Value::Int(1), &Feature::labels(["cat", "dog"])).unwrap();
        assert_eq!(dog, json!("dog"));
        assert_eq!(
            of(&Value::bbox([1.0, 2.5, 3.0, 4.0]), &Feature::Bbox).unwrap(),
            json!([1.0, 2.5, 3.0, 4.0])
        );
        assert_eq!(
            of(&Value::Int(1_500_000), &Feature::Timestamp).unwrap(),
            json!("1970-01-01T00:00:01.500Z")
        );
        assert_eq!(of(&Value::text("{\"a\": [1]}"), &Feature::Json).unwrap(), json!({ "a": [1] }));
        let feature = Feature::Tensor { dtype: DType::U16, shape: vec![2, 2], role: TensorRole::Plain };
        let bytes = Value::Bytes(vec![1, 0, 2, 0, 3, 0, 0, 1].into());
        assert_eq!(of(&bytes, &feature).unwrap(), json!([[1, 2], [3, 256]]));
        let feature = Feature::structure([("a", Feature::list(Feature::Bool)), ("b", Feature::Text)]);
        let value = Value::Struct(vec![Value::List(vec![Value::Bool(true), Value::Null]), Value::Null]);
        assert_eq!(of(&value, &feature).unwrap(), json!({ "a": [true, null], "b": null }));
    }

    #[test]
    fn what_has_no_json_is_refused() {
        assert!(!fits(&Feature::list(Feature::Image)));
        assert!(of(&Value::Float(f64::NAN), &Feature::float64()).is_err());
        assert!(of(&Value::Int(2), &Feature::labels(["a"])).is_err());
        assert!(of(&Value::Bytes(vec![1].into()), &Feature::Binary).is_err());
    }
}
