//! What queues are made of: pictures, labels, vectors, runs, and the answers of people.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use hub_dataset::ops::facets::Facet;
use hub_dataset::ops::pictures::{Fingerprint, first_pictures};
use hub_dataset::{LabelColumn, Snapshot};
use hub_schema::api::{ScanState, ScanView};
use hub_schema::{Field, RowId};
use uuid::Uuid;

use super::queue::QueueKind;
use crate::auth::OpenDataset;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::views::facets::facet;
use crate::views::similar::is_vector;
use crate::work::background::Known;

/// The pictures of a revision, once they were read.
pub async fn scanned(
    state: &AppState,
    set: &OpenDataset,
    snapshot: &Snapshot,
    field: &Field,
    patience: Duration,
) -> Result<(ScanView, Option<Arc<Vec<Fingerprint>>>)> {
    let known = state.pictures.get(snapshot, field, may_begin(set), patience).await?;
    scan_view(snapshot, known).await
}

/// Reading all pictures is much work, which strangers can't have done.
pub fn may_begin(set: &OpenDataset) -> bool {
    set.caller.user().is_ok()
}

/// How far a scan is, and its result.
pub async fn scan_view<T>(snapshot: &Snapshot, known: Known<T>) -> Result<(ScanView, Option<Arc<T>>)> {
    let total = snapshot.index().await?.rows();
    Ok(match known {
        Known::Done(found) => (ScanView { state: ScanState::Done, rows: total, total }, Some(found)),
        Known::Running(rows) => (ScanView { state: ScanState::Running, rows, total }, None),
        Known::NotBegun => (ScanView { state: ScanState::NotBegun, rows: 0, total }, None),
    })
}

/// The positions of the rows that a queue no longer shows.
pub async fn kept(
    state: &AppState,
    set: Uuid,
    snapshot: &Snapshot,
    queue: QueueKind,
) -> Result<HashSet<u32>> {
    let index = snapshot.index().await?;
    let rows = state.catalog.reviewed_rows(set, queue.name()).await?;
    let position = |raw: u64| index.position(index.of_row(RowId::from_raw(raw))?);
    Ok(rows.into_iter().filter_map(position).filter_map(|at| u32::try_from(at).ok()).collect())
}

/// The column of pictures; by default the first.
pub fn pictures_of<'a>(snapshot: &'a Snapshot, name: Option<&str>) -> Result<&'a Field> {
    if let Some(name) = name {
        return Ok(snapshot.schema().column(name)?);
    }
    let first = first_pictures(snapshot.schema());
    first.ok_or_else(|| Problem::invalid("this data set has no column of images"))
}

/// The label column to compare; by default the first that is not in a list.
pub fn label_of(snapshot: &Snapshot, name: Option<&str>) -> Result<Option<LabelColumn>> {
    let mut labels = LabelColumn::all(snapshot.schema()).into_iter();
    match name {
        None => Ok(labels.find(|label| !label.many)),
        Some(name) => {
            let found = labels.find(|label| label.name() == name);
            found.map(Some).ok_or_else(|| Problem::invalid(format!("there is no label column '{name}'")))
        }
    }
}

/// The class of each row.
pub async fn labels_of(
    state: &AppState,
    set: &OpenDataset,
    snapshot: &Snapshot,
    label: &LabelColumn,
) -> Result<Arc<Facet>> {
    // A facet of classes has no bins.
    facet(state, set, snapshot, &label.name(), 1).await
}

/// The column of vectors to compare; by default the first.
pub fn vectors_of<'a>(snapshot: &'a Snapshot, name: Option<&str>) -> Result<Option<&'a Field>> {
    let Some(name) = name else {
        return Ok(snapshot.schema().fields.iter().find(|field| is_vector(field)));
    };
    let field = snapshot.schema().column(name)?;
    let wrong = || {
        let holds = field.feature.describe();
        Problem::invalid(format!(
            "column '{name}' is {holds}; expected vectors of floats, such as an embedding"
        ))
    };
    if is_vector(field) { Ok(Some(field)) } else { Err(wrong()) }
}
