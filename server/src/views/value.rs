//! A value as a short text, for tables and lists.

use serde_json::Value as Json;

use super::words::{count, cut, float};

/// Characters of a text in a table.
const TEXT: usize = 160;
/// Items of a list that are named.
const ITEMS: usize = 6;

/// The value in words; empty for null.
pub fn in_words(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::Bool(value) => value.to_string(),
        Json::Number(number) => match (number.as_u64(), number.as_f64()) {
            (Some(n), _) if n < 1_000_000_000_000 => count(n),
            (None, Some(value)) if !number.is_i64() => float(value),
            _ => number.to_string(),
        },
        Json::String(text) => cut(text, TEXT),
        Json::Array(items) => list(items),
        Json::Object(members) => {
            let text = |key: &str| members.get(key).and_then(Json::as_str);
            if members.contains_key("value") && members.contains_key("synset") {
                let number = || members.get("value").map(Json::to_string).unwrap_or_default();
                return text("name").map_or_else(number, |name| cut(name, TEXT));
            }
            if let Some(name) = text("name").or_else(|| text("text")).filter(|name| !name.is_empty()) {
                return cut(name, TEXT);
            }
            if let (Some(width), Some(height), Some(x), Some(y)) = (
                box_side(value, "width"),
                box_side(value, "height"),
                box_side(value, "x"),
                box_side(value, "y"),
            ) {
                return format!("{width} × {height} at {x}, {y}");
            }
            if let (Some(shape), Some(dtype)) = (members.get("shape").and_then(Json::as_array), text("dtype"))
            {
                let shape: Vec<String> = shape.iter().map(Json::to_string).collect();
                return format!("{dtype} {}", shape.join(" × "));
            }
            if let Some(bytes) = members.get("size_bytes").and_then(Json::as_u64) {
                return super::words::bytes(bytes);
            }
            match members.get("category").or_else(|| members.get("label")) {
                Some(label) => in_words(label),
                None => cut(&value.to_string(), TEXT),
            }
        }
    }
}

fn box_side(value: &Json, key: &str) -> Option<String> {
    value[key].as_f64().map(|side| float((side * 10.0).round() / 10.0))
}

fn list(items: &[Json]) -> String {
    let mut words: Vec<String> = Vec::new();
    for item in items {
        let word = in_words(item);
        if !words.contains(&word) {
            words.push(word);
        }
        if words.len() > ITEMS {
            break;
        }
    }
    let more = words.len() > ITEMS;
    words.truncate(ITEMS);
    let text = cut(&words.join(", "), TEXT);
    match (items.len(), more) {
        (0, _) => String::new(),
        (n, true) => format!("{text}, … ({n})"),
        (n, false) if n > words.len() => format!("{text} ({n})"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_told_in_words() {
        for (value, words) in [
            (json!(null), ""),
            (json!(true), "true"),
            (json!(1_281_167), "1,281,167"),
            (json!(-3), "-3"),
            (json!(0.25), "0.25"),
            (json!("a"), "a"),
            (json!({ "value": 1, "name": "dog", "synset": null }), "dog"),
            (json!({ "value": 7, "name": null, "synset": null }), "7"),
            (json!({ "x": 10.04, "y": 20.0, "width": 64.5, "height": 48.0 }), "64.5 × 48 at 10, 20"),
            (json!({ "dtype": "uint8", "shape": [28, 28], "size_bytes": 784 }), "uint8 28 × 28"),
            (json!({ "url": "u", "name": "a/b.png", "size_bytes": 3 }), "a/b.png"),
            (json!({ "size_bytes": 2 }), "2 B"),
            (
                json!([{ "category": { "value": 0, "name": "cat", "synset": null } }, { "category": { "value": 0, "name": "cat",
                "synset": null } }]),
                "cat (2)",
            ),
            (json!([1, 2, 3, 4, 5, 6, 7, 8]), "1, 2, 3, 4, 5, 6, … (8)"),
            (json!([]), ""),
            (json!({ "a": 1 }), "{\"a\":1}"),
        ] {
            assert_eq!(in_words(&value), words, "{value}");
        }
    }
}
