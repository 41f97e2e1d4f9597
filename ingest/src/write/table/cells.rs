//! Values → cells of a table.

use hub_dataset::sample::Value;
use hub_schema::Feature;
use serde_json::{Value as Json, json};

use crate::format::Format;
use crate::write::json;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A number that JSON does not have.
    Odd(f64),
    /// Anything else.
    Json(Json),
}

impl Cell {
    /// A text.
    pub fn text(text: &str) -> Self {
        Self::Json(json!(text))
    }

    /// The cell of a value; with `numbered`, a class is its number.
    ///
    /// # Errors
    /// The value is not of the feature.
    pub fn of(value: &Value, feature: &Feature, numbered: bool) -> Result<Self, String> {
        Ok(match value {
            Value::Null => Self::Null,
            Value::Float(f) if !f.is_finite() => Self::Odd(*f),
            Value::Int(n) if numbered => Self::Json(json!(n)),
            value => Self::Json(json::of(value, feature)?),
        })
    }

    /// As CSV has it.
    pub fn into_text(self) -> String {
        match self {
            Self::Null | Self::Json(Json::Null) => String::new(),
            Self::Odd(f) => f.to_string(),
            Self::Json(Json::String(text)) => text,
            Self::Json(other) => other.to_string(),
        }
    }

    /// As JSON lines have it.
    pub fn into_json(self) -> Json {
        match self {
            Self::Null | Self::Odd(_) => Json::Null,
            Self::Json(json) => json,
        }
    }
}

const NESTED: &str = "JSON, in which classes are texts and boxes, outlines and masks lists of numbers";

/// What becomes of a feature's values, if our reader gives them back as something else.
pub fn loses(format: Format, feature: &Feature) -> Option<&'static str> {
    let is_csv = format == Format::Csv;
    match feature {
        f if *f == Feature::int64() || *f == Feature::float64() => None,
        Feature::Bool => None,
        Feature::Text if is_csv => {
            Some("text, which is read back as numbers if all of it looks like numbers")
        }
        Feature::Text => None,
        Feature::Number { .. } => Some("numbers, which are read back as int64 or float64"),
        Feature::ClassLabel { .. } => Some("class names, which are read back as text"),
        Feature::Timestamp => Some("RFC 3339 text"),
        _ if is_csv => Some("JSON text"),
        Feature::List { item } => loses(format, item).map(|_| NESTED),
        Feature::Struct { fields } => {
            fields.iter().any(|f| loses(format, &f.feature).is_some()).then_some(NESTED)
        }
        Feature::Json => Some("JSON, which is read back as what it looks like"),
        _ => Some("lists of numbers"),
    }
}
