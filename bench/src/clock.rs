//! Medians, and the line of JSON that a measurement prints.

use std::time::Instant;

use serde_json::{Value, json};

/// The median of some figures.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The figure that `percent` of some are below.
pub fn percentile(sorted: &[f64], percent: usize) -> f64 {
    sorted.get(sorted.len() * percent / 100).copied().unwrap_or(f64::NAN)
}

/// Seconds since `begun`.
pub fn seconds(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64()
}

/// Prints a measurement.
pub fn report(what: &str, figures: Value) {
    let mut line = json!({ "what": what });
    if let (Some(line), Value::Object(figures)) = (line.as_object_mut(), figures) {
        line.extend(figures);
    }
    println!("{line}");
}

/// A figure with one digit behind the point.
pub fn round(figure: f64) -> f64 {
    (figure * 10.0).round() / 10.0
}
