//! Converts values to cells of a table.

use hub_dataset::sample::Value;
use hub_dataset::sample::json::{Labels, Style};
use hub_schema::Feature;
use serde_json::{Value as Json, json};

use crate::format::Format;
use crate::write::json;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Null,
    /// A number that JSON does not have.
    Odd(f64),
    Json(Json),
}

impl Cell {
    pub fn text(text: &str) -> Self {
        Self::Json(json!(text))
    }

    /// The cell of a value; with `numbered`, a class of a CSV file is its number.
    ///
    /// # Errors
    /// The value is not of the feature.
    pub fn of(format: Format, value: &Value, feature: &Feature, numbered: bool) -> Result<Self, String> {
        let is_csv = format == Format::Csv;
        Ok(match value {
            Value::Null => Self::Null,
            Value::Float(f) if !f.is_finite() => Self::Odd(*f),
            Value::Int(n) if numbered && is_csv => Self::Json(json!(n)),
            value => Self::Json(json::of(value, feature, if is_csv { CSV } else { Style::WHOLE })?),
        })
    }

    /// The cell as CSV text; null is the empty text.
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

/// CSV has class labels by their names.
const CSV: Style<'static> = Style { labels: Labels::Names, ..Style::WHOLE };

const NESTED: &str = "JSON, in which classes, boxes, outlines, masks and keypoints are objects";

/// How a feature's values are written, if this crate's reader reads them back as another type.
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
        Feature::ClassLabel { .. } if is_csv => Some("class names, which are read back as text"),
        Feature::ClassLabel { .. } => Some("classes, of which those that no sample has are lost"),
        Feature::Timestamp => Some("RFC 3339 text"),
        _ if is_csv => Some("JSON text"),
        Feature::List { item } => loses(format, item).map(|_| NESTED),
        Feature::Struct { fields } => {
            fields.iter().any(|f| loses(format, &f.feature).is_some()).then_some(NESTED)
        }
        Feature::Json => Some("JSON, which is read back as what it looks like"),
        Feature::Tensor { .. } => Some("lists of numbers"),
        _ => Some("objects, which are read back as structs"),
    }
}
