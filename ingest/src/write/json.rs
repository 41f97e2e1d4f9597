//! Which columns become JSON.
//!
//! Their values have the shape of [`hub_dataset::sample::json`]. Media, masks as PNG and bytes have one there
//! too (base64), which no reader of JSON lines takes for a file: a format leaves such a column out, and says so
//! before it begins.

use hub_dataset::sample::Value;
use hub_dataset::sample::json::{Style, to_json};
use hub_schema::{DType, Feature};
use serde_json::Value as Json;

/// Can the values of this feature be read from JSON?
pub fn fits(feature: &Feature) -> bool {
    match feature {
        Feature::Binary => false,
        Feature::List { item } => fits(item),
        Feature::Struct { fields } => fields.iter().all(|field| fits(&field.feature)),
        other => !other.is_file(),
    }
}

/// Is it a float, or a list of floats, which may be NaN or infinite?
pub fn may_be_no_number(feature: &Feature) -> bool {
    match feature {
        Feature::Number { dtype } => matches!(dtype, DType::F32 | DType::F64),
        Feature::List { item } => may_be_no_number(item),
        _ => false,
    }
}

/// A value of this feature, in this style.
///
/// # Errors
/// It is not of this feature.
pub fn of(value: &Value, feature: &Feature, style: Style<'_>) -> Result<Json, String> {
    to_json(feature, value, style).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_bytes_is_left_out() {
        assert!(!fits(&Feature::list(Feature::Image)));
        assert!(!fits(&Feature::structure([("a", Feature::Text), ("b", Feature::Binary)])));
        assert!(fits(&Feature::Bbox));
        assert!(of(&Value::Bytes(vec![1].into()), &Feature::Bbox, Style::WHOLE).is_err());
    }
}
