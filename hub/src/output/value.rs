//! Formats a row's value for people.

use chrono::DateTime;
use hub_dataset::sample::{Media, Value};
use hub_schema::{Feature, MaskEncoding};

use super::clip::clip;
use super::numbers::{bytes, counted};

/// Items of a list that are shown.
const MAX_ITEMS: usize = 10;
/// Characters of a text that are shown.
const MAX_CHARS: usize = 200;

/// The lines of a value: the first stands beside the column's name, the rest below it.
pub fn describe(feature: &Feature, value: &Value) -> Vec<String> {
    match (feature, value) {
        (Feature::List { item }, Value::List(values)) if is_nested(item) && !values.is_empty() => {
            let mut lines = vec![counted(values.len() as u64, "item")];
            let shown = values.iter().take(MAX_ITEMS).enumerate();
            lines.extend(shown.map(|(i, value)| format!("  [{i}]  {}", short(item, value))));
            if values.len() > MAX_ITEMS {
                lines.push(format!("  … {} more (--json shows all)", values.len() - MAX_ITEMS));
            }
            lines
        }
        _ => vec![short(feature, value)],
    }
}

fn is_nested(feature: &Feature) -> bool {
    matches!(feature, Feature::Struct { .. } | Feature::List { .. })
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
                Some(synset) => format!("{class} ({}, {synset})", clip(name, MAX_CHARS)),
                None => format!("{class} ({})", clip(name, MAX_CHARS)),
            }
        }
        (Feature::Timestamp, Value::Int(micros)) => DateTime::from_timestamp_micros(*micros)
            .map_or_else(|| format!("{micros} µs"), |time| time.to_rfc3339()),
        (Feature::Tensor { .. }, Value::Bytes(b)) => {
            format!("{}, {}", feature.describe(), bytes(b.len() as u64))
        }
        (_, Value::Bytes(b)) => bytes(b.len() as u64),
        (_, Value::Media(Media { name, bytes: b })) => {
            format!("{}, {}", clip(name, MAX_CHARS), bytes(b.size_bytes()))
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
        (Feature::Struct { fields }, Value::Struct(values)) => {
            // Null members are left out; --json shows them.
            let members = fields.iter().zip(values).filter(|(_, value)| **value != Value::Null);
            let members = members.map(|(f, value)| match is_nested(&f.feature) {
                true => format!("{} {{{}}}", f.name, short(&f.feature, value)),
                false => format!("{} {}", f.name, short(&f.feature, value)),
            });
            members.collect::<Vec<_>>().join(", ")
        }
        (Feature::List { item }, Value::List(values)) => {
            let mut shown: Vec<String> = values.iter().take(MAX_ITEMS).map(|v| short(item, v)).collect();
            if values.len() > MAX_ITEMS {
                shown.push(format!("… {} in all", values.len()));
            }
            format!("[{}]", shown.join(", "))
        }
        _ => scalar(value),
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::Bool(b) => b.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Float(x) => float(*x),
        Value::Text(text) => clip(text, MAX_CHARS),
        other => other.kind().to_owned(),
    }
}

/// Rounded to six significant digits; `--json` prints all digits.
fn float(x: f64) -> String {
    if x == 0.0 || !x.is_finite() {
        return x.to_string();
    }
    let digits = 5 - x.abs().log10().floor() as i32;
    let scale = 10f64.powi(digits);
    let rounded = (x * scale).round() / scale;
    if rounded.is_finite() && (-4..12).contains(&digits) { rounded.to_string() } else { format!("{x:.5e}") }
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
    fn lists_of_structs_have_a_line_an_item() {
        let feature = Feature::list(Feature::structure([("box", Feature::Bbox), ("name", Feature::Text)]));
        let object = |name| Value::Struct(vec![Value::bbox([1.0, 2.5, 3.0, 4.0]), name]);
        let objects = Value::List(vec![object(Value::text("a\nb")), object(Value::Null)]);
        let lines = describe(&feature, &objects);
        assert_eq!(
            lines,
            ["2 items", "  [0]  box x 1, y 2.5, 3 × 4, name a b", "  [1]  box x 1, y 2.5, 3 × 4"]
        );
    }

    #[test]
    fn floats_are_short() {
        let shown = [1.0, 0.1 + 0.2, 95_533.256_055, 1e-9, 1.5e300, -0.0].map(float);
        assert_eq!(shown, ["1", "0.3", "95533.3", "1.00000e-9", "1.50000e300", "-0"]);
    }

    #[test]
    fn long_lists_are_cut() {
        let ints = Value::List((0..12).map(Value::Int).collect());
        let lines = describe(&Feature::list(Feature::int64()), &ints);
        assert_eq!(lines, ["[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, … 12 in all]"]);
    }
}
