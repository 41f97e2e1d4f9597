//! Models of ImageNet's classes on pictures of ImageNet: predictions, scores, distances, subtrees, several valid labels,
//! comparisons.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result};
use hub_eval::engine::EngineOptions;
use hub_eval::model::{Labels, ValueMode};
use hub_eval::run::{Finished, Scores, Wanted, compare, stem};
use hub_eval::score::hierarchy::HierarchyScores;
use serde_json::{Value, json};

use super::checks::{Checks, json_file};
use super::predictions::{figures, predictions};
use super::trees::trees;
use crate::setup::{self, Rows};

/// Name of the expected results, model, preset, values.
const RUNS: [(&str, &str, &str, Option<ValueMode>); 4] = [
    ("lite0", "efficientnet-lite0-imagenet.onnx", "timm-bicubic-0.875-224", None),
    ("lite0_half", "efficientnet-lite0-imagenet.onnx", "timm-bicubic-0.875-224", Some(ValueMode::Inception)),
    ("squeezenet227", "squeezenet1.0-dc-imagenet.onnx", "torchvision-256-227", None),
    ("squeezenet224", "squeezenet1.0-dc-imagenet.onnx", "torchvision-256-224", None),
];

pub async fn run(
    checks: &mut Checks,
    (expected, data): (&Path, &Path),
    tree: Option<&Path>,
    options: &EngineOptions,
) -> Result<()> {
    let subset = setup::data_set(&data.join("imagenet-subset")).await?;
    let scores = json_file(&expected.join("predictions/imagenet.json"))?;
    let distances = json_file(&expected.join("hierarchy/scores.json"))?;
    let concepts = json_file(&expected.join("hierarchy/subtrees.json"))?;
    let valid = json_file(&expected.join("labels/several_valid_labels.json"))?;
    let trees = trees(checks, &expected.join("hierarchy"), tree)?;
    let mut runs: HashMap<&str, Finished> = HashMap::new();
    for (name, file, preset, values) in RUNS {
        let open = || {
            let labels = Labels::Imagenet1k { assumed: false };
            setup::model(&data.join("models").join(file), preset, values, labels, options)
        };
        let of_run = || {
            concepts.as_object().into_iter().flatten().filter_map(move |(key, wanted)| {
                let (run, concept) = key.split_once('/')?;
                (run == name).then_some((concept.split('/').next()?, wanted))
            })
        };
        let roots = of_run().map(|(synset, _)| synset.parse()).collect::<Result<Vec<_>, _>>()?;
        let wanted =
            Wanted { top: vec![1, 2, 5, 10], keep: 100, trees: trees.clone(), roots, ..Wanted::default() };
        let model = open()?;
        let mut evaluation = setup::evaluation(&subset, &model, name, 16, &Rows::default(), wanted).await?;
        evaluation.valid = Some(valid_labels(&valid)?);
        let finished = evaluation.run(model.classifier, |_| {}).await?;
        let found = &finished.run.scores;
        predictions(checks, name, &expected.join(format!("predictions/{name}.tsv")), &finished)?;
        figures(checks, name, found, &scores[name]);
        hierarchies(checks, name, found, &distances["scores"]);
        for (subtree, (synset, wanted)) in found.subtrees.iter().zip(of_run()) {
            let values = json!({
                "samples": subtree.top1.of, "classes": subtree.classes, "top1_exact": subtree.top1.right,
                "top5_exact": subtree.top5.right, "predicted_inside": subtree.predicted_inside,
                "inside_and_inside": subtree.inside_and_inside,
            });
            checks.same(&format!("{name}: below {synset}"), values, wanted);
        }
        several(checks, name, found, &valid["scores"][name]);
        if !scores[name]["val_split_only"].is_null() {
            let model = open()?;
            let rows = Rows { split: Some("val"), ..Rows::default() };
            let wanted = Wanted { top: vec![1, 5], keep: 5, ..Wanted::default() };
            let evaluation = setup::evaluation(&subset, &model, name, 16, &rows, wanted).await?;
            let finished = evaluation.run(model.classifier, |_| {}).await?;
            figures(checks, &format!("{name}, val"), &finished.run.scores, &scores[name]["val_split_only"]);
        }
        runs.insert(name, finished);
    }
    comparisons(checks, &runs, &json_file(&expected.join("perf/compare_runs.json"))?)
}

/// Valid classes by the image's name without its extension.
fn valid_labels(file: &Value) -> Result<HashMap<String, Vec<usize>>> {
    let labels: HashMap<String, Vec<usize>> = serde_json::from_value(file["labels"].clone())?;
    Ok(labels.into_iter().map(|(name, valid)| (stem(&name).to_owned(), valid)).collect())
}

fn several(checks: &mut Checks, name: &str, scores: &Scores, wanted: &Value) {
    let Some(found) = scores.valid.filter(|_| !wanted.is_null()) else { return };
    for (what, value, key) in [
        ("scored", found.top1.of, "scored"),
        ("left out", found.without, "left_out"),
        ("top-1", found.top1.right, "top1_right"),
        ("top-5", found.top5.right, "top5_right"),
        ("top-1 of the label", found.label_top1.right, "top1_by_the_first_label_on_the_same_pictures"),
    ] {
        checks.same(&format!("{name}: several valid labels, {what}"), value, &wanted[key]);
    }
}

fn hierarchies(checks: &mut Checks, name: &str, scores: &Scores, expected: &Value) {
    for (graph, found) in &scores.hierarchy {
        let wanted = &expected[format!("{name}/subset401/{graph}")];
        if !wanted.is_null() {
            // Beyond the first few, classes of nearly no probability change places between engines; the part `graphs`
            // compares the first five of the expected predictions within 1e-6.
            let within = |k| if k <= 2 { 1e-6 } else { 0.01 };
            hierarchy(checks, &format!("{name}, {graph}"), found, wanted, within);
        }
    }
}

/// The scores on one graph. `within` says how far they may be off at each `k`.
pub fn hierarchy(
    checks: &mut Checks,
    name: &str,
    found: &HierarchyScores,
    wanted: &Value,
    within: impl Fn(usize) -> f64,
) {
    checks.near(&format!("{name}: severity"), found.mistake_severity, &wanted["mistake_severity"], 1e-6);
    let greatest = Some(f64::from(found.max_distance));
    checks.near(&format!("{name}: greatest distance"), greatest, &wanted["max_distance"], 0.0);
    let histogram: serde_json::Map<String, Value> = (0..)
        .zip(&found.severity_histogram)
        .filter(|(_, count)| **count > 0)
        .map(|(distance, count): (u64, _)| (distance.to_string(), (*count).into()))
        .collect();
    checks.same(&format!("{name}: severities"), histogram, &wanted["severity_histogram"]);
    for at in &found.at {
        for (what, value) in [
            ("avg_distance", Some(at.average_distance)),
            ("avg_distance_of_mistakes", at.average_distance_of_mistakes),
            ("least_distance", Some(at.least_distance)),
            ("hprecision", Some(at.precision)),
            ("hprecision_mean", Some(at.precision_mean)),
            ("hmAP", Some(at.mean_average_precision)),
        ] {
            let key = format!("{what}@{}", at.k);
            checks.near(&format!("{name}: {key}"), value, &wanted[&key], within(at.k));
        }
    }
}

fn comparisons(checks: &mut Checks, runs: &HashMap<&str, Finished>, expected: &Value) -> Result<()> {
    for (pair, wanted) in expected.as_object().into_iter().flatten() {
        let (first, second) = pair.split_once(" vs ").with_context(|| format!("{pair}: no pair of runs"))?;
        let (Some(first), Some(second)) = (runs.get(first), runs.get(second)) else { continue };
        let found = compare((&first.run, &first.samples), (&second.run, &second.samples), None)?;
        for (what, count) in [
            ("n", found.samples),
            ("both_right", found.paired.both_right),
            ("only_first", found.paired.only_first),
            ("only_second", found.paired.only_second),
            ("both_wrong", found.paired.both_wrong),
            ("same_prediction", found.same_prediction),
        ] {
            checks.same(&format!("{pair}: {what}"), count, &wanted[what]);
        }
        // p-values are given with six digits.
        let relative = |key: &str| wanted[key].as_f64().unwrap_or(1.0) * 1e-5;
        for (what, value, wanted, within) in [
            ("difference", found.difference, &wanted["difference"], 1e-8),
            ("standard error", found.standard_error, &wanted["standard_error_paired"], 1e-8),
            ("interval, low", found.interval.low, &wanted["wald95"][0], 1e-8),
            ("interval, high", found.interval.high, &wanted["wald95"][1], 1e-8),
            ("McNemar", found.mcnemar_exact_p, &wanted["mcnemar_exact_p"], relative("mcnemar_exact_p")),
            ("χ²", found.mcnemar_chi2, &wanted["mcnemar_chi2_corrected"], relative("mcnemar_chi2_corrected")),
            ("χ², p", found.mcnemar_chi2_p, &wanted["mcnemar_chi2_p"], relative("mcnemar_chi2_p")),
        ] {
            checks.near(&format!("{pair}: {what}"), Some(value), wanted, within);
        }
    }
    Ok(())
}
