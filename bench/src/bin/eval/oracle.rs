//! Predictions, scores, distances and label spaces against expected results.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use hub_dataset::Snapshot;
use hub_eval::engine::EngineOptions;
use hub_eval::inference::SamplePrediction;
use hub_eval::model::{Labels, ValueMode};
use hub_eval::run::{Finished, Scores, Wanted, compare};
use hub_eval::score::hierarchy::Tree;
use serde_json::{Value, json};

use super::setup;

/// Where the first two classes are closer than this, engines may disagree.
const MARGIN: f64 = 0.001;
/// How far probabilities may differ on another engine.
const PROBABILITY: f64 = 0.002;
/// How far a score may differ, for the same reason.
const SCORE: f64 = 0.002;

/// What was compared, and whether all of it fits.
#[derive(Default)]
struct Checks {
    failed: usize,
}

impl Checks {
    fn add(&mut self, check: &str, fits: bool, found: Value) {
        self.failed += usize::from(!fits);
        println!("{}", json!({ "check": check, "fits": fits, "found": found }));
    }

    fn near(&mut self, check: &str, found: Option<f64>, expected: &Value, within: f64) {
        let fits = match (found, expected.as_f64()) {
            (Some(found), Some(expected)) => (found - expected).abs() <= within,
            (None, None) => true,
            _ => false,
        };
        self.add(check, fits, json!({ "found": found, "expected": expected }));
    }
}

/// Name of the expected results, model, preset, values.
const IMAGENET: [(&str, &str, &str, Option<ValueMode>); 4] = [
    ("lite0", "efficientnet-lite0-imagenet.onnx", "timm-bicubic-0.875-224", None),
    ("lite0_half", "efficientnet-lite0-imagenet.onnx", "timm-bicubic-0.875-224", Some(ValueMode::Inception)),
    ("squeezenet227", "squeezenet1.0-dc-imagenet.onnx", "torchvision-256-227", None),
    ("squeezenet224", "squeezenet1.0-dc-imagenet.onnx", "torchvision-256-224", None),
];

pub async fn run(expected: &Path, data: &Path, options: &EngineOptions) -> Result<()> {
    let mut checks = Checks::default();
    let subset = setup::data_set(&data.join("imagenet-subset")).await?;
    let scores = json_file(&expected.join("predictions/imagenet.json"))?;
    let distances = json_file(&expected.join("hierarchy/scores.json"))?;
    let text = std::fs::read_to_string(expected.join("hierarchy/first_hypernym_tree.txt"))?;
    let mut runs: HashMap<&str, Finished> = HashMap::new();
    for (name, file, preset, values) in IMAGENET {
        let labels = Labels::Imagenet1k { assumed: false };
        let model = setup::model(&data.join("models").join(file), preset, values, labels, options)?;
        let wanted = Wanted {
            top: vec![1, 2, 5, 10],
            keep: 100,
            tree: Some(("own".to_owned(), Tree::parse(&text)?)),
            ..Wanted::default()
        };
        let finished = setup::evaluate(&subset, model, name, wanted).await?;
        predictions(&mut checks, name, &expected.join(format!("predictions/{name}.tsv")), &finished)?;
        figures(&mut checks, name, &finished.run.scores, &scores[name]);
        hierarchies(&mut checks, name, &finished.run.scores, &distances["scores"]);
        runs.insert(name, finished);
    }
    comparisons(&mut checks, &runs, &json_file(&expected.join("perf/compare_runs.json"))?)?;
    let cifar = setup::data_set(&data.join("cifar10-png100")).await?;
    label_space(&mut checks, &cifar, expected, data, options).await?;
    mnist(&mut checks, expected, data, options).await?;
    if checks.failed > 0 {
        bail!("{} checks failed", checks.failed);
    }
    Ok(())
}

fn json_file(path: &Path) -> Result<Value> {
    let text = std::fs::read(path).with_context(|| format!("{}: can't read it", path.display()))?;
    Ok(serde_json::from_slice(&text)?)
}

/// Each prediction: the same class where the margin allows, and the same probabilities.
fn predictions(checks: &mut Checks, name: &str, table: &Path, finished: &Finished) -> Result<()> {
    let by_name: HashMap<&str, &SamplePrediction> = finished
        .samples
        .iter()
        .filter_map(|sample| Some((sample.name.as_deref()?.rsplit('/').next()?, sample)))
        .collect();
    let text = std::fs::read_to_string(table)?;
    let (mut rows, mut other, mut farthest) = (0, 0, 0.0f64);
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [file, _, top, probabilities, _, margin] = cells[..] else {
            bail!("{}: {line}", table.display())
        };
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
    checks.add(&format!("{name}: predictions"), other == 0 && farthest <= PROBABILITY, found);
    Ok(())
}

fn figures(checks: &mut Checks, name: &str, scores: &Scores, expected: &Value) {
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
    checks.near(&format!("{name}: Brier"), scores.brier, &expected["brier"], SCORE);
    checks.near(&format!("{name}: ECE"), reliability.map(|r| r.ece), &expected["ece15"], SCORE);
    checks.near(&format!("{name}: ECE, 10 bins"), scores.ece10, &expected["ece10"], SCORE);
    checks.near(&format!("{name}: confidence"), scores.mean_confidence, &expected["mean_confidence"], SCORE);
}

fn hierarchies(checks: &mut Checks, name: &str, scores: &Scores, expected: &Value) {
    for (graph, found) in &scores.hierarchy {
        let wanted = &expected[format!("{name}/subset401/{graph}")];
        if wanted.is_null() {
            continue;
        }
        let severity = found.mistake_severity;
        checks.near(&format!("{name}: severity, {graph}"), severity, &wanted["mistake_severity"], 1e-6);
        for at in &found.at {
            let k = at.k;
            let pairs = [
                ("avg_distance", Some(at.average_distance)),
                ("least_distance", Some(at.least_distance)),
                ("hprecision", Some(at.precision)),
                ("hprecision_mean", Some(at.precision_mean)),
                ("hmAP", Some(at.mean_average_precision)),
            ];
            for (what, value) in pairs {
                // Beyond the first few, classes of nearly no probability change places between engines.
                let within = if k <= 2 { 1e-6 } else { 0.01 };
                checks.near(
                    &format!("{name}: {what}@{k}, {graph}"),
                    value,
                    &wanted[format!("{what}@{k}")],
                    within,
                );
            }
        }
    }
}

fn comparisons(checks: &mut Checks, runs: &HashMap<&str, Finished>, expected: &Value) -> Result<()> {
    for (pair, wanted) in expected.as_object().into_iter().flatten() {
        let Some((first, second)) = pair.split_once(" vs ") else { continue };
        let (Some(first), Some(second)) = (runs.get(first), runs.get(second)) else { continue };
        let found = compare((&first.run, &first.samples), (&second.run, &second.samples), None)?;
        let counts = [
            ("both_right", found.paired.both_right),
            ("only_first", found.paired.only_first),
            ("only_second", found.paired.only_second),
            ("both_wrong", found.paired.both_wrong),
        ];
        let fits = counts.iter().all(|(name, count)| wanted[*name].as_u64() == Some(*count));
        checks.add(&format!("{pair}: counts"), fits, json!({ "found": counts, "expected": wanted }));
        checks.near(
            &format!("{pair}: standard error"),
            Some(found.standard_error),
            &wanted["standard_error_paired"],
            1e-6,
        );
        let p = wanted["mcnemar_exact_p"].as_f64().unwrap_or(1.0);
        checks.near(
            &format!("{pair}: McNemar"),
            Some(found.mcnemar_exact_p),
            &wanted["mcnemar_exact_p"],
            p * 1e-4,
        );
    }
    Ok(())
}

/// An ImageNet model on the ten classes of CIFAR.
async fn label_space(
    checks: &mut Checks,
    cifar: &Snapshot,
    expected: &Path,
    data: &Path,
    options: &EngineOptions,
) -> Result<()> {
    let wanted = json_file(&expected.join("labelspaces/cifar10_lite0.json"))?;
    let file = data.join("models/efficientnet-lite0-imagenet.onnx");
    let labels = Labels::Imagenet1k { assumed: false };
    let model = setup::model(&file, "timm-bicubic-0.875-224", None, labels, options)?;
    let plain = Wanted { top: vec![1, 5], keep: 20, ..Wanted::default() };
    let finished = setup::evaluate(cifar, model, "lite0 on cifar10", plain).await?;
    let space = finished.run.scores.label_space.as_ref().context("no label space")?;
    let counts = [
        ("samples", space.counts.samples, &wanted["samples"]),
        ("unreachable", space.counts.unreachable, &wanted["unreachable"]),
        ("right", space.counts.right, &wanted["plain"]["right"]),
        ("coarser", space.counts.coarser, &wanted["plain"]["coarser"]),
        ("another_label", space.counts.another_label, &wanted["plain"]["another_label"]),
        ("outside", space.counts.outside, &wanted["plain"]["outside"]),
        ("top5_right", space.counts.top5_right, &wanted["plain"]["top5_right"]),
        ("restrict classes", space.restricted_classes, &wanted["restrict"]["classes"]),
        ("restrict right", space.counts.restricted_right, &wanted["restrict"]["right"]),
        ("restrict top5_right", space.counts.restricted_top5_right, &wanted["restrict"]["top5_right"]),
        ("restrict_sum right", space.counts.summed_right, &wanted["restrict_sum"]["right"]),
    ];
    for (name, found, expected) in counts {
        let fits = expected.as_u64() == Some(found);
        checks.add(&format!("cifar10 labels: {name}"), fits, json!({ "found": found, "expected": expected }));
    }
    for row in &space.labels {
        let wanted = &wanted["labels"][&row.label];
        let fits = wanted["right"].as_u64() == Some(row.right)
            && wanted["classes"].as_u64() == Some(row.classes)
            && wanted["right_restrict"].as_u64() == Some(row.right_restrict)
            && wanted["right_restrict_sum"].as_u64() == Some(row.right_restrict_sum);
        checks.add(
            &format!("cifar10 label {}", row.label),
            fits,
            json!({ "found": row, "expected": wanted }),
        );
    }
    Ok(())
}

/// LeNet-5 on MNIST's test set: every prediction, and all figures.
async fn mnist(checks: &mut Checks, expected: &Path, data: &Path, options: &EngineOptions) -> Result<()> {
    let wanted = json_file(&expected.join("predictions/lenet5-mnist.json"))?;
    let set = setup::data_set(&data.join("mnist")).await?;
    let names: Vec<String> = (0..10).map(|digit| digit.to_string()).collect();
    let file = data.join("models/lenet5-mnist.onnx");
    let model = setup::model(&file, "lenet", None, Labels::named(names), options)?;
    let plain = Wanted { top: vec![1, 2, 5], keep: 10, ..Wanted::default() };
    let mut evaluation = setup::evaluation(&set, &model, "lenet5", 64, plain).await?;
    let test = hub_eval::inference::Selection { split: Some("test".to_owned()), ..Default::default() };
    evaluation.chosen = hub_eval::inference::choose(&set, &test).await?;
    let finished = evaluation.run(model.classifier, |_| {}).await?;
    let digits = wanted["predictions"].as_str().unwrap_or_default();
    let class = |sample: &SamplePrediction| sample.prediction().and_then(|prediction| prediction.class());
    let sure = |sample: &SamplePrediction| sample.prediction().is_some_and(|p| p.margin() >= MARGIN);
    let other = finished
        .samples
        .iter()
        .zip(digits.bytes())
        .filter(|(sample, digit)| sure(sample) && class(sample) != Some(usize::from(digit - b'0')));
    let other = other.count();
    let rows = finished.samples.len();
    checks.add(
        "lenet5: predictions",
        other == 0 && rows == digits.len(),
        json!({ "rows": rows, "other": other }),
    );
    figures(checks, "lenet5", &finished.run.scores, &wanted);
    let table = finished.run.scores.classes.as_ref().context("no classes")?;
    checks.near("lenet5: macro F1", Some(table.macro_average.f1), &wanted["macro"][2], 1e-6);
    let confusion = serde_json::to_value(&table.confusion)?;
    checks.add("lenet5: confusion", confusion == wanted["confusion_rows_true"], Value::Null);
    Ok(())
}
