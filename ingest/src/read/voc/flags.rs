//! `truncated`, `difficult`, `occluded`: a yes or no in VOC itself, written 0 and 1. KITTI has levels of occlusion (0 to
//! 3), and converters write the share of an object that is cut off; where any file of a source does, the member is a
//! number.

use hub_dataset::sample::Value;
use hub_schema::Feature;

/// What the values of a flag are, the narrowest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum FlagKind {
    #[default]
    YesNo,
    Integer,
    Float,
}

impl FlagKind {
    /// What this text needs.
    pub fn of(text: &str) -> Self {
        match (text, text.parse::<i64>(), text.parse::<f64>()) {
            ("0" | "1", ..) => Self::YesNo,
            (_, Ok(_), _) => Self::Integer,
            (_, _, Ok(number)) if number == 0.0 || number == 1.0 => Self::YesNo,
            (_, _, Ok(number)) if number.is_finite() => Self::Float,
            _ => Self::YesNo,
        }
    }

    pub fn feature(self) -> Feature {
        match self {
            Self::YesNo => Feature::Bool,
            Self::Integer => Feature::int64(),
            Self::Float => Feature::float64(),
        }
    }

    /// The value of a text; nothing, or a word in its place (`Unspecified`), is null.
    pub fn value(self, text: Option<&String>) -> Value {
        let Some(text) = text.map(|text| text.trim()) else { return Value::Null };
        let word = match text.to_ascii_lowercase().as_str() {
            "true" | "yes" => Some(1.0),
            "false" | "no" => Some(0.0),
            _ => None,
        };
        let number = word.or_else(|| text.parse::<f64>().ok().filter(|number| number.is_finite()));
        match (self, number) {
            (_, None) => Value::Null,
            (Self::YesNo, Some(number)) => Value::Bool(number != 0.0),
            (Self::Integer, Some(number)) => text.parse().map_or(Value::Int(number as i64), Value::Int),
            (Self::Float, Some(number)) => Value::Float(number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_as_wide_as_its_values() {
        let kind = |texts: &[&str]| texts.iter().map(|text| FlagKind::of(text)).max().unwrap();
        assert_eq!(kind(&["0", "1", "Unspecified", "true", "1.0"]), FlagKind::YesNo);
        assert_eq!(kind(&["0", "2"]), FlagKind::Integer);
        assert_eq!(kind(&["2", "0.0597", "0"]), FlagKind::Float);
        let value = |kind: FlagKind, text: &str| kind.value(Some(&text.to_owned()));
        assert_eq!(value(FlagKind::YesNo, "1"), Value::Bool(true));
        assert_eq!(value(FlagKind::YesNo, "No"), Value::Bool(false));
        assert_eq!(value(FlagKind::Integer, "2"), Value::Int(2));
        assert_eq!(value(FlagKind::Float, "0.0597"), Value::Float(0.0597));
        assert_eq!(value(FlagKind::Float, "Unspecified"), Value::Null);
        assert_eq!(FlagKind::Float.value(None), Value::Null);
    }
}
