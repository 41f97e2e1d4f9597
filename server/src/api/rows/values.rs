//! Values on a page of rows: what is long is cut, beside the URL of all of it.
//!
//! The shape is that of [`hub_dataset::sample::json`]; here it gets a limit, since a page has up to 1,000 rows and is
//! held in memory. Of text and JSON of more than 16 KiB there is the beginning
//! (`{"text", "truncated", "url", "size_bytes"}`), of lists and structs of more than 1 MiB nothing
//! (`{"truncated", "url"}`).

use hub_dataset::sample::Value;
use hub_dataset::sample::json::{Style, to_json};
use hub_schema::Feature;
use serde_json::{Value as Json, json};

use crate::problem::{Result, internal};

/// Text up to this length is shown whole.
const WHOLE_TEXT_BYTES: usize = 16 * 1024;
/// The beginning of longer text is at most this long.
const SHOWN_TEXT_BYTES: usize = 1024;
/// A list or a struct up to this length is shown whole.
const WHOLE_BYTES: usize = 1024 * 1024;

/// The value of a cell for a page: what is long is its beginning, or left out, beside the `url` of all of it.
pub fn on_page(feature: &Feature, value: &Value, url: &str) -> Result<Json> {
    Ok(match value {
        Value::Text(text) if text.len() > WHOLE_TEXT_BYTES => {
            let shown = &text[..text.floor_char_boundary(SHOWN_TEXT_BYTES)];
            json!({ "text": shown, "truncated": true, "url": url, "size_bytes": text.len() })
        }
        Value::List(_) | Value::Struct(_) if weight(value) > WHOLE_BYTES => {
            json!({ "truncated": true, "url": url })
        }
        _ => to_json(feature, value, Style::with_url(url)).map_err(|e| internal(&e))?,
    })
}

/// About how long a value is as JSON.
fn weight(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::List(values) | Value::Struct(values) => 8 + values.iter().map(weight).sum::<usize>(),
        _ => 8,
    }
}

/// About how long JSON is.
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
    fn a_page_shows_the_beginning_of_what_is_long() {
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
