//! Text → a value of a column's type: what a person types on a command line or a cell of a CSV file holds.
//!
//! Texts and class names stand as they are, numbers and times in their usual forms, and what has members (boxes, lists,
//! structs) as JSON of the shape that `docs/values.md` lists. Media, tensors and bytes have no such form.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use hub_schema::similar::{did_you_mean, nearest};
use hub_schema::{DType, Feature};
use serde_json::Value as Json;

use super::Value;

/// A text that is no value of a type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// It is not written as values of the type are.
    #[error("expected {expected}, found '{found}'")]
    Wrong {
        /// The type, and how its values are written.
        expected: String,
        /// The beginning of the text.
        found: String,
    },
    /// The label column has no class of that name.
    #[error("no class '{class}' among its {classes} classes{}", did_you_mean(similar))]
    NoClass {
        /// The text.
        class: String,
        /// The number of classes.
        classes: usize,
        /// Classes with similar names.
        similar: Vec<String>,
    },
    /// Values of the type are not written as text.
    #[error("values of type {0} can't be given as text")]
    NoText(String),
}

/// Parses a value. Blanks around it count only in texts and class names.
///
/// # Errors
/// [`ParseError`].
pub fn from_text(feature: &Feature, text: &str) -> Result<Value, ParseError> {
    let word = text.trim();
    let wrong = |how: &str| wrong(feature, how, text);
    match feature {
        Feature::Text => Ok(Value::text(text)),
        Feature::ClassLabel { names, .. } => class(names, text),
        Feature::Json => match serde_json::from_str::<Json>(word) {
            Ok(_) => Ok(Value::text(word)),
            Err(_) => Err(wrong("")),
        },
        Feature::Bool => match word.to_ascii_lowercase().as_str() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(wrong(" (true or false)")),
        },
        Feature::Number { dtype } => number(*dtype, word).ok_or_else(|| wrong(&range(*dtype))),
        Feature::Timestamp => {
            let micros = timestamp(word).map(|time| Value::Int(time.timestamp_micros()));
            micros.ok_or_else(|| wrong(" (2026-01-31, or 2026-01-31T14:30:00Z; UTC without a time zone)"))
        }
        Feature::Tensor { .. } | Feature::Binary => Err(ParseError::NoText(feature.describe())),
        other if other.is_file() => Err(ParseError::NoText(feature.describe())),
        _ => {
            let json: Json = serde_json::from_str(word).map_err(|_| wrong(" as JSON"))?;
            from_json(feature, &json)
        }
    }
}

/// A value from its JSON.
///
/// # Errors
/// [`ParseError`] for the first part that is not of its type.
pub fn from_json(feature: &Feature, json: &Json) -> Result<Value, ParseError> {
    let wrong = || wrong(feature, " as JSON", &json.to_string());
    match (feature, json) {
        (_, Json::Null) => Ok(Value::Null),
        (Feature::Json, json) => Ok(Value::Text(json.to_string())),
        (Feature::Text, Json::String(text)) => Ok(Value::text(text)),
        (Feature::Bool, Json::Bool(bool)) => Ok(Value::Bool(*bool)),
        (Feature::ClassLabel { names, .. }, Json::String(text)) => class(names, text),
        (Feature::ClassLabel { names, .. }, Json::Object(label)) => match label.get("name") {
            Some(Json::String(text)) => class(names, text),
            _ => Err(wrong()),
        },
        (Feature::Timestamp, Json::String(text)) => from_text(feature, text),
        (Feature::Number { .. }, Json::Number(number)) => from_text(feature, &number.to_string()),
        (Feature::List { item }, Json::Array(values)) => {
            let values = values.iter().map(|value| from_json(item, value));
            Ok(Value::List(values.collect::<Result<_, _>>()?))
        }
        (Feature::Struct { fields }, Json::Object(members)) => {
            if let Some(unknown) = members.keys().find(|name| fields.iter().all(|f| f.name != **name)) {
                return Err(self::wrong(feature, " as JSON", &format!("a member \"{unknown}\"")));
            }
            let member = |name: &str| members.get(name).unwrap_or(&Json::Null);
            let values = fields.iter().map(|field| from_json(&field.feature, member(&field.name)));
            Ok(Value::Struct(values.collect::<Result<_, _>>()?))
        }
        (Feature::Tensor { .. } | Feature::Binary, _) => Err(ParseError::NoText(feature.describe())),
        (other, _) if other.is_file() => Err(ParseError::NoText(feature.describe())),
        (other, json) => match other.layout() {
            Some(plain) => from_json(plain, json),
            None => Err(wrong()),
        },
    }
}

fn class(names: &[String], text: &str) -> Result<Value, ParseError> {
    let at = names.iter().position(|name| name == text);
    at.map(|at| Value::Int(at as i64)).ok_or_else(|| ParseError::NoClass {
        class: text.to_owned(),
        classes: names.len(),
        similar: nearest(text, names.iter().map(String::as_str)),
    })
}

fn number(dtype: DType, word: &str) -> Option<Value> {
    let within = |low: i64, high: i64| -> Option<Value> {
        let number: i64 = word.parse().ok()?;
        (low..=high).contains(&number).then_some(Value::Int(number))
    };
    match dtype {
        DType::U8 => within(0, u8::MAX.into()),
        DType::I8 => within(i8::MIN.into(), i8::MAX.into()),
        DType::U16 => within(0, u16::MAX.into()),
        DType::I16 => within(i16::MIN.into(), i16::MAX.into()),
        DType::U32 => within(0, u32::MAX.into()),
        DType::I32 => within(i32::MIN.into(), i32::MAX.into()),
        DType::I64 => within(i64::MIN, i64::MAX),
        DType::U64 => {
            let number: u64 = word.parse().ok()?;
            Some(i64::try_from(number).map_or(Value::UInt(number), Value::Int))
        }
        DType::F32 | DType::F64 => {
            let number: f64 = word.parse().ok()?;
            let fits = dtype == DType::F64 || number.is_infinite() || (number as f32).is_finite();
            (fits || number.is_nan()).then_some(Value::Float(number))
        }
    }
}

/// The numbers of a type, in words.
fn range(dtype: DType) -> String {
    match dtype {
        DType::F32 | DType::F64 => " (a number)".to_owned(),
        DType::U8 | DType::U16 | DType::U32 | DType::U64 => {
            let most = u64::MAX >> (64 - 8 * dtype.size_bytes());
            format!(" (an integer from 0 to {most})")
        }
        DType::I8 | DType::I16 | DType::I32 | DType::I64 => {
            let most = i64::MAX >> (64 - 8 * dtype.size_bytes());
            format!(" (an integer from {} to {most})", -most - 1)
        }
    }
}

/// A time in one of the usual forms; UTC where no time zone is given.
pub fn timestamp(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    let forms = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
    let time = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let date = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    time.or_else(date).map(|time| time.and_utc())
}

/// A value as one word that is equal where values are: to find rows by it. `None` for null and for what has members.
pub fn to_key(feature: &Feature, value: &Value) -> Option<String> {
    Some(match (feature, value) {
        (Feature::ClassLabel { names, .. }, Value::Int(class)) => {
            names.get(usize::try_from(*class).ok()?)?.clone()
        }
        (Feature::Timestamp, Value::Int(micros)) => DateTime::from_timestamp_micros(*micros)?.to_rfc3339(),
        (_, Value::Text(text)) => text.clone(),
        (_, Value::Bool(bool)) => bool.to_string(),
        (_, Value::Int(number)) => number.to_string(),
        (_, Value::UInt(number)) => number.to_string(),
        (_, Value::Float(number)) => number.to_string(),
        _ => return None,
    })
}

fn wrong(feature: &Feature, how: &str, found: &str) -> ParseError {
    ParseError::Wrong {
        expected: format!("{}{how}", feature.describe()),
        found: found.chars().take(40).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(feature: &Feature, text: &str) -> String {
        from_text(feature, text).unwrap_err().to_string()
    }

    #[test]
    fn values_are_read_as_they_are_written() {
        let number = |dtype| Feature::Number { dtype };
        let boxed = Value::bbox([1.0, 2.0, 3.5, 4.0]);
        for (feature, text, value) in [
            (Feature::Text, " a b ", Value::text(" a b ")),
            (Feature::labels(["cat", "dog"]), "dog", Value::Int(1)),
            (Feature::Json, r#"{"a": 1}"#, Value::text(r#"{"a": 1}"#)),
            (Feature::Bool, "True", Value::Bool(true)),
            (number(DType::U8), "255", Value::Int(255)),
            (number(DType::U64), "18446744073709551615", Value::UInt(u64::MAX)),
            (number(DType::F32), "-0.5e3", Value::Float(-500.0)),
            (Feature::Timestamp, "1970-01-01T01:00:00+01:00", Value::Int(0)),
            (Feature::Timestamp, "1970-01-02", Value::Int(86_400_000_000)),
            (Feature::Timestamp, "1970-01-01 00:00:01.5", Value::Int(1_500_000)),
            (Feature::Bbox, r#"{"x": 1, "y": 2, "width": 3.5, "height": 4}"#, boxed),
            (
                Feature::list(Feature::Text),
                r#"["a", null]"#,
                Value::List(vec![Value::text("a"), Value::Null]),
            ),
        ] {
            assert_eq!(from_text(&feature, text), Ok(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_value_is_named_with_what_was_expected() {
        let label = Feature::labels(["cat", "cow", "dog"]);
        assert_eq!(said(&label, "dgo"), "no class 'dgo' among its 3 classes; did you mean dog?");
        let byte = Feature::Number { dtype: DType::I8 };
        assert_eq!(said(&byte, "128"), "expected int8 (an integer from -128 to 127), found '128'");
        assert_eq!(
            said(&Feature::int64(), "1.0").split(',').next(),
            Some("expected int64 (an integer from -9223372036854775808 to 9223372036854775807)")
        );
        assert_eq!(
            said(&Feature::Number { dtype: DType::F32 }, "1e40"),
            "expected float32 (a number), found '1e40'"
        );
        assert_eq!(said(&Feature::Bool, "yes"), "expected bool (true or false), found 'yes'");
        assert!(said(&Feature::Timestamp, "yesterday").starts_with("expected timestamp (2026-01-31"));
        assert_eq!(said(&Feature::Image, "a.png"), "values of type image can't be given as text");
        let member = said(&Feature::Bbox, r#"{"left": 1}"#);
        assert!(member.ends_with(r#"found 'a member "left"'"#), "{member}");
    }
}
