//! Queues that need no model: duplicates, and pictures that stand out.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use hub_dataset::ops::facets::Facet;
use hub_dataset::ops::pictures::{Fingerprint, Outlier, OutlierKind, duplicates, outliers};
use hub_dataset::{LabelColumn, Snapshot, cpu_pool};
use hub_schema::api::{
    DuplicateGroup, DuplicateList, DuplicateRow, OutlierList, OutlierRow, ScanState, ScanView,
};
use hub_schema::{Feature, Field, RowId};

use super::facets::facet;
use super::position::id_at;
use crate::auth::OpenDataset;
use crate::problem::{Problem, Result, internal};
use crate::state::AppState;
use crate::work::pictures::Scanned;

/// The queue of duplicates.
pub const DUPLICATES: &str = "duplicates";
/// The queue of outliers.
pub const OUTLIERS: &str = "outliers";
/// How long an answer waits for the pictures to be read.
const PATIENCE: Duration = Duration::from_secs(3);
/// Rows of a group that are listed.
const GROUP_ROWS: usize = 100;
/// Bins of the facet of labels, which it has none of.
const BINS: usize = 40;

/// Which duplicates to list.
#[derive(Clone, Copy, Debug)]
pub struct DuplicatesOf<'a> {
    /// The column of the pictures; by default the first.
    pub column: Option<&'a str>,
    /// The label column to compare; by default the first.
    pub label: Option<&'a str>,
    /// Whether pictures that are nearly the same are duplicates too.
    pub near: bool,
    /// Only groups whose labels differ.
    pub labels_differ: bool,
    /// Also groups all of whose rows were answered with `keep`.
    pub kept: bool,
    /// Groups to skip, and to list.
    pub page: (u64, usize),
}

/// Groups of rows with the same picture.
pub async fn duplicate_list(
    state: &AppState,
    set: &OpenDataset,
    snapshot: &Snapshot,
    of: DuplicatesOf<'_>,
) -> Result<DuplicateList> {
    let field = pictures(snapshot, of.column)?;
    let label = label(snapshot, of.label)?;
    let (scan, prints) = scanned(state, set, snapshot, field).await?;
    let mut list = DuplicateList {
        at: snapshot.at().into(),
        column: field.name.clone(),
        label: label.as_ref().map(LabelColumn::name),
        scan,
        total: 0,
        groups: Vec::new(),
        next: None,
    };
    let Some(prints) = prints else { return Ok(list) };
    let distance = of.near.then_some(NEAR_BITS);
    let found = cpu_pool::run(async move { duplicates(&prints, distance) }).await;
    let mut groups = found.map_err(|e| internal(&e))?.groups;
    let classes = match &label {
        Some(label) => Some(facet(state, set, snapshot, &label.name(), BINS).await?),
        None => None,
    };
    let differ = |group: &[u32]| classes.as_ref().is_some_and(|classes| labels_differ(classes, group));
    if of.labels_differ {
        groups.retain(|group| differ(group));
    }
    if !of.kept {
        let kept = kept(state, set, snapshot, DUPLICATES).await?;
        groups.retain(|group| !group.iter().all(|row| kept.contains(row)));
    }
    list.total = groups.len() as u64;
    let (skip, limit) = of.page;
    let skipped = usize::try_from(skip).unwrap_or(usize::MAX);
    for group in groups.iter().skip(skipped).take(limit) {
        let mut rows = Vec::with_capacity(group.len().min(GROUP_ROWS));
        for row in group.iter().take(GROUP_ROWS) {
            let class = classes.as_ref().map(|classes| classes.first_code(*row));
            let name = class.and_then(|class| label.as_ref()?.names.get(class as usize));
            let position = u64::from(*row);
            let row_id = id_at(snapshot, position).await?.to_string();
            rows.push(DuplicateRow { row_id, position, label: name.cloned() });
        }
        list.groups.push(DuplicateGroup { labels_differ: differ(group), rows, count: group.len() as u64 });
    }
    let end = skip.saturating_add(list.groups.len() as u64);
    list.next = (end < list.total && !list.groups.is_empty()).then_some(end);
    Ok(list)
}

/// Bits in which the hashes of nearly equal pictures differ at most.
const NEAR_BITS: u32 = 3;

fn labels_differ(classes: &Facet, group: &[u32]) -> bool {
    let first = group.first().map(|row| classes.first_code(*row));
    group.iter().any(|row| Some(classes.first_code(*row)) != first)
}

/// Pictures that stand out.
pub async fn outlier_list(
    state: &AppState,
    set: &OpenDataset,
    snapshot: &Snapshot,
    column: Option<&str>,
    show_kept: bool,
    (skip, limit): (u64, usize),
) -> Result<OutlierList> {
    let field = pictures(snapshot, column)?;
    let (scan, prints) = scanned(state, set, snapshot, field).await?;
    let (at, column) = (snapshot.at().into(), field.name.clone());
    let mut list = OutlierList { at, column, scan, total: 0, rows: Vec::new(), next: None };
    let Some(prints) = prints else { return Ok(list) };
    let found = cpu_pool::run(async move { outliers(&prints) }).await;
    let mut found: Vec<Outlier> = found.map_err(|e| internal(&e))?;
    if !show_kept {
        let kept = kept(state, set, snapshot, OUTLIERS).await?;
        found.retain(|outlier| !kept.contains(&outlier.row));
    }
    list.total = found.len() as u64;
    for outlier in found.iter().skip(usize::try_from(skip).unwrap_or(usize::MAX)).take(limit) {
        let position = u64::from(outlier.row);
        let row_id = id_at(snapshot, position).await?.to_string();
        list.rows.push(OutlierRow { row_id, position, kind: word(outlier.kind).to_owned() });
    }
    let end = skip.saturating_add(list.rows.len() as u64);
    list.next = (end < list.total && !list.rows.is_empty()).then_some(end);
    Ok(list)
}

const fn word(kind: OutlierKind) -> &'static str {
    match kind {
        OutlierKind::Damaged => "damaged",
        OutlierKind::Blank => "blank",
        OutlierKind::Grey => "grey",
        OutlierKind::Tiny => "tiny",
        OutlierKind::Extreme => "extreme",
    }
}

async fn scanned(
    state: &AppState,
    set: &OpenDataset,
    snapshot: &Snapshot,
    field: &Field,
) -> Result<(ScanView, Option<Arc<Vec<Fingerprint>>>)> {
    // Reading all pictures is much work, which strangers can't have done.
    let may_begin = set.caller.user().is_ok();
    let total = snapshot.index().await?.rows();
    Ok(match state.pictures.get(snapshot, field, may_begin, PATIENCE).await? {
        Scanned::Done(prints) => (ScanView { state: ScanState::Done, rows: total, total }, Some(prints)),
        Scanned::Running(rows) => (ScanView { state: ScanState::Running, rows, total }, None),
        Scanned::NotBegun => (ScanView { state: ScanState::NotBegun, rows: 0, total }, None),
    })
}

/// The positions of the rows that a queue no longer shows.
async fn kept(state: &AppState, set: &OpenDataset, snapshot: &Snapshot, queue: &str) -> Result<HashSet<u32>> {
    let index = snapshot.index().await?;
    let rows = state.catalog.reviewed_rows(set.info.uuid, queue).await?;
    let position = |raw: u64| index.position(index.of_row(RowId::from_raw(raw))?);
    Ok(rows.into_iter().filter_map(position).filter_map(|at| u32::try_from(at).ok()).collect())
}

fn pictures<'a>(snapshot: &'a Snapshot, name: Option<&str>) -> Result<&'a Field> {
    if let Some(name) = name {
        return Ok(snapshot.schema().column(name)?);
    }
    let first = snapshot.schema().fields.iter().find(|field| field.feature == Feature::Image);
    first.ok_or_else(|| Problem::invalid("this data set has no column of images"))
}

fn label(snapshot: &Snapshot, name: Option<&str>) -> Result<Option<LabelColumn>> {
    let mut labels = LabelColumn::all(snapshot.schema()).into_iter();
    match name {
        None => Ok(labels.find(|label| !label.many)),
        Some(name) => {
            let found = labels.find(|label| label.name() == name);
            found.map(Some).ok_or_else(|| Problem::invalid(format!("there is no label column '{name}'")))
        }
    }
}
