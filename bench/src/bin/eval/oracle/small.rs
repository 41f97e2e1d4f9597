//! Models of ten classes: digits and CIFAR-10; labels that were changed; the edges of calibration.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result};
use hub_eval::engine::EngineOptions;
use hub_eval::inference::SamplePrediction;
use hub_eval::model::{Labels, ValueMode};
use hub_eval::run::Wanted;
use hub_eval::score::calibration::Reliability;
use hub_eval::score::label_errors::ThresholdSums;
use serde_json::{Value, json};

use super::checks::{Checks, json_file};
use super::predictions::{MARGIN, figures, predictions};
use crate::setup::{self, Rows};

/// LeNet-5 on MNIST's test set: every prediction, all figures, and the changed labels that confident learning finds.
pub async fn mnist(checks: &mut Checks, expected: &Path, data: &Path, options: &EngineOptions) -> Result<()> {
    let wanted = json_file(&expected.join("predictions/lenet5-mnist.json"))?;
    let set = setup::data_set(&data.join("mnist")).await?;
    let names: Vec<String> = (0..10).map(|digit| digit.to_string()).collect();
    let file = data.join("models/lenet5-mnist.onnx");
    let model = setup::model(&file, "lenet", None, Labels::named(names), options)?;
    let plain = Wanted { top: vec![1, 2, 5], keep: 10, ..Wanted::default() };
    let rows = Rows { split: Some("test"), ..Rows::default() };
    let evaluation = setup::evaluation(&set, &model, "lenet5", 64, &rows, plain).await?;
    let finished = evaluation.run(model.classifier, |_| {}).await?;
    let digits = wanted["predictions"].as_str().unwrap_or_default();
    let class = |sample: &SamplePrediction| sample.prediction().and_then(|prediction| prediction.class());
    let sure = |sample: &SamplePrediction| sample.prediction().is_some_and(|p| p.margin() >= MARGIN);
    let pairs = finished.samples.iter().zip(digits.bytes());
    let other = pairs
        .filter(|(sample, digit)| sure(sample) && class(sample) != Some(usize::from(digit - b'0')))
        .count();
    let rows = finished.samples.len();
    let found = json!({ "rows": rows, "other": other });
    checks.add("lenet5: predictions", other == 0 && rows == digits.len(), found);
    figures(checks, "lenet5", &finished.run.scores, &wanted);
    planted(checks, &finished.samples, &json_file(&expected.join("labels/planted_lenet5-mnist.json"))?)
}

fn planted(checks: &mut Checks, samples: &[SamplePrediction], wanted: &Value) -> Result<()> {
    let changes: HashMap<u64, usize> =
        serde_json::from_value::<Vec<(u64, usize)>>(wanted["planted"].clone())?.into_iter().collect();
    let mut rows = Vec::new();
    for (row, sample) in (0u64..).zip(samples) {
        let mut probabilities = [0.0; 10];
        for (class, probability) in &sample.prediction().context("a digit without prediction")?.top {
            probabilities[*class] = *probability;
        }
        let label = changes.get(&row).copied().or(sample.label).context("a digit without label")?;
        rows.push((row, label, probabilities));
    }
    let mut sums = ThresholdSums::default();
    rows.iter().for_each(|(_, label, probabilities)| sums.add(*label, probabilities));
    let thresholds = sums.finish();
    for (class, wanted) in wanted["thresholds"].as_array().into_iter().flatten().enumerate() {
        checks.near(
            &format!("changed labels: threshold {class}"),
            Some(thresholds.values()[class]),
            wanted,
            1e-4,
        );
    }
    let found: Vec<u64> = rows
        .iter()
        .filter(|(_, label, probabilities)| thresholds.suspect(*label, probabilities).is_some())
        .map(|(row, _, _)| *row)
        .collect();
    let right = found.iter().filter(|row| changes.contains_key(row)).count();
    let wanted = &wanted["confident_learning"];
    checks.same("changed labels: suspects", found.len(), &wanted["issues"]);
    checks.same("changed labels: found", right, &wanted["planted_found"]);
    Ok(())
}

/// ResNet-20 on pictures of CIFAR-10.
pub async fn cifar(checks: &mut Checks, expected: &Path, data: &Path, options: &EngineOptions) -> Result<()> {
    let name = "resnet20-cifar10";
    let wanted = json_file(&expected.join(format!("predictions/{name}.json")))?;
    let set = setup::data_set(&data.join("cifar10-png100")).await?;
    let names: Vec<String> = serde_json::from_value(wanted["class_order"].clone())?;
    let file = data.join(format!("models/{name}.onnx"));
    let values = Some(ValueMode::Imagenet);
    let model = setup::model(&file, "keras-bilinear-32", values, Labels::named(names), options)?;
    let plain = Wanted { top: vec![1, 5], keep: 10, ..Wanted::default() };
    let evaluation = setup::evaluation(&set, &model, name, 16, &Rows::default(), plain).await?;
    let finished = evaluation.run(model.classifier, |_| {}).await?;
    predictions(checks, name, &expected.join(format!("predictions/{name}.tsv")), &finished)?;
    figures(checks, name, &finished.run.scores, &wanted);
    Ok(())
}

/// Confidences on the edges of bins.
pub fn calibration(checks: &mut Checks, folder: &Path) -> Result<()> {
    let cases = json_file(&folder.join("calibration_corners.json"))?;
    for (name, case) in cases["cases"].as_object().into_iter().flatten() {
        let numbers = |key: &str| case[key].as_array().into_iter().flatten().filter_map(Value::as_f64);
        let samples = || numbers("confidence").zip(numbers("right").map(|right| right == 1.0));
        let fifteen = Reliability::of(samples(), 15);
        checks.near(&format!("calibration, {name}: ECE"), Some(fifteen.ece), &case["ece15"], 1e-8);
        checks.near(&format!("calibration, {name}: MCE"), Some(fifteen.mce), &case["mce15"], 1e-8);
        let ten = Reliability::of(samples(), 10);
        checks.near(&format!("calibration, {name}: ECE, 10 bins"), Some(ten.ece), &case["ece10"], 1e-8);
    }
    Ok(())
}
