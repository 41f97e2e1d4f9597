//! Data sets, models and evaluations for the comparisons.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use hub_client::push::{Progress, PushOptions, push};
use hub_dataset::sample::{SampleError, SampleSource};
use hub_dataset::{Dataset, Snapshot, Store};
use hub_eval::engine::EngineOptions;
use hub_eval::inference::{Class, Columns, LabelMatch, Pipeline, Selection, choose};
use hub_eval::model::{About, Card, Labels, OpenModel, Overrides, Preset, ValueMode, Values};
use hub_eval::onnx::Model;
use hub_eval::run::{CorruptPolicy, Evaluated, Evaluation, PART_TIME, RunData, RunEngine, RunModel, Wanted};
use hub_ingest::read::{self, ReadOptions};
use hub_schema::Revision;

/// Pushes a folder to a data set in memory.
pub async fn data_set(folder: &Path) -> Result<Snapshot> {
    let dataset = Dataset::create(Store::memory()).await?;
    let owned = folder.to_owned();
    let open = move || -> Result<Box<dyn SampleSource>, SampleError> {
        Ok(read::open(&owned, &ReadOptions::default())?.source)
    };
    let pushed = push(&dataset, &PushOptions::default(), &Arc::new(Progress::default()), open).await;
    pushed.with_context(|| format!("{}: can't be pushed", folder.display()))?;
    Ok(dataset.snapshot(&Revision::main()).await?)
}

/// A model with a card.
pub fn model(
    file: &Path,
    preset: &str,
    values: Option<ValueMode>,
    labels: Labels,
    options: &EngineOptions,
) -> Result<OpenModel> {
    let model = Model::open(file)?;
    let side = model.signature().input.width.and_then(|width| u32::try_from(width).ok());
    let overrides = Overrides { values: values.map(Values::of), ..Overrides::default() };
    let preprocessing = preset.parse::<Preset>()?.preprocessing(&overrides, side)?;
    let card = Card::new(&model, preprocessing, labels, About::default())?;
    Ok(OpenModel::load(file, card, options)?)
}

/// The rows of an evaluation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rows {
    /// Only those of this split.
    pub split: Option<&'static str>,
    /// The boxes of this column in place of whole images.
    pub boxes: Option<&'static str>,
    /// Only so many.
    pub limit: Option<u64>,
}

/// The evaluation of a model on rows; nothing is stored.
pub async fn evaluation(
    snapshot: &Snapshot,
    model: &OpenModel,
    name: &str,
    batch_size: usize,
    rows: &Rows,
    wanted: Wanted,
) -> Result<Evaluation> {
    let columns = Columns::of(snapshot.schema(), None, None, None)?;
    let columns = match rows.boxes {
        Some(column) => columns.with_boxes(snapshot.schema(), column)?,
        None => columns,
    };
    let selection =
        Selection { split: rows.split.map(str::to_owned), limit: rows.limit, ..Selection::default() };
    let (names, synsets) = (model.card.labels.names(), model.card.labels.synsets());
    let classes: Vec<Class> =
        names.into_iter().zip(synsets).map(|(name, synset)| Class { name, synset }).collect();
    let labels = columns.label.as_ref().map(|label| label.classes.clone()).unwrap_or_default();
    let matched = LabelMatch::new(&classes, &labels, false)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let keep = wanted.keep.min(classes.len());
    Ok(Evaluation {
        evaluated: Evaluated {
            data: RunData { dataset: name.to_owned(), image: columns.image.clone(), ..RunData::default() },
            model: RunModel {
                name: name.to_owned(),
                hash: model.card.model.hash.to_string(),
                card: model.card.hash()?,
                classes: classes.len(),
            },
            preprocessing: serde_json::to_value(&model.card.preprocessing)?,
            exact: true,
            corrupt: CorruptPolicy::Fail,
            keep,
            top: wanted.top.clone(),
        },
        engine: RunEngine {
            engine: model.classifier.engine(),
            threads: cores,
            batch_size,
            hub: env!("CARGO_PKG_VERSION").to_owned(),
            machine: String::new(),
        },
        pipeline: Pipeline {
            snapshot: snapshot.clone(),
            columns,
            preparation: model.preparation.clone(),
            labels: Some(matched),
            valid_classes: None,
            batch_size,
            decoders: cores,
            keep,
            cache: None,
        },
        chosen: choose(snapshot, &selection).await?,
        classes,
        labels,
        wanted,
        valid: None,
        until: None,
        resume: false,
        keep_every: PART_TIME,
        record_as: None,
    })
}
