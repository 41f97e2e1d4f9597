//! Statistics, and the line of JSON that each measurement prints.

use std::time::Instant;

use serde_json::{Value, json};

/// The median; NaN if there are no figures.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The percentile of sorted figures; NaN if there are none.
pub fn percentile(sorted: &[f64], percent: usize) -> f64 {
    sorted.get(sorted.len() * percent / 100).copied().unwrap_or(f64::NAN)
}

pub fn seconds(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64()
}

/// Prints a measurement as a line of JSON: its name, then its figures.
pub fn report(what: &str, figures: Value) {
    let mut line = json!({ "what": what });
    if let (Some(line), Value::Object(figures)) = (line.as_object_mut(), figures) {
        line.extend(figures);
    }
    println!("{line}");
}

/// Rounds to one decimal place.
pub fn round(figure: f64) -> f64 {
    (figure * 10.0).round() / 10.0
}
