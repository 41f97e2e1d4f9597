//! A model of ImageNet's classes on other labels: whole pictures, and boxes in pictures.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use hub_eval::engine::EngineOptions;
use hub_eval::inference::SamplePrediction;
use hub_eval::model::Labels;
use hub_eval::run::{Finished, Wanted};
use serde_json::{Value, json};

use super::checks::{Checks, json_file, text_file};
use super::predictions::MARGIN;
use crate::setup::{self, Rows};

pub async fn run(checks: &mut Checks, expected: &Path, data: &Path, options: &EngineOptions) -> Result<()> {
    let boxes = Rows { split: Some("train"), boxes: Some("objects"), limit: None };
    for (name, folder, rows) in
        [("cifar10_lite0", "cifar10-png100", Rows::default()), ("coco_train2017_lite0", "coco-mini", boxes)]
    {
        let set = setup::data_set(&data.join(folder)).await?;
        let file = data.join("models/efficientnet-lite0-imagenet.onnx");
        let labels = Labels::Imagenet1k { assumed: false };
        let model = setup::model(&file, "timm-bicubic-0.875-224", None, labels, options)?;
        let wanted = Wanted { top: vec![1, 5], keep: 20, ..Wanted::default() };
        let evaluation = setup::evaluation(&set, &model, name, 16, &rows, wanted).await?;
        let (classes, labels) = (evaluation.classes.clone(), evaluation.labels.clone());
        let finished = evaluation.run(model.classifier, |_| {}).await?;
        let folder = expected.join("labelspaces");
        counts(checks, name, &finished, &json_file(&folder.join(format!("{name}.json")))?)?;
        let id = |class: usize| classes[class].synset.map(|id| id.to_string()).unwrap_or_default();
        let found = finished.samples.iter().filter_map(|sample| {
            let prediction = sample.prediction()?;
            let restricted =
                sample.judgement().map_or_else(String::new, |judgement| id(judgement.restricted));
            let label = labels.get(sample.label?)?.name.clone();
            Some((file_name(sample), label, id(prediction.class()?), restricted, prediction.margin()))
        });
        each(checks, name, found, &folder.join(format!("{name}.tsv")))?;
    }
    Ok(())
}

fn file_name(sample: &SamplePrediction) -> String {
    sample.name.as_deref().and_then(|name| name.rsplit('/').next()).unwrap_or_default().to_owned()
}

fn counts(checks: &mut Checks, name: &str, finished: &Finished, wanted: &Value) -> Result<()> {
    let space = finished.run.scores.label_space.as_ref().context("no label space")?;
    for (what, found, expected) in [
        ("samples", space.counts.samples, &wanted["samples"]),
        ("unreachable", space.counts.unreachable, &wanted["unreachable"]),
        ("right", space.counts.right, &wanted["plain"]["right"]),
        ("coarser", space.counts.coarser, &wanted["plain"]["coarser"]),
        ("another label", space.counts.another_label, &wanted["plain"]["another_label"]),
        ("outside", space.counts.outside, &wanted["plain"]["outside"]),
        ("top-5", space.counts.top5_right, &wanted["plain"]["top5_right"]),
        ("restrict, classes", space.restricted_classes, &wanted["restrict"]["classes"]),
        ("restrict", space.counts.restricted_right, &wanted["restrict"]["right"]),
        ("restrict, top-5", space.counts.restricted_top5_right, &wanted["restrict"]["top5_right"]),
        ("restrict-sum", space.counts.summed_right, &wanted["restrict_sum"]["right"]),
    ] {
        checks.same(&format!("{name}: {what}"), found, expected);
    }
    checks.same(&format!("{name}: in two labels"), space.in_two_labels.clone(), &wanted["in_two_labels"]);
    let labels = wanted["labels"].as_object().context("no labels")?;
    for (label, wanted) in labels {
        let row = space.labels.iter().find(|row| row.label == *label);
        let found = row.map_or(Value::Null, |row| {
            json!({
                "synset": row.synset, "classes": row.classes, "samples": row.samples, "right": row.right,
                "right_restrict": row.right_restrict, "right_restrict_sum": row.right_restrict_sum,
            })
        });
        checks.same(&format!("{name}: {label}"), found, wanted);
    }
    Ok(())
}

type Each = (String, String, String, String, f64);

/// The classes, of all and of the restricted ones, and the margin.
type Prediction = (String, String, f64);

/// Each sample's most probable class, of all and of the restricted ones, as lists by file and label: the samples of a
/// picture may be in another order.
fn each(checks: &mut Checks, name: &str, found: impl Iterator<Item = Each>, table: &Path) -> Result<()> {
    let mut own: BTreeMap<(String, String), Vec<Prediction>> = BTreeMap::new();
    for (file, label, plain, restricted, margin) in found {
        own.entry((file, label)).or_default().push((plain, restricted, margin));
    }
    let (mut rows, mut other) = (0u64, Vec::new());
    for line in text_file(table)?.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let (file, label, plain, restricted) = match cells[..] {
            [file, label, plain, restricted] => (file, label, plain, restricted),
            [_, file, _, label, plain, restricted] => (file, label, plain, restricted),
            _ => bail!("{}: {line}", table.display()),
        };
        rows += 1;
        let file = file.rsplit('/').next().unwrap_or(file).to_owned();
        let list = own.entry((file, label.to_owned())).or_default();
        // A label that no class lies under has no restricted prediction here.
        let same = |(own, own_restricted, _): &Prediction| {
            own == plain && (own_restricted == restricted || own_restricted.is_empty())
        };
        // Only where none is the same: a close decision may fall otherwise on another engine.
        let close = |(_, _, margin): &Prediction| *margin < MARGIN;
        match list.iter().position(same).or_else(|| list.iter().position(close)) {
            Some(at) => drop(list.swap_remove(at)),
            None => other.push(line.to_owned()),
        }
    }
    let left: usize = own.values().map(Vec::len).sum();
    let fits = other.is_empty() && left == 0 && rows > 0;
    checks.add(&format!("{name}: each sample"), fits, json!({ "rows": rows, "other": other, "more": left }));
    Ok(())
}
