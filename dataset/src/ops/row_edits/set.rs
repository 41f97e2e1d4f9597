//! Sets a part of a value.

use hub_schema::Feature;
use serde_json::Value as Json;

use crate::sample::Value;
use crate::sample::parse::{ParseError, from_json};

/// Why a part can't be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetError {
    /// The path leads nowhere: why.
    NoPath(String),
    /// The new part is not of its type.
    Value(ParseError),
}

/// Replaces the part of `value` at a JSON pointer; `None` takes an item out of a list.
pub fn set(feature: &Feature, value: &mut Value, path: &str, new: Option<&Json>) -> Result<(), SetError> {
    let Some(rest) = path.strip_prefix('/') else {
        return match (path.is_empty(), new) {
            (false, _) => Err(SetError::NoPath("a path begins with '/'".to_owned())),
            (true, None) => Err(SetError::NoPath("only an item of a list can be taken out".to_owned())),
            (true, Some(new)) => {
                *value = from_json(feature, new).map_err(SetError::Value)?;
                Ok(())
            }
        };
    };
    let (step, rest) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let step = step.replace("~1", "/").replace("~0", "~");
    let plain = feature.layout().unwrap_or(feature);
    match (plain, value) {
        (Feature::List { item }, value @ (Value::List(_) | Value::Null)) => {
            if *value == Value::Null {
                *value = Value::List(Vec::new());
            }
            let Value::List(values) = value else { return Ok(()) };
            if step == "-" {
                let mut added = Value::Null;
                set(item, &mut added, rest, Some(new.unwrap_or(&Json::Null)))?;
                values.push(added);
                return Ok(());
            }
            let length = values.len();
            let at = step.parse().ok().filter(|at| *at < length);
            let at = at.ok_or_else(|| SetError::NoPath(format!("the list has {length} items")))?;
            if rest.is_empty() && new.is_none() {
                values.remove(at);
                return Ok(());
            }
            set(item, &mut values[at], rest, new)
        }
        (Feature::Struct { fields }, value @ (Value::Struct(_) | Value::Null)) => {
            let at = fields.iter().position(|field| field.name == step).ok_or_else(|| {
                let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
                SetError::NoPath(format!("its members are {}", names.join(", ")))
            })?;
            if *value == Value::Null {
                *value = Value::Struct(vec![Value::Null; fields.len()]);
            }
            match value {
                Value::Struct(values) if at < values.len() => {
                    set(&fields[at].feature, &mut values[at], rest, new)
                }
                _ => Err(SetError::NoPath("it has no members".to_owned())),
            }
        }
        (other, _) => Err(SetError::NoPath(format!("it is {}", other.describe()))),
    }
}

/// The part of a value at a JSON pointer, and its type.
pub fn get<'a>(feature: &'a Feature, value: &'a Value, path: &str) -> Option<(&'a Feature, &'a Value)> {
    let Some(rest) = path.strip_prefix('/') else { return path.is_empty().then_some((feature, value)) };
    let (step, rest) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let step = step.replace("~1", "/").replace("~0", "~");
    match (feature.layout().unwrap_or(feature), value) {
        (Feature::List { item }, Value::List(values)) => {
            get(item, values.get(step.parse::<usize>().ok()?)?, rest)
        }
        (Feature::Struct { fields }, Value::Struct(values)) => {
            let at = fields.iter().position(|field| field.name == step)?;
            get(&fields[at].feature, values.get(at)?, rest)
        }
        _ => None,
    }
}

/// What is wrong with the boxes in a value: a length that is negative or no number.
pub fn wrong_shape(feature: &Feature, value: &Value) -> Option<String> {
    match (feature, value) {
        (Feature::Bbox, Value::Struct(members)) => {
            let numbers: Vec<Option<f64>> = members.iter().map(number).collect();
            if numbers.iter().any(|n| n.is_none_or(|n| !n.is_finite())) {
                return Some("a box needs x, y, width and height, each a number".to_owned());
            }
            let negative = numbers[2..].iter().flatten().any(|length| *length < 0.0);
            negative.then(|| "a box has a negative width or height; give its top left corner".to_owned())
        }
        (Feature::List { item }, Value::List(values)) => {
            values.iter().find_map(|value| wrong_shape(item, value))
        }
        (Feature::Struct { fields }, Value::Struct(values)) => {
            let mut members = fields.iter().zip(values);
            members.find_map(|(field, value)| wrong_shape(&field.feature, value))
        }
        _ => None,
    }
}

const fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Float(number) => Some(*number),
        Value::Int(number) => Some(*number as f64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn objects() -> (Feature, Value) {
        let object = [("box", Feature::Bbox), ("category", Feature::labels(["car", "bus"]))];
        let value = |x: f64, class| Value::Struct(vec![Value::bbox([x, 2.0, 3.0, 4.0]), Value::Int(class)]);
        (Feature::list(Feature::structure(object)), Value::List(vec![value(1.0, 0), value(5.0, 1)]))
    }

    #[test]
    fn parts_are_set_added_and_taken_out() {
        let (feature, mut value) = objects();
        let mut change = |path: &str, new: Option<Json>| set(&feature, &mut value, path, new.as_ref());
        change("/1/category", Some(json!("car"))).unwrap();
        change("/0/box/width", Some(json!(7))).unwrap();
        change("/-", Some(json!({ "box": { "x": 0, "y": 0, "width": 1, "height": 1 }, "category": "bus" })))
            .unwrap();
        change("/1", None).unwrap();
        let wanted = [([1.0, 2.0, 7.0, 4.0], 0), ([0.0, 0.0, 1.0, 1.0], 1)];
        let wanted = wanted.map(|(bbox, class)| Value::Struct(vec![Value::bbox(bbox), Value::Int(class)]));
        assert_eq!(value, Value::List(wanted.to_vec()));
        assert_eq!(get(&feature, &value, "/0/box/width").unwrap().1, &Value::Float(7.0));
        assert_eq!(get(&feature, &value, "/5"), None);
    }

    #[test]
    fn paths_that_lead_nowhere_are_refused() {
        let (feature, mut value) = objects();
        let before = value.clone();
        let mut said = |path: &str, new: Option<Json>| match set(&feature, &mut value, path, new.as_ref()) {
            Err(SetError::NoPath(why)) => why,
            other => panic!("{path}: {other:?}"),
        };
        assert_eq!(said("/2", Some(json!(null))), "the list has 2 items");
        assert_eq!(said("/x", None), "the list has 2 items");
        assert_eq!(said("/0/size", Some(json!(1))), "its members are box, category");
        assert_eq!(said("/0/category/x", Some(json!(1))), "it is class label of 2");
        assert_eq!(said("0", Some(json!(1))), "a path begins with '/'");
        assert_eq!(said("", None), "only an item of a list can be taken out");
        assert!(matches!(
            set(&feature, &mut value, "/0/category", Some(&json!("tram"))),
            Err(SetError::Value(ParseError::NoClass { .. }))
        ));
        assert_eq!(value, before);
    }

    #[test]
    fn boxes_have_lengths() {
        let (feature, mut value) = objects();
        assert_eq!(wrong_shape(&feature, &value), None);
        set(&feature, &mut value, "/0/box/width", Some(&json!(-1))).unwrap();
        assert!(wrong_shape(&feature, &value).unwrap().contains("negative"));
        set(&feature, &mut value, "/0/box/width", Some(&json!(null))).unwrap();
        assert!(wrong_shape(&feature, &value).unwrap().contains("needs x, y, width and height"));
    }
}
