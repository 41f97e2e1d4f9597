//! What runs predicted of one row.

use std::collections::HashSet;
use std::sync::Arc;

use futures::stream::{self, StreamExt};
use hub_dataset::{LabelColumn, Snapshot, cpu_pool};
use hub_eval::run::{NamedPrediction, PredictionFile, RunError, find, load};
use hub_eval::score::Prediction;
use hub_schema::api::{PredictedClass, RowPrediction, RowPredictions};
use hub_schema::{Feature, Field, RowId, RunId};
use serde_json::Value as Json;

use super::known_run::KnownRun;
use super::position::{id_at, position_of};
use super::review::disagrees::{ClassMap, named_classes};
use super::rows::read;
use super::values::Length;
use crate::auth::OpenDataset;
use crate::problem::{Kind, Problem, Result, internal};
use crate::state::AppState;
use crate::work::once::once;

/// The newest runs, in which a row is looked up.
const LOOKED_AT: usize = 20;
/// Runs that are told of a row, and the bytes of predictions that are read for them.
const MOST_RUNS: usize = 8;
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Runs that are read at the same time, as many as a caller has permits.
const AT_ONCE: usize = 2;

/// What runs predicted of a row: one run, or the newest that evaluated it, of a model on the same rows the newest alone.
///
/// # Errors
/// There is no such row or run.
pub async fn row_predictions(
    state: &AppState,
    set: &OpenDataset,
    snapshot: &Snapshot,
    row: &str,
    run: Option<&str>,
) -> Result<RowPredictions> {
    let row_id = id_at(snapshot, position_of(snapshot, row).await?).await?;
    let mut found = RowPredictions {
        at: snapshot.at().into(),
        row_id: row_id.to_string(),
        predictions: Vec::new(),
        unreadable: Vec::new(),
    };
    let ids = set.dataset.runs().await?;
    if let Some(run) = run {
        let id = match run.parse() {
            Ok(id) if ids.contains(&id) => id,
            _ => find(&set.dataset, run).await.map_err(|error| Problem::from(&error))?.header.id,
        };
        let run = known(state, set, &id).await?;
        found.predictions = of_run(set, snapshot, &run, row_id).await?;
        return Ok(found);
    }
    let newest = stream::iter(ids.into_iter().rev().take(LOOKED_AT));
    let mut runs = newest.map(|id| async move { (known(state, set, &id).await, id) }).buffered(AT_ONCE);
    let (mut seen, mut told, mut bytes) = (HashSet::new(), 0, 0);
    while let Some((run, id)) = runs.next().await {
        let of_run = match &run {
            Ok(run) if !seen.insert((run.model.clone(), run.rows.clone())) => continue,
            Ok(run) => {
                bytes += run.size_bytes();
                of_run(set, snapshot, run, row_id).await
            }
            Err(problem) => Err(problem.clone()),
        };
        match of_run {
            Ok(predictions) => {
                told += usize::from(!predictions.is_empty());
                found.predictions.extend(predictions);
            }
            Err(problem) if matches!(problem.kind, Kind::Damaged | Kind::NotFound) => {
                found.unreadable.push(id.to_string());
            }
            Err(problem) => return Err(problem),
        }
        if told >= MOST_RUNS || bytes >= MOST_BYTES {
            break;
        }
    }
    Ok(found)
}

/// A run, whose predictions are read once.
async fn known(state: &AppState, set: &OpenDataset, id: &RunId) -> Result<Arc<KnownRun>> {
    once(&state.kept.runs, (set.info.uuid, id.to_string()), || async {
        let _permit = state.filters.take(set.requester()).await?;
        let (dataset, id) = (set.dataset.clone(), id.clone());
        let reading = async move {
            let run = load(&dataset, &id).await?;
            let file = PredictionFile::open(&dataset, &run.header).await?;
            Ok::<_, RunError>(KnownRun {
                named: named_classes(&run),
                model: run.evaluated.model.name.clone(),
                time: run.header.time,
                rows: run.evaluated.data.rows(),
                commit: run.header.commit.clone(),
                label: run.evaluated.data.label.clone(),
                boxes: run.evaluated.data.boxes.clone(),
                file,
                id,
            })
        };
        let run = cpu_pool::run(reading).await.map_err(|error| internal(&error))?;
        run.map(Arc::new).map_err(|error| Problem::from(&error))
    })
    .await
}

async fn of_run(
    set: &OpenDataset,
    snapshot: &Snapshot,
    run: &Arc<KnownRun>,
    row_id: RowId,
) -> Result<Vec<RowPrediction>> {
    let of_file = Arc::clone(run);
    let found = cpu_pool::run(async move { of_file.file.of_row(row_id.raw()) }).await;
    let found = found.map_err(|error| internal(&error))?;
    let found = found.map_err(|error| Problem::from(&RunError::from(error)))?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let label = LabelColumn::all(snapshot.schema()).into_iter().find(|of| Some(of.name()) == run.label);
    let boxes = match &run.boxes {
        Some(column) if run.commit.id != snapshot.at().id => {
            Some(boxes_now(set, snapshot, (run, column), row_id).await?)
        }
        _ => None,
    };
    let labels = run.file.labels().iter().map(|(class, label)| (*class, *label as u32));
    let names = label.as_ref().map(|label| label.names.as_slice()).unwrap_or_default();
    let shower = Shower {
        run,
        column: label.as_ref().map(LabelColumn::name),
        names,
        map: ClassMap::of(&run.named, labels, names),
    };
    let shown = found.into_iter().filter_map(|one| {
        let item = match (one.sample.item, &boxes) {
            // A box that is gone has no prediction any more.
            (Some(item), Some(boxes)) => Some(boxes.get(item as usize).copied().flatten()?),
            (item, _) => item,
        };
        Some(shower.show(one, item))
    });
    Ok(shown.collect())
}

/// Shows the predictions of a run with the names of a revision.
struct Shower<'a> {
    run: &'a KnownRun,
    column: Option<String>,
    /// The names of the data set's classes.
    names: &'a [String],
    map: ClassMap,
}

impl Shower<'_> {
    fn show(&self, one: NamedPrediction, item: Option<u32>) -> RowPrediction {
        let found = one.sample.prediction();
        let class = |(number, name, probability): &(usize, String, f64)| PredictedClass {
            name: name.clone(),
            probability: *probability,
            label: self.map.class(*number).and_then(|class| self.names.get(class as usize)).cloned(),
        };
        RowPrediction {
            run: self.run.id.to_string(),
            model: self.run.model.clone(),
            time: self.run.time,
            rows: self.run.rows.clone(),
            column: self.column.clone(),
            item,
            correct: one.sample.is_right(),
            rank: found.and_then(|prediction| prediction.rank).map(|rank| rank as u64 + 1),
            loss: found.and_then(|prediction| prediction.loss).filter(|loss| loss.is_finite()),
            margin: found.map(Prediction::margin),
            top: one.top.iter().map(class).collect(),
            problem: one.sample.problem().map(str::to_owned),
            label: one.label,
        }
    }
}

/// Where each box that a row had when the run was made is in this revision: the first that is the same.
async fn boxes_now(
    set: &OpenDataset,
    snapshot: &Snapshot,
    (run, column): (&KnownRun, &str),
    row_id: RowId,
) -> Result<Vec<Option<u32>>> {
    // The files of a revision that no branch has any more may be gone, and with them where the boxes were.
    let Ok(old) = set.dataset.at(&run.commit).await else { return Ok(Vec::new()) };
    let Ok(before) = boxes(set, &old, column, row_id).await else { return Ok(Vec::new()) };
    let now = boxes(set, snapshot, column, row_id).await?;
    let mut taken = HashSet::new();
    let place = |bbox: &Json| {
        let at = (0..).zip(&now).find(|(at, one)| *one == bbox && !taken.contains(at))?.0;
        taken.insert(at);
        Some(at)
    };
    Ok(before.iter().map(place).collect())
}

/// The boxes in a row's list; none where the column isn't one of boxes.
async fn boxes(set: &OpenDataset, snapshot: &Snapshot, column: &str, row_id: RowId) -> Result<Vec<Json>> {
    let Some((field, member)) =
        snapshot.schema().find(column).and_then(|field| Some((field, bbox_of(field)?)))
    else {
        return Ok(Vec::new());
    };
    let position = position_of(snapshot, &row_id.to_string()).await?;
    let row = read(&set.info.name, snapshot, &[field], &[position], Length::Whole).await?.pop();
    let items = row.and_then(|mut row| row.values.remove(column));
    let items = items.as_ref().and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    Ok(items.iter().map(|item| item[member].clone()).collect())
}

/// The member of a list of structs that is a box.
fn bbox_of(field: &Field) -> Option<&str> {
    let Feature::List { item } = &field.feature else { return None };
    let Feature::Struct { fields } = item.as_ref() else { return None };
    fields.iter().find(|member| member.feature == Feature::Bbox).map(|member| member.name.as_str())
}
