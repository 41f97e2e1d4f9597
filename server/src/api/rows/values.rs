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

/// Text up to this length is not truncated.
const WHOLE_TEXT_BYTES: usize = 16 * 1024;
/// Longer text is truncated to this length.
const SHOWN_TEXT_BYTES: usize = 1024;
/// A list or struct up to this length is not left out.
const WHOLE_BYTES: usize = 1024 * 1024;

/// The value of a cell for a page, truncated if it is long; `url` is the address of the whole value.
pub fn on_page(feature: &Feature, value: &Value, url: &str) -> Result<Json> {
    Ok(match value {
        Value::Text(text) if text.len() > WHOLE_TEXT_BYTES => {
            let shown = &text[..text.floor_char_boundary(SHOWN_TEXT_BYTES)];
            json!({ "text": shown, "truncated": true, "url": url, "size_bytes": text.len() })
        }
        Value::List(_) | Value::Struct(_) if approximate_bytes(value) > WHOLE_BYTES => {
            json!({ "truncated": true, "url": url })
        }
        _ => to_json(feature, value, Style::with_url(url)).map_err(|e| internal(&e))?,
    })
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
        on_page(feature, value, url).unwrap()
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
}
