//! Makes queues: each once for a commit, in the background.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use hub_dataset::ops::facets::Facet;
use hub_dataset::ops::pictures::{MAX_DISTANCE, by_distance, duplicates, outliers};
use hub_dataset::{LabelColumn, Snapshot, cpu_pool};
use hub_schema::RowId;
use hub_schema::api::{At, QueueReason, ScanView};

use super::disagrees::{ClassMap, Labelled, disagreements, named_classes, seen};
use super::lists::labels_differ;
use super::queue::{Queue, QueueKind, QueueRow, reason};
use super::source::{label_of, labels_of, may_begin, pictures_of, scan_view, scanned, vectors_of};
use crate::auth::OpenDataset;
use crate::problem::{Problem, Result, internal};
use crate::state::AppState;

/// Nearest rows whose labels are compared.
const NEIGHBOURS: usize = 20;

/// Which queue is wanted; what isn't given has a default.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub kind: QueueKind,
    /// The column of pictures or of vectors.
    pub column: Option<&'a str>,
    pub label: Option<&'a str>,
    /// The class, by name or number.
    pub class: Option<&'a str>,
    /// The run, by id or model.
    pub run: Option<&'a str>,
    /// The earlier revision.
    pub since: Option<&'a str>,
}

impl Wanted<'_> {
    /// A queue with all defaults.
    pub const fn of(kind: QueueKind) -> Self {
        Self { kind, column: None, label: None, class: None, run: None, since: None }
    }
}

/// A queue, or how far it is.
#[derive(Clone, Debug)]
pub struct Made {
    pub kind: QueueKind,
    pub scan: ScanView,
    pub queue: Option<Arc<Queue>>,
    /// The label column with the class of each row.
    pub label: Option<(LabelColumn, Arc<Facet>)>,
    /// The class of [`QueueKind::Class`].
    pub class: Option<usize>,
    /// The run of [`QueueKind::Disagrees`]: id and model.
    pub run: Option<(String, String)>,
    /// The earlier revision of [`QueueKind::New`].
    pub since: Option<At>,
}

/// Makes queues of a revision.
#[derive(Clone, Copy, Debug)]
pub struct Maker<'a> {
    pub state: &'a AppState,
    pub set: &'a OpenDataset,
    pub snapshot: &'a Snapshot,
    /// How long to wait for what is made in the background.
    pub patience: Duration,
}

impl Maker<'_> {
    /// The queue, if it is there in time.
    ///
    /// # Errors
    /// The data set lacks what the queue needs; there is no such class, run or revision; data can't be read.
    pub async fn make(&self, wanted: Wanted<'_>) -> Result<Made> {
        match wanted.kind {
            QueueKind::Duplicates => self.duplicates(wanted).await,
            QueueKind::Outliers => self.outliers(wanted).await,
            QueueKind::Class => self.class(wanted).await,
            QueueKind::Unlike => self.unlike(wanted).await,
            QueueKind::Disagrees => self.disagrees(wanted).await,
            QueueKind::New => self.new_rows(wanted).await,
        }
    }

    async fn label(&self, wanted: Wanted<'_>) -> Result<Option<(LabelColumn, Arc<Facet>)>> {
        Ok(match label_of(self.snapshot, wanted.label)? {
            Some(label) => {
                let classes = labels_of(self.state, self.set, self.snapshot, &label).await?;
                Some((label, classes))
            }
            None => None,
        })
    }

    async fn need_label(&self, wanted: Wanted<'_>) -> Result<(LabelColumn, Arc<Facet>)> {
        let none = || {
            let title = wanted.kind.title();
            Problem::invalid(format!(
                "\"{title}\" needs a label column, and this data set has none with a label a row"
            ))
        };
        self.label(wanted).await?.ok_or_else(none)
    }

    async fn rows(&self) -> Result<u64> {
        Ok(self.snapshot.index().await?.rows())
    }

    fn made(&self, kind: QueueKind, scan: ScanView, queue: Option<Arc<Queue>>) -> Made {
        Made { kind, scan, queue, label: None, class: None, run: None, since: None }
    }

    /// Does the work of a queue of at most so many rows in the background; `key` tells it from others of the revision.
    async fn work<F>(
        &self,
        kind: QueueKind,
        key: String,
        rows: u64,
        work: impl FnOnce(hub_dataset::ops::pictures::Progress) -> F,
    ) -> Result<(ScanView, Option<Arc<Queue>>)>
    where
        F: Future<Output = Result<Queue>> + Send + 'static,
    {
        let key = (self.set.info.uuid, self.snapshot.at().id, format!("{}\0{key}", kind.name()));
        let bytes = size_of::<QueueRow>() as u64 * rows;
        // Comparing all vectors is much work, which strangers can't have done.
        let may_begin = kind != QueueKind::Unlike || may_begin(self.set);
        let known = self.state.review_queues.get(key, bytes, may_begin, self.patience, work).await?;
        scan_view(self.snapshot, known).await
    }

    async fn duplicates(&self, wanted: Wanted<'_>) -> Result<Made> {
        let field = pictures_of(self.snapshot, wanted.column)?;
        let label = self.label(wanted).await?;
        let (scan, prints) = scanned(self.state, self.set, self.snapshot, field, self.patience).await?;
        let Some(prints) = prints else {
            return Ok(Made { label, ..self.made(wanted.kind, scan, None) });
        };
        let name = label.as_ref().map(|(label, _)| label.name());
        let key = format!("{}\0{}", field.id, name.unwrap_or_default());
        let classes = label.as_ref().map(|(_, classes)| classes.clone());
        let work = |_| async move {
            let find = async move {
                let distance = classes.as_ref().map(|_| MAX_DISTANCE);
                let mut groups = duplicates(&prints, distance).groups;
                if let Some(classes) = &classes {
                    groups.retain(|group| labels_differ(classes, group));
                }
                Queue { rows: group_rows(&groups, classes.as_deref()) }
            };
            cpu_pool::run(find).await.map_err(|e| internal(&e))
        };
        let (scan, queue) = self.work(wanted.kind, key, self.rows().await?, work).await?;
        Ok(Made { label, ..self.made(wanted.kind, scan, queue) })
    }

    async fn outliers(&self, wanted: Wanted<'_>) -> Result<Made> {
        let field = pictures_of(self.snapshot, wanted.column)?;
        let label = self.label(wanted).await?;
        let (scan, prints) = scanned(self.state, self.set, self.snapshot, field, self.patience).await?;
        let Some(prints) = prints else {
            return Ok(Made { label, ..self.made(wanted.kind, scan, None) });
        };
        let work = |_| async move {
            let find = async move {
                // Each row once, for its first reason.
                let mut found = outliers(&prints);
                found.dedup_by_key(|outlier| outlier.row);
                Queue::of_rows(found.into_iter().map(|one| (one.row, reason(one.kind), f32::NAN, None)))
            };
            cpu_pool::run(find).await.map_err(|e| internal(&e))
        };
        let (scan, queue) = self.work(wanted.kind, field.id.to_string(), self.rows().await?, work).await?;
        Ok(Made { label, ..self.made(wanted.kind, scan, queue) })
    }

    async fn class(&self, wanted: Wanted<'_>) -> Result<Made> {
        let field = pictures_of(self.snapshot, wanted.column)?;
        let (label, classes) = self.need_label(wanted).await?;
        let class = class_of(&label, &classes, wanted.class)?;
        let (mut scan, prints) = scanned(self.state, self.set, self.snapshot, field, self.patience).await?;
        let mut queue = None;
        if let Some(prints) = prints {
            let of_class = classes.count(None).buckets.get(class).copied().unwrap_or_default();
            let (key, classes) = (format!("{}\0{}\0{class}", field.id, label.name()), classes.clone());
            let work = |_| async move {
                let find = async move {
                    let rows: Vec<u32> = (0..classes.rows())
                        .filter(|row| classes.first_code(*row) as usize == class)
                        .collect();
                    let found = by_distance(&prints, &rows).into_iter();
                    Queue::of_rows(found.map(|(row, far)| (row, QueueReason::Distance, far, None)))
                };
                cpu_pool::run(find).await.map_err(|e| internal(&e))
            };
            (scan, queue) = self.work(wanted.kind, key, of_class, work).await?;
        }
        Ok(Made { label: Some((label, classes)), class: Some(class), ..self.made(wanted.kind, scan, queue) })
    }

    async fn unlike(&self, wanted: Wanted<'_>) -> Result<Made> {
        let field = vectors_of(self.snapshot, wanted.column)?.ok_or_else(|| {
            Problem::invalid("\"Unlike its class\" needs a column of vectors, such as an embedding, and this data set has none")
        })?;
        let (label, classes) = self.need_label(wanted).await?;
        let key = format!("{}\0{}", field.id, label.name());
        let (snapshot, field, codes) = (self.snapshot.clone(), field.clone(), classes.clone());
        let work = |progress| async move {
            let found = snapshot.unlike_class(&field, codes, NEIGHBOURS, &progress).await?;
            let found = found.into_iter();
            Ok(Queue::of_rows(
                found.map(|one| (one.row, QueueReason::Neighbours, one.share, Some(one.suggestion))),
            ))
        };
        let (scan, queue) = self.work(wanted.kind, key, self.rows().await?, work).await?;
        Ok(Made { label: Some((label, classes)), ..self.made(wanted.kind, scan, queue) })
    }

    async fn disagrees(&self, wanted: Wanted<'_>) -> Result<Made> {
        let (label, classes) = self.need_label(wanted).await?;
        let dataset = &self.set.dataset;
        let run = hub_eval::run::find(dataset, wanted.run.unwrap_or("last")).await;
        let run = run.map_err(|error| Problem::from(&error))?;
        let told = (run.header.id.to_string(), run.evaluated.model.name.clone());
        let key = format!("{}\0{}", told.0, label.name());
        let (dataset, codes, names) = (dataset.clone(), classes.clone(), label.names.clone());
        let snapshot = self.snapshot.clone();
        let work = |_| async move {
            let samples = hub_eval::run::predictions(&dataset, &run).await;
            let samples = samples.map_err(|error| Problem::from(&error))?;
            let index = snapshot.index().await?;
            let positions: HashMap<u64, u32> = samples
                .iter()
                .filter_map(|sample| {
                    let place = index.of_row(RowId::from_raw(sample.row_id))?;
                    Some((sample.row_id, u32::try_from(index.position(place)?).ok()?))
                })
                .collect();
            let find = async move {
                let map = ClassMap::of(&named_classes(&run), seen(&samples), &names);
                let now = |sample: &hub_eval::inference::SamplePrediction| {
                    let row = *positions.get(&sample.row_id)?;
                    let class = codes.first_code(row);
                    (class != u32::MAX).then_some(Labelled { row, class })
                };
                let found = disagreements(&samples, &map, now).into_iter();
                Queue::of_rows(found.map(|(row, by, class)| (row, QueueReason::Model, by, Some(class))))
            };
            cpu_pool::run(find).await.map_err(|e| internal(&e))
        };
        let (scan, queue) = self.work(wanted.kind, key, self.rows().await?, work).await?;
        Ok(Made { label: Some((label, classes)), run: Some(told), ..self.made(wanted.kind, scan, queue) })
    }

    async fn new_rows(&self, wanted: Wanted<'_>) -> Result<Made> {
        let label = self.label(wanted).await?;
        let old = match wanted.since {
            Some(since) => self.set.snapshot(Some(since)).await?,
            None => match self.snapshot.commit().parents.first() {
                Some(parent) => self.set.dataset.at(parent).await?,
                None => {
                    return Err(Problem::invalid("this is the first commit: there is no earlier revision"));
                }
            },
        };
        let since = old.at().clone();
        let snapshot = self.snapshot.clone();
        let work = |_| async move {
            let index = snapshot.index().await?;
            let position = |row: RowId| u32::try_from(index.position(index.of_row(row)?)?).ok();
            let diff = old.diff(&snapshot).await?;
            let added = diff.added_rows().map(|row| (row, QueueReason::Added));
            let changed = diff.changed_rows().map(|(row, _)| (row, QueueReason::Changed));
            let rows = added.chain(changed);
            let rows = rows.filter_map(|(row, reason)| Some((position(row)?, reason, f32::NAN, None)));
            Ok(Queue::of_rows(rows.collect::<Vec<_>>()))
        };
        let (scan, queue) = self.work(wanted.kind, since.id.to_string(), self.rows().await?, work).await?;
        Ok(Made { label, since: Some((&since).into()), ..self.made(wanted.kind, scan, queue) })
    }
}

/// The rows of groups; in each the label that most have is suggested to the others.
fn group_rows(groups: &[Vec<u32>], classes: Option<&Facet>) -> Vec<QueueRow> {
    let mut rows = Vec::new();
    for (group, members) in (0..).zip(groups) {
        let mut counts: HashMap<u32, usize> = HashMap::new();
        for class in members.iter().filter_map(|row| Some(classes?.first_code(*row))) {
            *counts.entry(class).or_default() += 1;
        }
        let most = counts.iter().find(|(_, count)| **count * 2 > members.len()).map(|(class, _)| *class);
        for row in members {
            let other = most.filter(|most| {
                *most != u32::MAX && classes.is_some_and(|classes| classes.first_code(*row) != *most)
            });
            rows.push(QueueRow {
                row: *row,
                group,
                reason: QueueReason::SamePicture,
                score: f32::NAN,
                suggestion: other,
            });
        }
    }
    rows
}

/// The class by its name or number; by default the first that a row has.
fn class_of(label: &LabelColumn, classes: &Facet, class: Option<&str>) -> Result<usize> {
    let Some(class) = class else {
        let counts = classes.count(None).buckets;
        return Ok(counts.iter().position(|count| *count > 0).unwrap_or(0));
    };
    let by_name = label.names.iter().position(|name| name == class);
    let found = by_name.or_else(|| class.parse().ok().filter(|number| *number < label.names.len()));
    found.ok_or_else(|| Problem::invalid(format!("column '{}' has no class '{class}'", label.name())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_without_labels_suggest_nothing() {
        let rows = group_rows(&[vec![1, 4], vec![7, 9, 10]], None);
        let told: Vec<_> = rows.iter().map(|row| (row.row, row.group, row.suggestion)).collect();
        assert_eq!(told, [(1, 0, None), (4, 0, None), (7, 1, None), (9, 1, None), (10, 1, None)]);
    }
}
