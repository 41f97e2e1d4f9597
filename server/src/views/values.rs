//! Values on a page of rows; long ones are truncated, with a URL of the whole value.
//!
//! The shape is that of [`hub_dataset::sample::json`], here with limits, since a page has up to 1,000 rows and is held
//! in memory. Text and JSON of more than 16 KiB are truncated (`{"text", "truncated", "url", "size_bytes"}`), lists and
//! structs of more than 1 MiB are left out (`{"truncated", "url"}`).

use hub_dataset::sample::Value;
use hub_dataset::sample::json::{Style, to_json};
use hub_schema::Feature;
use serde_json::{Value as Json, json};

use crate::problem::{Result, internal};

/// How much of long values is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Length {
    /// As much as fits a page.
    #[default]
    Whole,
    /// What a cell of a grid shows: without polygons, masks and tensors, and of texts the beginning.
    Thin,
}

/// Text up to this length is not truncated.
const WHOLE_TEXT_BYTES: usize = 16 * 1024;
/// Longer text is truncated to this length.
const SHOWN_TEXT_BYTES: usize = 1024;
/// Text up to this length is whole where values are thin, and longer text is truncated to it.
const THIN_TEXT_BYTES: usize = 200;
/// A list or struct up to this length is not left out.
const WHOLE_BYTES: usize = 1024 * 1024;

/// The value of a cell for a page, truncated if it is long; `url` is the address of the whole value.
pub fn on_page(feature: &Feature, value: &Value, url: &str, length: Length) -> Result<Json> {
    let (whole_text_bytes, shown_text_bytes) = match length {
        Length::Whole => (WHOLE_TEXT_BYTES, SHOWN_TEXT_BYTES),
        Length::Thin => (THIN_TEXT_BYTES, THIN_TEXT_BYTES),
    };
    Ok(match value {
        Value::Text(text) if text.len() > whole_text_bytes => {
            let shown = &text[..text.floor_char_boundary(shown_text_bytes)];
            json!({ "text": shown, "truncated": true, "url": url, "size_bytes": text.len() })
        }
        value if length == Length::Thin && *value != Value::Null => match thin(feature, value) {
            Some((feature, value)) => on_page(&feature, &value, url, Length::Whole)?,
            None => json!({ "truncated": true, "url": url }),
        },
        Value::List(_) | Value::Struct(_) if approximate_bytes(value) > WHOLE_BYTES => {
            json!({ "truncated": true, "url": url })
        }
        _ => to_json(feature, value, Style::with_url(url)).map_err(|e| internal(&e))?,
    })
}

/// A value without the polygons, masks and tensors in it; `None` if it is one.
fn thin(feature: &Feature, value: &Value) -> Option<(Feature, Value)> {
    let feature = thin_feature(feature).map(|thin| (feature, thin))?;
    Some((feature.1, thin_value(feature.0, value)))
}

fn thin_feature(feature: &Feature) -> Option<Feature> {
    match feature {
        Feature::Polygon | Feature::Mask { .. } | Feature::Tensor { .. } => None,
        Feature::List { item } => Some(Feature::list(thin_feature(item)?)),
        Feature::Struct { fields } => {
            let members = fields.iter().filter_map(|f| Some((f.name.clone(), thin_feature(&f.feature)?)));
            Some(Feature::structure(members))
        }
        other => Some(other.clone()),
    }
}

fn thin_value(feature: &Feature, value: &Value) -> Value {
    match (feature, value) {
        (Feature::List { item }, Value::List(values)) => {
            Value::List(values.iter().map(|value| thin_value(item, value)).collect())
        }
        (Feature::Struct { fields }, Value::Struct(values)) => {
            let members = fields.iter().zip(values);
            let kept = members.filter(|(field, _)| thin_feature(&field.feature).is_some());
            Value::Struct(kept.map(|(field, value)| thin_value(&field.feature, value)).collect())
        }
        _ => value.clone(),
    }
}

/// The approximate length of a value as JSON, in bytes.
fn approximate_bytes(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::List(values) | Value::Struct(values) => {
            8 + values.iter().map(approximate_bytes).sum::<usize>()
        }
        _ => 8,
    }
}

/// The approximate length of JSON text, in bytes.
pub fn json_bytes(json: &Json) -> usize {
    match json {
        Json::String(text) => text.len(),
        Json::Array(items) => 8 + items.iter().map(json_bytes).sum::<usize>(),
        Json::Object(members) => members.iter().map(|(name, json)| name.len() + 8 + json_bytes(json)).sum(),
        _ => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(feature: &Feature, value: &Value, url: &str) -> Json {
        on_page(feature, value, url, Length::Whole).unwrap()
    }

    #[test]
    fn long_values_are_truncated() {
        let whole = "ä".repeat(WHOLE_TEXT_BYTES / 2);
        assert_eq!(page(&Feature::Text, &Value::text(whole.clone()), "u"), json!(whole));
        let long = format!("x{whole}");
        let shown = json!({ "text": format!("x{}", "ä".repeat(511)), "truncated": true, "url": "u",
            "size_bytes": long.len() });
        assert_eq!(page(&Feature::Text, &Value::text(long), "u"), shown);
        let texts = Feature::list(Feature::Text);
        let list = |n| Value::List(vec![Value::text(whole.clone()); n]);
        assert_eq!(page(&texts, &list(2), "u"), json!([whole, whole]));
        assert_eq!(page(&texts, &list(65), "u"), json!({ "truncated": true, "url": "u" }));
    }

    #[test]
    fn thin_values_have_no_polygons_and_short_texts() {
        let objects = Feature::list(Feature::structure([
            ("outline", Feature::Polygon),
            ("box", Feature::Bbox),
            ("category", Feature::labels(["cat"])),
        ]));
        let object =
            Value::Struct(vec![Value::List(vec![]), Value::bbox([1.0, 2.0, 3.0, 4.0]), Value::Int(0)]);
        let thin = |feature: &Feature, value: &Value| on_page(feature, value, "u", Length::Thin).unwrap();
        let category = json!({ "value": 0, "name": "cat", "synset": null });
        let bbox = json!({ "x": 1.0, "y": 2.0, "width": 3.0, "height": 4.0 });
        let wanted = json!([{ "box": bbox, "category": category }]);
        assert_eq!(thin(&objects, &Value::List(vec![object])), wanted);
        assert_eq!(thin(&objects, &Value::Null), json!(null));
        assert_eq!(thin(&Feature::Polygon, &Value::List(vec![])), json!({ "truncated": true, "url": "u" }));
        let text = thin(&Feature::Text, &Value::text("ä".repeat(101)));
        assert_eq!((text["text"].as_str().unwrap().chars().count(), &text["size_bytes"]), (100, &json!(202)));
        assert_eq!(thin(&Feature::Text, &Value::text("ä".repeat(100))), json!("ä".repeat(100)));
    }
}
