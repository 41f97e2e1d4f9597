//! Runs with predictions that were made up and scores that were computed from them.

use hub_dataset::{Dataset, Snapshot};
use hub_eval::inference::{Class, LabelMatch, Outcome, SamplePrediction, Times};
use hub_eval::run::{
    CorruptPolicy, Evaluated, Run, RunData, RunEngine, RunModel, Scores, Wanted, table, to_parquet,
};
use hub_eval::score::Prediction;
use hub_schema::{ContentHash, FORMAT_VERSION, RowId, RunHeader, RunId, RunPredictions};

/// Stores a run of `model` on all rows of a revision: for each row, the probability of the class `dog` (1; `cat` is 0).
/// Labels are those of [`super::hub::schema`]: cat, dog, cat, …
pub async fn store_run(dataset: &Dataset, snapshot: &Snapshot, id: &str, model: &str, dog: &[f64]) -> RunId {
    let samples: Vec<SamplePrediction> = sample_ids(snapshot)
        .await
        .into_iter()
        .zip(dog)
        .enumerate()
        .map(|(position, (row_id, dog))| {
            let name = Some(format!("{position}.png"));
            SamplePrediction { name, ..sample(row_id, position, None, *dog) }
        })
        .collect();
    store_samples(dataset, snapshot, id, model, samples, ("label", None)).await
}

/// What a model says of a row, or of one of its boxes: the probability of `dog`; the labels are cat, dog, cat, …
pub fn sample(row_id: RowId, position: usize, item: Option<u32>, dog: f64) -> SamplePrediction {
    let label = (position + item.unwrap_or(0) as usize) % 2;
    let prediction = Prediction::from_probabilities(Some(label), &[1.0 - dog, dog], 2).unwrap();
    SamplePrediction {
        row_id: row_id.raw(),
        position: position as u64,
        item,
        name: None,
        label: Some(label),
        valid: None,
        outcome: Outcome::Predicted { prediction, judgement: None },
    }
}

/// Stores a run with these predictions of `label` (and of boxes, where a column of them is named).
pub async fn store_samples(
    dataset: &Dataset,
    snapshot: &Snapshot,
    id: &str,
    model: &str,
    samples: Vec<SamplePrediction>,
    (label, boxes): (&str, Option<&str>),
) -> RunId {
    let class = |name: &str| Class { name: name.to_owned(), synset: None };
    let classes = [class("cat"), class("dog")];
    let matched = LabelMatch::new(&classes, &classes, false).unwrap();
    let big = ("n >= 3".to_owned(), (3..samples.len() as u32).collect());
    let wanted = Wanted { top: vec![1, 5], keep: 2, slices: vec![big], ..Wanted::default() };
    let scores = Scores::of(&samples, &classes, &classes, Some(&matched), &wanted);
    let predictions = to_parquet(&table(&samples, &classes, &classes).unwrap()).unwrap();
    let hash = |bytes: &[u8]| ContentHash(*blake3::hash(bytes).as_bytes());
    let id: RunId = id.parse().unwrap();
    let data = RunData {
        dataset: "vision/pets".into(),
        image: "image".into(),
        label: Some(label.into()),
        boxes: boxes.map(str::to_owned),
        ..RunData::default()
    };
    let run = Run {
        header: RunHeader {
            format: FORMAT_VERSION,
            id: id.clone(),
            author: "willi".into(),
            time: "2026-04-12T09:30:20Z".parse().unwrap(),
            commit: snapshot.at().clone(),
            predictions: RunPredictions {
                hash: hash(&predictions),
                bytes: predictions.len() as u64,
                rows: samples.len() as u64,
            },
        },
        evaluated: Evaluated {
            data,
            model: RunModel {
                name: model.into(),
                hash: model.into(),
                card: hash(model.as_bytes()),
                classes: 2,
            },
            preprocessing: serde_json::Value::Null,
            exact: true,
            corrupt: CorruptPolicy::Skip,
            keep: 2,
            top: vec![1, 5],
        },
        engine: RunEngine {
            engine: "rten 0.27 on cpu".into(),
            threads: 1,
            batch_size: 16,
            hub: "0.1.0".into(),
            machine: "linux x86_64, 2 cores".into(),
        },
        same_as_exact: None,
        seconds: Times { total: 2.0, ..Times::default() },
        samples_per_second: samples.len() as f64 / 2.0,
        scores,
    };
    dataset.finish_run(&id, predictions, run.to_json().unwrap().into()).await.unwrap();
    id
}

/// The ids of all rows, in their order.
pub async fn sample_ids(snapshot: &Snapshot) -> Vec<RowId> {
    let index = snapshot.index().await.unwrap();
    index.fragments().iter().flat_map(|f| f.live_offsets().map(|offset| f.row_id(offset))).collect()
}
