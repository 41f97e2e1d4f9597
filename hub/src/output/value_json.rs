//! A value as JSON: whole, but for the bytes of media and tensors.

use chrono::DateTime;
use hub_dataset::sample::{Media, Value};
use hub_schema::Feature;
use serde_json::{Map, Value as Json, json};

/// A value as JSON. Media are their name and length; class numbers come with their names.
pub fn to_json(feature: &Feature, value: &Value) -> Json {
    match (feature, value) {
        (_, Value::Null) => Json::Null,
        (Feature::ClassLabel { names, synsets }, Value::Int(class)) => {
            let at = usize::try_from(*class).ok();
            let name = at.and_then(|i| names.get(i));
            match at.and_then(|i| synsets.get(i)).and_then(Option::as_ref) {
                Some(synset) => json!({ "class": class, "name": name, "synset": synset }),
                None => json!({ "class": class, "name": name }),
            }
        }
        (Feature::Timestamp, Value::Int(micros)) => DateTime::from_timestamp_micros(*micros)
            .map_or_else(|| json!(micros), |time| json!(time.to_rfc3339())),
        (Feature::Json, Value::Text(text)) => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
        (Feature::Tensor { dtype, shape, .. }, Value::Bytes(_)) => {
            json!({ "dtype": dtype.numpy(), "shape": shape })
        }
        (Feature::Struct { fields }, Value::Struct(values)) => {
            let members = fields.iter().zip(values);
            Json::Object(members.map(|(f, v)| (f.name.clone(), to_json(&f.feature, v))).collect())
        }
        (Feature::List { item }, Value::List(values)) => values.iter().map(|v| to_json(item, v)).collect(),
        (Feature::Bbox, Value::Struct(v)) => members(&["x", "y", "width", "height"], v),
        (Feature::Polygon, Value::List(rings)) => rings.iter().map(|r| points(&["x", "y"], r)).collect(),
        (Feature::Keypoints { .. }, list) => points(&["x", "y", "visibility"], list),
        (Feature::Mask { .. }, Value::Struct(v)) => members(&["height", "width", "counts"], v),
        (Feature::Link, Value::Struct(v)) => members(&["url", "bytes", "hash"], v),
        (_, value) => plain(value),
    }
}

fn points(names: &[&str], list: &Value) -> Json {
    let Value::List(points) = list else { return plain(list) };
    points.iter().map(|p| if let Value::Struct(v) = p { members(names, v) } else { plain(p) }).collect()
}

fn members(names: &[&str], values: &[Value]) -> Json {
    let members = names.iter().zip(values);
    Json::Object(members.map(|(name, value)| ((*name).to_owned(), plain(value))).collect::<Map<_, _>>())
}

fn plain(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(b) => json!(b),
        Value::Int(n) => json!(n),
        Value::Float(x) => json!(x),
        Value::Text(text) => json!(text),
        Value::Bytes(bytes) => json!({ "bytes": bytes.len() }),
        Value::Media(Media { name, bytes }) => json!({ "name": name, "bytes": bytes.size_bytes() }),
        Value::List(values) | Value::Struct(values) => values.iter().map(plain).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_whole() {
        let label = Feature::labels(["cat"]);
        assert_eq!(to_json(&label, &Value::Int(0)), json!({ "class": 0, "name": "cat" }));
        let boxes = Feature::list(Feature::Bbox);
        let value = Value::List(vec![Value::bbox([1.0, 2.0, 3.0, 4.0])]);
        assert_eq!(to_json(&boxes, &value), json!([{ "x": 1.0, "y": 2.0, "width": 3.0, "height": 4.0 }]));
        assert_eq!(to_json(&Feature::Json, &Value::text("{\"a\":1}")), json!({ "a": 1 }));
    }
}
