//! A value as a person reads it.

use chrono::DateTime;
use hub_dataset::sample::{Media, Value};
use hub_schema::{Feature, MaskEncoding};

use super::{bytes, clip, counted};

/// Items of a list that are shown.
const MOST_ITEMS: usize = 10;
/// Characters of a text that are shown.
const MOST_CHARS: usize = 200;

/// The lines of a value: the first stands beside the column's name, the rest below it.
pub fn describe(feature: &Feature, value: &Value) -> Vec<String> {
    match (feature, value) {
        (Feature::List { item }, Value::List(values)) => list(item, values),
        (Feature::Struct { fields }, Value::Struct(values)) => {
            let members = fields.iter().zip(values);
            let lines = members.flat_map(|(field, value)| nested(&field.name, &field.feature, value));
            std::iter::once(String::new()).chain(lines).collect()
        }
        _ => vec![short(feature, value)],
    }
}

fn list(item: &Feature, values: &[Value]) -> Vec<String> {
    let structs = matches!(item, Feature::Struct { .. } | Feature::List { .. });
    if !structs {
        let shown: Vec<String> = values.iter().take(MOST_ITEMS).map(|value| short(item, value)).collect();
        let rest =
            if values.len() > MOST_ITEMS { format!(", … {} in all", values.len()) } else { String::new() };
        return vec![format!("[{}{rest}]", shown.join(", "))];
    }
    let mut lines = vec![counted(values.len() as u64, "item")];
    for (i, value) in values.iter().take(MOST_ITEMS).enumerate() {
        lines.extend(nested(&format!("[{i}]"), item, value));
    }
    if values.len() > MOST_ITEMS {
        lines.push(format!("  … {} more (--json shows all)", values.len() - MOST_ITEMS));
    }
    lines
}

fn nested(name: &str, feature: &Feature, value: &Value) -> Vec<String> {
    let mut lines = describe(feature, value).into_iter();
    let first = lines.next().unwrap_or_default();
    let first = format!("  {name}{}{first}", if first.is_empty() { "" } else { "  " });
    std::iter::once(first).chain(lines.map(|line| format!("  {line}"))).collect()
}

/// A value on one line.
fn short(feature: &Feature, value: &Value) -> String {
    match (feature, value) {
        (_, Value::Null) => "null".to_owned(),
        (Feature::ClassLabel { names, synsets }, Value::Int(class)) => {
            let at = usize::try_from(*class).ok();
            let name = at.and_then(|i| names.get(i)).map_or("no such class", String::as_str);
            let synset = at.and_then(|i| synsets.get(i)).and_then(Option::as_deref);
            match synset.filter(|synset| *synset != name) {
                Some(synset) => format!("{class} ({}, {synset})", clip(name, MOST_CHARS)),
                None => format!("{class} ({})", clip(name, MOST_CHARS)),
            }
        }
        (Feature::Timestamp, Value::Int(micros)) => DateTime::from_timestamp_micros(*micros)
            .map_or_else(|| format!("{micros} µs"), |time| time.to_rfc3339()),
        (Feature::Tensor { .. }, Value::Bytes(b)) => {
            format!("{}, {}", feature.describe(), bytes(b.len() as u64))
        }
        (_, Value::Bytes(b)) => bytes(b.len() as u64),
        (_, Value::Media(Media { name, bytes: b })) => {
            format!("{}, {}", clip(name, MOST_CHARS), bytes(b.size_bytes()))
        }
        (Feature::Bbox, Value::Struct(v)) if v.len() == 4 => {
            let v: Vec<String> = v.iter().map(scalar).collect();
            format!("x {}, y {}, {} × {}", v[0], v[1], v[2], v[3])
        }
        (Feature::Polygon, Value::List(rings)) => {
            let points = |ring: &Value| if let Value::List(points) = ring { points.len() } else { 0 };
            let points: usize = rings.iter().map(points).sum();
            format!("{} of {}", counted(rings.len() as u64, "ring"), counted(points as u64, "point"))
        }
        (Feature::Keypoints { .. }, Value::List(points)) => {
            let labelled =
                |p: &&Value| matches!(p, Value::Struct(v) if !matches!(v.get(2), Some(Value::Int(0))));
            let seen = points.iter().filter(labelled).count();
            format!("{}, {seen} labelled", counted(points.len() as u64, "keypoint"))
        }
        (Feature::Mask { encoding: MaskEncoding::Rle }, Value::Struct(v)) if v.len() == 3 => {
            let runs = if let Value::List(runs) = &v[2] { runs.len() } else { 0 };
            format!("mask {} × {}, {}", scalar(&v[1]), scalar(&v[0]), counted(runs as u64, "run"))
        }
        (Feature::Link, Value::Struct(v)) => v.first().map(scalar).unwrap_or_default(),
        (Feature::List { item }, Value::List(values)) => list(item, values).swap_remove(0),
        _ => scalar(value),
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::Bool(b) => b.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Float(x) => x.to_string(),
        Value::Text(text) => clip(text, MOST_CHARS),
        other => other.kind().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_have_their_names() {
        let label = Feature::ClassLabel {
            names: vec!["cat".into(), "n02084071".into()],
            synsets: vec![Some("n02121620".into()), Some("n02084071".into())],
        };
        assert_eq!(describe(&label, &Value::Int(0)), ["0 (cat, n02121620)"]);
        assert_eq!(describe(&label, &Value::Int(1)), ["1 (n02084071)"]);
        assert_eq!(describe(&label, &Value::Int(7)), ["7 (no such class)"]);
        assert_eq!(describe(&label, &Value::Null), ["null"]);
    }

    #[test]
    fn lists_of_structs_are_indented() {
        let feature = Feature::list(Feature::structure([("box", Feature::Bbox), ("name", Feature::Text)]));
        let object = Value::Struct(vec![Value::bbox([1.0, 2.5, 3.0, 4.0]), Value::text("a\nb")]);
        let lines = describe(&feature, &Value::List(vec![object]));
        assert_eq!(lines, ["1 item", "  [0]", "    box  x 1, y 2.5, 3 × 4", "    name  a b"]);
    }

    #[test]
    fn long_lists_are_cut() {
        let ints = Value::List((0..12).map(Value::Int).collect());
        let lines = describe(&Feature::list(Feature::int64()), &ints);
        assert_eq!(lines, ["[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, … 12 in all]"]);
    }
}
