//! The facts of an image, audio or video value: format, size, duration and so on.

use hub_dataset::sample::Value;
use hub_dataset::sample::json::{self, Style};
use hub_schema::Field;
use serde_json::Value as Json;

use super::row::Row;
use crate::output;

/// Each fact by its name, without the column's.
fn of<'a>(row: &'a Row<'_>, field: &'a Field) -> impl Iterator<Item = (&'a str, &'a Field, &'a Value)> {
    let facts = row.values.iter().filter(|(fact, _)| fact.fact_of == Some(field.id));
    facts.map(|(fact, value)| {
        let name = fact.name.strip_prefix(&field.name).and_then(|name| name.strip_prefix('.'));
        (name.unwrap_or(&fact.name), fact, value)
    })
}

/// On one line: `jpeg, 640 × 480, 3 channels, 123 kB, train/cat/1.jpg`.
pub fn describe(row: &Row<'_>, field: &Field, value: &Value) -> String {
    let fact = |wanted: &str| {
        let found = of(row, field).find(|(name, _, _)| *name == wanted);
        found.map(|(_, _, value)| value.clone()).unwrap_or_default()
    };
    let int = |name: &str| if let Value::Int(n) = fact(name) { u64::try_from(n).ok() } else { None };
    let float = |name: &str| if let Value::Float(x) = fact(name) { Some(x) } else { None };
    let text = |name: &str| if let Value::Text(t) = fact(name) { Some(t) } else { None };
    let mut words = Vec::new();
    words.extend(text("format"));
    words.extend(text("codec").filter(|codec| Some(codec) != text("format").as_ref()));
    if let (Some(width), Some(height)) = (int("width"), int("height")) {
        words.push(format!("{width} × {height}"));
    }
    words.extend(int("orientation").filter(|n| *n != 1).map(|n| format!("EXIF orientation {n}")));
    words.extend(int("rotation").filter(|n| *n != 0).map(|degrees| format!("rotated by {degrees}°")));
    words.extend(int("sample_rate").map(|rate| format!("{rate} Hz")));
    words.extend(int("channels").map(|n| output::counted(n, "channel")));
    words.extend(float("fps").map(|fps| format!("{} fps", (fps * 100.0).round() / 100.0)));
    words.extend(int("frames").map(|n| output::counted(n, "frame")));
    words.extend(float("duration").map(|secs| format!("{secs:.2} s")));
    words.extend(int("bytes").map(output::bytes));
    words.extend(text("name").map(|name| output::clip(&name, 200)));
    match words.is_empty() {
        true => output::value_lines(&field.feature, value).concat(),
        false => words.join(", "),
    }
}

/// As JSON; what has no facts is said by itself.
pub fn to_json(row: &Row<'_>, field: &Field, value: &Value) -> serde_json::Result<Json> {
    let facts = of(row, field)
        .map(|(name, fact, value)| Ok((name, json::to_json(&fact.feature, value, Style::WITHOUT_BYTES)?)));
    let facts: Vec<(&str, Json)> = facts.collect::<serde_json::Result<_>>()?;
    match facts.is_empty() {
        true => json::to_json(&field.feature, value, Style::WITHOUT_BYTES),
        false => Ok(Json::Object(json::media_facts(&field.feature, facts))),
    }
}
