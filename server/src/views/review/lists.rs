//! Lists of duplicates, and of pictures that stand out.

use std::time::Duration;

use hub_dataset::ops::facets::Facet;
use hub_dataset::ops::pictures::{MAX_DISTANCE, Outlier, OutlierKind, duplicates, outliers};
use hub_dataset::{LabelColumn, Snapshot, cpu_pool};
use hub_schema::api::{DuplicateGroup, DuplicateList, DuplicateRow, OutlierList, OutlierRow};

use super::queue::QueueKind;
use super::source::{kept, label_of, labels_of, pictures_of, scanned};
use crate::auth::OpenDataset;
use crate::problem::{Result, internal};
use crate::state::AppState;
use crate::views::position::id_at;

/// How long an answer waits for the pictures to be read.
const PATIENCE: Duration = Duration::from_secs(3);
/// Rows of a group that are listed.
const GROUP_ROWS: usize = 100;

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
    let field = pictures_of(snapshot, of.column)?;
    let label = label_of(snapshot, of.label)?;
    let (scan, prints) = scanned(state, set, snapshot, field, PATIENCE).await?;
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
    let distance = of.near.then_some(MAX_DISTANCE);
    let found = cpu_pool::run(async move { duplicates(&prints, distance) }).await;
    let mut groups = found.map_err(|e| internal(&e))?.groups;
    let classes = match &label {
        Some(label) => Some(labels_of(state, set, snapshot, label).await?),
        None => None,
    };
    let differ = |group: &[u32]| classes.as_ref().is_some_and(|classes| labels_differ(classes, group));
    if of.labels_differ {
        groups.retain(|group| differ(group));
    }
    if !of.kept {
        let kept = kept(state, set.info.uuid, snapshot, QueueKind::Duplicates).await?;
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

/// Whether the rows of a group have different labels.
pub fn labels_differ(classes: &Facet, group: &[u32]) -> bool {
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
    let field = pictures_of(snapshot, column)?;
    let (scan, prints) = scanned(state, set, snapshot, field, PATIENCE).await?;
    let (at, column) = (snapshot.at().into(), field.name.clone());
    let mut list = OutlierList { at, column, scan, total: 0, rows: Vec::new(), next: None };
    let Some(prints) = prints else { return Ok(list) };
    let found = cpu_pool::run(async move { outliers(&prints) }).await;
    let mut found: Vec<Outlier> = found.map_err(|e| internal(&e))?;
    if !show_kept {
        let kept = kept(state, set.info.uuid, snapshot, QueueKind::Outliers).await?;
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
