//! What values look like, and what holds all of them.
//!
//! Each value has a shape; the shape of a column is the least that holds every value of it. In CSV all values
//! are texts, so what does not fit together is text; in JSON lines it is JSON. Numbers are taken for numbers
//! only where nothing is lost: `007` and a 25-digit number are texts, and integers too long for a float make
//! no floats of their column.

use hub_schema::Feature;
use hub_schema::feature::StructField;
use serde_json::{Map, Value as Json};

use super::row::{Cell, Form};

/// A struct of more members is JSON: its keys are data, not names.
const MAX_MEMBERS: usize = 64;

/// Values nested deeper are JSON.
const MAX_DEPTH: usize = 8;

/// Integers up to this are exact as floats.
const MAX_EXACT: u64 = 1 << 53;

/// What a value or column looks like.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Shape {
    /// No value seen so far.
    #[default]
    Empty,
    Bool,
    /// An integer that a float64 holds exactly.
    Int,
    /// An integer that a float64 may not hold exactly.
    LongInt,
    Float,
    Text,
    List(Box<Shape>),
    Struct(Vec<(String, Shape)>),
    /// Values of different types, kept as JSON.
    Json,
}

impl Shape {
    /// The shape of a cell.
    pub fn of(cell: Cell<'_>) -> Self {
        match cell {
            Cell::Empty => Self::Empty,
            Cell::Text(text) => of_text(text.trim()),
            Cell::Json(value) => of_json(value, 0),
        }
    }

    /// The least shape that holds both.
    #[must_use]
    pub fn with(self, other: Self, form: Form) -> Self {
        match (self, other) {
            (Self::Empty, shape) | (shape, Self::Empty) => shape,
            (a, b) if a == b => a,
            (Self::Int, Self::LongInt) | (Self::LongInt, Self::Int) => Self::LongInt,
            (Self::Int, Self::Float) | (Self::Float, Self::Int) => Self::Float,
            (Self::List(a), Self::List(b)) => Self::List(Box::new(a.with(*b, form))),
            (Self::Struct(a), Self::Struct(b)) => merge_members(a, b, form),
            _ if form == Form::Csv => Self::Text,
            _ => Self::Json,
        }
    }

    /// The feature of a column of this shape. A column without any value is one of texts.
    pub fn feature(&self) -> Feature {
        match self {
            Self::Empty | Self::Text => Feature::Text,
            Self::Bool => Feature::Bool,
            Self::Int | Self::LongInt => Feature::int64(),
            Self::Float => Feature::float64(),
            Self::List(item) => Feature::list(item.feature()),
            // Parquet has no struct without members.
            Self::Struct(members) if members.is_empty() => Feature::Json,
            Self::Struct(members) => Feature::Struct {
                fields: members
                    .iter()
                    .map(|(name, shape)| StructField { name: name.clone(), feature: shape.feature() })
                    .collect(),
            },
            Self::Json => Feature::Json,
        }
    }
}

fn merge_members(mut a: Vec<(String, Shape)>, b: Vec<(String, Shape)>, form: Form) -> Shape {
    for (name, shape) in b {
        match a.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = std::mem::take(known).with(shape, form),
            None => a.push((name, shape)),
        }
    }
    if a.len() > MAX_MEMBERS { Shape::Json } else { Shape::Struct(a) }
}

fn of_json(value: &Json, depth: usize) -> Shape {
    match value {
        Json::Null => Shape::Empty,
        Json::Bool(_) => Shape::Bool,
        Json::Number(number) => match number.as_i64() {
            Some(n) => of_integer(n),
            None if number.is_u64() => Shape::Json,
            None => Shape::Float,
        },
        Json::String(_) => Shape::Text,
        _ if depth == MAX_DEPTH => Shape::Json,
        Json::Array(items) => {
            let items = items.iter().map(|item| of_json(item, depth + 1));
            Shape::List(Box::new(items.fold(Shape::Empty, |a, b| a.with(b, Form::Jsonl))))
        }
        Json::Object(members) => of_members(members, depth),
    }
}

fn of_members(members: &Map<String, Json>, depth: usize) -> Shape {
    if members.len() > MAX_MEMBERS {
        return Shape::Json;
    }
    Shape::Struct(members.iter().map(|(name, value)| (name.clone(), of_json(value, depth + 1))).collect())
}

fn of_integer(n: i64) -> Shape {
    if n.unsigned_abs() <= MAX_EXACT { Shape::Int } else { Shape::LongInt }
}

fn of_text(text: &str) -> Shape {
    if text.is_empty() {
        return Shape::Empty;
    }
    if let Some(n) = text.parse::<i64>().ok().filter(|n| n.to_string() == text) {
        return of_integer(n);
    }
    if bool_of(text).is_some() {
        return Shape::Bool;
    }
    if float_of(text).is_some() { Shape::Float } else { Shape::Text }
}

/// `true` and `false` as programs write them.
pub fn bool_of(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// The number a text writes, if it is written as a fraction or integer is, and fits.
pub fn float_of(text: &str) -> Option<f64> {
    let value: f64 = text.parse().ok()?;
    let digits = text.trim_start_matches('-');
    if !value.is_finite() {
        return ["nan", "inf", "infinity"].contains(&digits.to_ascii_lowercase().as_str()).then_some(value);
    }
    let mut bytes = digits.bytes();
    let (first, second) = (bytes.next()?, bytes.next());
    let is_padded = first == b'0' && second.is_some_and(|b| b.is_ascii_digit());
    let is_integer = digits.bytes().all(|b| b.is_ascii_digit());
    let is_long = is_integer && digits.parse::<u64>().map_or(true, |n| n > MAX_EXACT);
    (first != b'+' && !is_padded && !is_long).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(texts: &[&str]) -> Shape {
        texts.iter().fold(Shape::Empty, |shape, text| shape.with(Shape::of(Cell::Text(text)), Form::Csv))
    }

    fn json(values: &[Json]) -> Feature {
        let shapes = values.iter().map(|v| Shape::of(Cell::Json(v)));
        shapes.fold(Shape::Empty, |a, b| a.with(b, Form::Jsonl)).feature()
    }

    #[test]
    fn texts_are_numbers_where_nothing_is_lost() {
        assert_eq!(column(&["1", "", "-20"]), Shape::Int);
        assert_eq!(column(&["1", "2.5", "nan", "-1e3"]), Shape::Float);
        assert_eq!(column(&["9007199254740993"]), Shape::LongInt);
        assert_eq!(column(&["True", "false"]), Shape::Bool);
        for texts in [
            &["007"][..],
            &["+1"],
            &["1", "x"],
            &["12345678901234567890123"],
            &["9007199254740993", "0.5"],
            &["1e999"],
            &["00.5"],
            &["true", "1"],
        ] {
            assert_eq!(column(texts), Shape::Text, "{texts:?}");
        }
        assert_eq!(column(&["", ""]).feature(), Feature::Text);
    }

    #[test]
    fn json_values_are_structs_where_they_are_uniform() {
        use serde_json::json;
        assert_eq!(json(&[json!([1, 2]), json!([]), json!([0.5])]), Feature::list(Feature::float64()));
        assert_eq!(
            json(&[json!({"x": 1, "y": null}), json!({"x": 2, "z": "t"})]),
            Feature::structure([("x", Feature::int64()), ("y", Feature::Text), ("z", Feature::Text)])
        );
        assert_eq!(json(&[json!(1), json!("1")]), Feature::Json);
        assert_eq!(json(&[json!({})]), Feature::Json);
        assert_eq!(json(&[json!(u64::MAX)]), Feature::Json);
        let keys: Map<String, Json> = (0..100).map(|n| (n.to_string(), json!(n))).collect();
        assert_eq!(json(&[Json::Object(keys)]), Feature::Json);
    }
}
