//! Predictions and figures of one run.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use hub_eval::inference::SamplePrediction;
use hub_eval::run::{Finished, Scores};
use hub_eval::score::Prediction;
use serde_json::{Value, json};

use super::checks::{Checks, text_file};

/// Where the first two classes are closer than this, engines may disagree.
pub const MARGIN: f64 = 0.001;
/// How far probabilities may differ on another engine.
const PROBABILITY: f64 = 0.002;
/// How far a score may differ, for the same reason.
const SCORE: f64 = 0.002;

/// Each prediction of a table: the same class where the margin allows, and the same probabilities. The table's columns are
/// file, label, classes, probabilities, the label's probability, margin.
pub fn predictions(checks: &mut Checks, name: &str, table: &Path, finished: &Finished) -> Result<()> {
    let by_name: HashMap<&str, &SamplePrediction> = finished
        .samples
        .iter()
        .filter_map(|sample| Some((sample.name.as_deref()?.rsplit('/').next()?, sample)))
        .collect();
    let (mut rows, mut other, mut farthest) = (0, 0, 0.0f64);
    for line in text_file(table)?.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [file, _, top, probabilities, _, margin] = cells[..] else {
            bail!("{}: {line}", table.display())
        };
        let file = file.rsplit('/').next().unwrap_or(file);
        let found = by_name.get(file).and_then(|sample| sample.prediction());
        let found = found.with_context(|| format!("no prediction for {file}"))?;
        let top: Vec<usize> = top.split(',').map(str::parse).collect::<Result<_, _>>()?;
        let of_table: Vec<f64> = probabilities.split(',').map(str::parse).collect::<Result<_, _>>()?;
        rows += 1;
        let is_same = found.class() == top.first().copied();
        other += usize::from(!is_same && margin.parse::<f64>()? >= MARGIN);
        for (class, expected) in top.iter().zip(of_table) {
            let own = found.top.iter().find(|(own, _)| own == class).map_or(0.0, |(_, own)| *own);
            farthest = farthest.max((own - expected).abs());
        }
    }
    let found = json!({ "rows": rows, "other_classes": other, "farthest_probability": farthest });
    checks.add(&format!("{name}: predictions"), other == 0 && farthest <= PROBABILITY && rows > 0, found);
    Ok(())
}

/// The predictions of a table, each with the classes that it has, best first.
pub fn of_table(table: &Path) -> Result<Vec<Prediction>> {
    let mut predictions = Vec::new();
    for line in text_file(table)?.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [_, label, top, probabilities, label_probability, _] = cells[..] else {
            bail!("{}: {line}", table.display())
        };
        let label: usize = label.parse()?;
        let classes: Vec<usize> = top.split(',').map(str::parse).collect::<Result<_, _>>()?;
        let of_classes: Vec<f64> = probabilities.split(',').map(str::parse).collect::<Result<_, _>>()?;
        let label_probability: f64 = label_probability.parse()?;
        predictions.push(Prediction {
            label: Some(label),
            rank: classes.iter().position(|class| *class == label),
            top: classes.into_iter().zip(of_classes).collect(),
            label_probability: Some(label_probability),
            loss: Some(-label_probability.ln()),
            sum_of_squares: 0.0,
        });
    }
    Ok(predictions)
}

/// All figures of a run that the expected results have.
pub fn figures(checks: &mut Checks, name: &str, scores: &Scores, expected: &Value) {
    for k in [1, 2, 5, 10] {
        let found = scores.top(k);
        let wanted = &expected[format!("top{k}")];
        if wanted.is_null() {
            continue;
        }
        let fits = found.is_some_and(|found| {
            wanted["correct"].as_u64() == Some(found.right)
                && wanted["wilson95"][0].as_f64().is_some_and(|low| (low - found.low).abs() < 1e-6)
                && wanted["wilson95"][1].as_f64().is_some_and(|high| (high - found.high).abs() < 1e-6)
        });
        checks.add(&format!("{name}: top-{k}"), fits, json!({ "found": found, "expected": wanted }));
    }
    let reliability = scores.reliability.as_ref();
    checks.near(&format!("{name}: NLL"), scores.nll, &expected["nll"], SCORE);
    if !expected["brier"].is_null() {
        checks.near(&format!("{name}: Brier"), scores.brier, &expected["brier"], SCORE);
    }
    checks.near(&format!("{name}: ECE"), reliability.map(|r| r.ece), &expected["ece15"], SCORE);
    if expected["bins"].is_null() {
        return;
    }
    // A confidence near an edge may lie in the next bin on another engine, which moves the mean of a bin of few samples.
    checks.near(&format!("{name}: MCE"), reliability.map(|r| r.mce), &expected["mce15"], 0.02);
    checks.near(&format!("{name}: ECE, 10 bins"), scores.ece10, &expected["ece10"], SCORE);
    checks.near(&format!("{name}: confidence"), scores.mean_confidence, &expected["mean_confidence"], SCORE);
    let counts: Vec<u64> = reliability.into_iter().flat_map(|r| &r.bins).map(|bin| bin.count).collect();
    let wanted: Vec<u64> =
        expected["bins"].as_array().into_iter().flatten().filter_map(|bin| bin[0].as_u64()).collect();
    let moved: u64 = counts.iter().zip(&wanted).map(|(a, b)| a.abs_diff(*b)).sum();
    let fits = counts.len() == wanted.len() && moved <= 2;
    checks.add(&format!("{name}: bins"), fits, json!({ "found": counts, "expected": wanted }));
    let Some(classes) = &scores.classes else { return };
    for (mean, found) in [("macro", classes.macro_average), ("weighted", classes.weighted_average)] {
        if expected[mean].is_null() {
            continue;
        }
        for (at, (what, value)) in
            [("precision", found.precision), ("recall", found.recall), ("F1", found.f1)]
                .into_iter()
                .enumerate()
        {
            checks.near(&format!("{name}: {mean} {what}"), Some(value), &expected[mean][at], 1e-6);
        }
    }
    let (mut rows, mut other) = (0u64, 0u64);
    for (number, wanted) in expected["per_class"].as_array().into_iter().flatten().enumerate() {
        let found =
            classes.rows.iter().find(|row| row.number == number).map(|row| row.score).unwrap_or_default();
        let near =
            |at: usize, value: f64| wanted[at].as_f64().is_some_and(|wanted| (wanted - value).abs() < 1e-6);
        let fits = near(0, found.precision)
            && near(1, found.recall)
            && near(2, found.f1)
            && wanted[3].as_u64() == Some(found.support);
        rows += 1;
        other += u64::from(!fits);
    }
    if rows > 0 {
        checks.add(&format!("{name}: by class"), other == 0, json!({ "classes": rows, "other": other }));
    }
    if !expected["confusion_rows_true"].is_null() {
        let found = serde_json::to_value(&classes.confusion).unwrap_or_default();
        checks.add(&format!("{name}: confusion"), found == expected["confusion_rows_true"], Value::Null);
    }
}
