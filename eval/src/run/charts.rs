//! Plots as inline SVG. Colours are variables of the page, so that they follow its light or dark scheme.

use std::fmt::Write as _;

use super::label_scores::ClassTable;
use crate::score::calibration::Reliability;

/// A plot's side in its own units.
const SIDE: f64 = 240.0;
/// Room for labels at the left and below.
const MARGIN: f64 = 36.0;

/// Text in HTML and SVG.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

fn frame(title: &str, x: &str, y: &str, content: &str) -> String {
    let (whole, bottom) = (SIDE + 2.0 * MARGIN, SIDE + MARGIN);
    format!(
        "<svg viewBox=\"0 0 {whole} {whole}\" role=\"img\" aria-label=\"{title}\">\
         <text class=\"title\" x=\"{MARGIN}\" y=\"20\">{title}</text>\
         <rect class=\"frame\" x=\"{MARGIN}\" y=\"{MARGIN}\" width=\"{SIDE}\" height=\"{SIDE}\"/>{content}\
         <text class=\"axis\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{x}</text>\
         <text class=\"axis\" transform=\"translate(14 {}) rotate(-90)\" text-anchor=\"middle\">{y}</text></svg>",
        MARGIN + SIDE / 2.0,
        bottom + 28.0,
        MARGIN + SIDE / 2.0,
        title = escaped(title),
    )
}

fn bar(x: f64, width: f64, height: f64, class: &str, tip: &str) -> String {
    let y = MARGIN + SIDE - height;
    format!(
        "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"><title>{}</title></rect>",
        escaped(tip)
    )
}

fn ticks(low: &str, high: &str, most: &str) -> String {
    let (bottom, right) = (MARGIN + SIDE, MARGIN + SIDE);
    format!(
        "<text class=\"tick\" x=\"{MARGIN}\" y=\"{y}\">{low}</text>\
         <text class=\"tick\" x=\"{right}\" y=\"{y}\" text-anchor=\"end\">{high}</text>\
         <text class=\"tick\" x=\"{x}\" y=\"{top}\" text-anchor=\"end\">{most}</text>\
         <text class=\"tick\" x=\"{x}\" y=\"{bottom}\" text-anchor=\"end\">0</text>",
        y = bottom + 14.0,
        x = MARGIN - 4.0,
        top = MARGIN + 8.0,
    )
}

/// Confidence against accuracy: a model that is as often right as it says follows the diagonal.
pub fn reliability(reliability: &Reliability) -> String {
    let width = SIDE / reliability.bins.len().max(1) as f64;
    let mut content = String::new();
    for (number, bin) in reliability.bins.iter().enumerate() {
        let (Some(accuracy), Some(confidence)) = (bin.accuracy, bin.confidence) else { continue };
        let x = MARGIN + number as f64 * width;
        let tip = format!("{} samples, confidence {confidence:.3}, accuracy {accuracy:.3}", bin.count);
        content += &bar(x + 0.5, width - 1.0, accuracy * SIDE, "bar", &tip);
        let y = MARGIN + SIDE - confidence * SIDE;
        let _ = write!(
            content,
            "<line class=\"mark\" x1=\"{x:.1}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>",
            x + width
        );
    }
    let (left, top, right, bottom) = (MARGIN, MARGIN, MARGIN + SIDE, MARGIN + SIDE);
    let _ = write!(
        content,
        "<line class=\"diagonal\" x1=\"{left}\" y1=\"{bottom}\" x2=\"{right}\" y2=\"{top}\"/>"
    );
    frame("Calibration", "confidence", "accuracy", &(content + &ticks("0", "1", "1")))
}

/// How many values fall into each of some ranges of equal width, from 0 to 1.
pub fn shares(title: &str, x: &str, y: &str, values: &[f64]) -> String {
    const BINS: usize = 20;
    let mut counts = [0u64; BINS];
    for value in values {
        counts[((value * BINS as f64) as usize).min(BINS - 1)] += 1;
    }
    let width = SIDE / BINS as f64;
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let content: String = counts
        .iter()
        .enumerate()
        .map(|(bin, count)| {
            let from = bin as f64 / BINS as f64;
            let tip = format!("{count} from {from:.2} to {:.2}", from + 1.0 / BINS as f64);
            bar(
                MARGIN + bin as f64 * width + 0.5,
                width - 1.0,
                *count as f64 / most as f64 * SIDE,
                "bar",
                &tip,
            )
        })
        .collect();
    frame(title, x, y, &(content + &ticks("0", "1", &most.to_string())))
}

/// A count for each whole number from 0.
pub fn histogram(title: &str, x: &str, y: &str, counts: &[u64]) -> String {
    let width = SIDE / counts.len().max(1) as f64;
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let content: String = counts
        .iter()
        .enumerate()
        .map(|(number, count)| {
            let x = MARGIN + number as f64 * width + 0.5;
            bar(
                x,
                (width - 1.0).max(1.0),
                *count as f64 / most as f64 * SIDE,
                "bar",
                &format!("{number}: {count}"),
            )
        })
        .collect();
    let last = counts.len().saturating_sub(1).to_string();
    frame(title, x, y, &(content + &ticks("0", &last, &most.to_string())))
}

/// The confusion matrix as squares, the darker the more samples of the row.
pub fn confusion(table: &ClassTable) -> Option<String> {
    let counts = table.confusion.as_ref()?;
    let side = SIDE / counts.len().max(1) as f64;
    let name = |number: usize| {
        table
            .rows
            .iter()
            .find(|row| row.number == number)
            .map_or_else(|| number.to_string(), |row| row.name.clone())
    };
    let mut content = String::new();
    for (label, row) in counts.iter().enumerate() {
        let all = row.iter().sum::<u64>().max(1);
        for (class, count) in row.iter().enumerate().filter(|(_, count)| **count > 0) {
            let (x, y) = (MARGIN + class as f64 * side, MARGIN + label as f64 * side);
            let kind = if label == class { "right" } else { "wrong" };
            // The square root shows rare mistakes.
            let strength = (*count as f64 / all as f64).sqrt();
            let tip = escaped(&format!("{} predicted as {}: {count}", name(label), name(class)));
            let _ = write!(
                content,
                "<rect class=\"{kind}\" fill-opacity=\"{strength:.2}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{side:.1}\" \
                 height=\"{side:.1}\"><title>{tip}</title></rect>"
            );
        }
    }
    Some(frame("Confusion", "predicted", "label", &content))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::calibration::Reliability;

    #[test]
    fn plots_show_each_value_and_no_markup_of_names() {
        let plot = reliability(&Reliability::of([(0.95, true), (0.9, false), (0.2, false)], 10));
        assert_eq!(plot.matches("class=\"bar\"").count(), 3, "0.9 belongs to the lower bin");
        assert!(plot.contains("accuracy 0.000"));
        let plot = shares("<b>", "x", "y", &[0.0, 1.0, 0.99]);
        assert!(plot.contains("&lt;b&gt;") && !plot.contains("<b>"));
        assert!(plot.contains("2 from 0.95 to 1.00"));
        assert!(histogram("t", "x", "y", &[0, 3]).contains("1: 3"));
    }
}
