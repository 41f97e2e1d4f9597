//! A cell → a value of its column's type.
//!
//! The type was found by a pass over all rows, so a cell that does not fit means that the file changed
//! meanwhile; it is still an error, since a wrong value is worse than a missing row.

use hub_dataset::sample::Value;
use hub_schema::Feature;
use serde_json::Value as Json;

use super::label::class_of as class_label;
use super::row::Cell;
use super::shape::{bool_of, float_of};

/// The value of a cell; an error in a clause.
pub fn value_of(cell: Cell<'_>, feature: &Feature) -> Result<Value, String> {
    match cell {
        Cell::Empty => Ok(Value::Null),
        Cell::Text(text) => of_text(text, feature),
        Cell::Json(value) => of_json(value, feature),
    }
}

fn of_text(text: &str, feature: &Feature) -> Result<Value, String> {
    let word = text.trim();
    let value = match feature {
        Feature::Text => Some(Value::text(text)),
        _ if word.is_empty() => Some(Value::Null),
        Feature::Bool => bool_of(word).map(Value::Bool),
        f if *f == Feature::int64() => word.parse().ok().map(Value::Int),
        f if *f == Feature::float64() => float_of(word).map(Value::Float),
        Feature::ClassLabel { names, .. } => return class_of(word, names),
        _ => None,
    };
    value.ok_or_else(|| wrong(feature, text))
}

fn of_json(value: &Json, feature: &Feature) -> Result<Value, String> {
    let converted = match (feature, value) {
        (_, Json::Null) => Some(Value::Null),
        (Feature::Json, value) => Some(Value::Text(value.to_string())),
        (Feature::Text, Json::String(text)) => Some(Value::text(text)),
        (Feature::Bool, Json::Bool(bool)) => Some(Value::Bool(*bool)),
        (f, Json::Number(n)) if *f == Feature::int64() => n.as_i64().map(Value::Int),
        (f, Json::Number(n)) if *f == Feature::float64() => n.as_f64().map(Value::Float),
        (Feature::ClassLabel { names, .. }, Json::String(text)) => return class_of(text.trim(), names),
        (Feature::List { item }, Json::Array(values)) => {
            Some(Value::List(values.iter().map(|v| of_json(v, item)).collect::<Result<_, _>>()?))
        }
        (Feature::Struct { fields }, Json::Object(members)) => {
            let member = |name: &str| members.get(name).unwrap_or(&Json::Null);
            let values = fields.iter().map(|field| of_json(member(&field.name), &field.feature));
            Some(Value::Struct(values.collect::<Result<_, _>>()?))
        }
        _ => None,
    };
    converted.ok_or_else(|| wrong(feature, &value.to_string()))
}

/// A class by its name; the names are sorted, unless they come from a list beside the table.
fn class_of(word: &str, names: &[String]) -> Result<Value, String> {
    let sorted = names.binary_search_by(|name| name.as_str().cmp(word)).ok();
    let found = sorted.or_else(|| names.iter().position(|name| name == word));
    let at = found.ok_or_else(|| format!("'{}' is not one of the {} classes", shorten(word), names.len()))?;
    Ok(Value::Int(at as i64))
}

/// A class by its number; -1 is "no label".
pub fn numbered_class_of(cell: Cell<'_>, classes: usize) -> Result<Value, String> {
    match value_of(cell, &Feature::int64())? {
        Value::Int(-1) => Ok(Value::Null),
        Value::Int(number) if usize::try_from(number).is_ok_and(|n| n < classes) => Ok(Value::Int(number)),
        Value::Int(number) => Err(format!("{number} is not a number of the {classes} classes")),
        other => Ok(other),
    }
}

/// A class label that is an object, by its number.
pub fn label_of(cell: Cell<'_>, numbers: &[i64]) -> Result<Value, String> {
    let Cell::Json(value) = cell else { return value_of(cell, &Feature::int64()) };
    let class = class_label(value).and_then(|(number, ..)| numbers.binary_search(&number).ok());
    let class = class.ok_or_else(|| {
        format!("'{}' is not one of the {} classes", shorten(&value.to_string()), numbers.len())
    })?;
    Ok(Value::Int(class as i64))
}

fn wrong(feature: &Feature, found: &str) -> String {
    format!("expected {}, found '{}'", feature.describe(), shorten(found))
}

/// The beginning of a text, for messages.
pub fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}
