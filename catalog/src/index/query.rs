//! Queries: counts and rows below a concept.

use std::sync::Arc;

use async_trait::async_trait;
use hub_dataset::{LabelColumn, LabelIndex, LabelIndexError, Snapshot};
use hub_schema::{BranchName, CommitId, CommitParent};
use hub_wordnet::SynsetId;
use roaring::RoaringBitmap;
use serde::Serialize;
use uuid::Uuid;

use super::concept_key::{ConceptKey, key};
use super::failure::{Failure, TRIES, contended};
use super::find::Finder;
use super::merge::sum;
use super::segment::Segment;
use super::synset_index::SynsetIndex;
use crate::error::{Error, Result};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SubtreeCount {
    /// Rows labelled with just this synset.
    pub own: u64,
    /// Rows labelled with it or a kind of it, each once, however many of its labels are.
    pub subtree: u64,
}

/// A concept of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConceptCount {
    pub synset: SynsetId,
    pub count: SubtreeCount,
}

/// Rows whose labels have no synset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Unmapped {
    /// Rows with at least one label without a synset.
    pub rows: u64,
    /// Classes without a synset that occur, with the rows that have them, most first.
    pub classes: Vec<(String, u64)>,
    pub unlabelled: u64,
}

/// A concept's rows in a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatasetCount {
    /// The data set, as in its `hub.json`.
    pub dataset: Uuid,
    /// The revision that was counted: the newest indexed one of its branch.
    pub at: CommitParent,
    pub column: String,
    pub count: SubtreeCount,
}

/// Repeats a query while others change what it reads.
macro_rules! retried {
    ($self:ident, $snapshot:ident, $query:expr) => {{
        for _ in 0..TRIES {
            match $query.await {
                Ok(answer) => return Ok(answer),
                Err(Failure::Error(error)) => return Err(error),
                Err(Failure::Moved) => {
                    $self.forget($snapshot.dataset().hub_file().uuid, $snapshot.at().id).await;
                }
            }
        }
        Err(contended())
    }};
}

impl SynsetIndex {
    /// How many rows of a revision carry a synset or a kind of it. `None`: the revision has no such column.
    ///
    /// # Errors
    /// As for all queries: the revision had to be indexed and can't be read, or the database fails.
    pub async fn count(
        &self,
        snapshot: &Snapshot,
        column: &LabelColumn,
        synset: SynsetId,
    ) -> Result<Option<SubtreeCount>> {
        let counts = self.tree(snapshot, column, &[synset]).await?;
        Ok(counts.and_then(|counts| counts.first().map(|found| found.count)))
    }

    /// The same for many synsets at once, in the given order.
    pub async fn tree(
        &self,
        snapshot: &Snapshot,
        column: &LabelColumn,
        synsets: &[SynsetId],
    ) -> Result<Option<Vec<ConceptCount>>> {
        retried!(self, snapshot, async {
            let Some(segments) = self.column(snapshot, column).await? else { return Ok(None) };
            let count = |synset: &SynsetId| ConceptCount {
                synset: *synset,
                count: ConceptKey::synset(*synset).map(|m| count(&segments, m)).unwrap_or_default(),
            };
            Ok(Some(synsets.iter().map(count).collect()))
        })
    }

    /// What has no synset, and what has no label. `None`: the revision has no such column.
    pub async fn unmapped(&self, snapshot: &Snapshot, column: &LabelColumn) -> Result<Option<Unmapped>> {
        retried!(self, snapshot, async {
            let Some(segments) = self.column(snapshot, column).await? else { return Ok(None) };
            let mut classes = Vec::new();
            for (concept, count) in sum(segments.iter().map(|segment| &*segment.header)) {
                let name = concept.as_class().and_then(|class| column.names.get(class as usize));
                if let Some(name) = name.filter(|_| count.own > 0) {
                    classes.push((name.clone(), count.own as u64));
                }
            }
            classes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            let rows = count(&segments, ConceptKey::UNMAPPED).subtree;
            Ok(Some(Unmapped { rows, classes, unlabelled: count(&segments, ConceptKey::UNLABELLED).own }))
        })
    }

    /// The positions of the first `limit` rows behind position `after` (from the first row on: `None`) that carry
    /// a synset or a kind of it. `None`: the revision has no such column.
    pub async fn page(
        &self,
        snapshot: &Snapshot,
        column: &LabelColumn,
        synset: SynsetId,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Option<Vec<u64>>> {
        let start = after.map_or(0, |after| after.saturating_add(1));
        let wanted = self.below(synset).await;
        retried!(self, snapshot, async {
            let mut page = Vec::new();
            let found = self.find(snapshot, column, &wanted, start, |position| {
                if page.len() < limit {
                    page.push(position);
                }
                page.len() < limit
            });
            Ok(found.await?.then_some(page))
        })
    }

    /// The positions of all rows that carry a synset or a kind of it. `None`: the revision has no such column.
    pub async fn rows(
        &self,
        snapshot: &Snapshot,
        column: &LabelColumn,
        synset: SynsetId,
    ) -> Result<Option<RoaringBitmap>> {
        self.rows_of(snapshot, column, &self.below(synset).await).await
    }

    async fn below(&self, synset: SynsetId) -> Arc<[ConceptKey]> {
        self.caches.below.get_with(synset, async { ConceptKey::below(synset).into() }).await
    }

    async fn rows_of(
        &self,
        snapshot: &Snapshot,
        column: &LabelColumn,
        wanted: &[ConceptKey],
    ) -> Result<Option<RoaringBitmap>> {
        retried!(self, snapshot, async {
            let (mut rows, mut some) = (RoaringBitmap::new(), Vec::with_capacity(1 << 16));
            // They come in order.
            let found = self.find(snapshot, column, wanted, 0, |position| {
                some.push(position as u32);
                if some.len() == some.capacity() {
                    rows.extend(some.drain(..));
                }
                true
            });
            let known = found.await?;
            rows.extend(some);
            Ok(known.then_some(rows))
        })
    }

    /// Counts a concept in every indexed data set, branch by branch and column by column, where it occurs. It is
    /// as new as the index: [apply](Self::apply) the heads that matter first. Who may know of which data set is
    /// for the caller to say.
    pub async fn datasets_with(&self, synset: SynsetId) -> Result<Vec<DatasetCount>> {
        let Some(concept) = ConceptKey::synset(synset) else { return Ok(Vec::new()) };
        let rows = self
            .db
            .read(
                "SELECT r.dataset, r.id, r.branch, r.version, c.name, c.segments FROM index_revisions r
                 JOIN index_columns c ON c.dataset = r.dataset AND c.id = r.id
                 WHERE r.version = (SELECT max(n.version) FROM index_revisions n
                                    WHERE n.dataset = r.dataset AND n.branch = r.branch)
                 ORDER BY r.dataset, r.branch, c.name",
            )
            .rows()
            .await?;
        let mut found = Vec::new();
        for row in &rows {
            // Merged away since the list was read: it is counted the next time.
            let segments = match self.segments(&row.json::<Vec<i64>>("segments")?).await {
                Ok(segments) => segments,
                Err(Failure::Moved) => continue,
                Err(Failure::Error(error)) => return Err(error),
            };
            let count = count(&segments, concept);
            if count.subtree > 0 {
                let at = CommitParent {
                    id: row.parse::<CommitId>("id")?,
                    branch: row.parse::<BranchName>("branch")?,
                    version: row.count("version")?,
                };
                found.push(DatasetCount {
                    dataset: row.parse("dataset")?,
                    at,
                    column: row.get("name")?,
                    count,
                });
            }
        }
        Ok(found)
    }

    /// The segments of a column, oldest first.
    async fn column(
        &self,
        snapshot: &Snapshot,
        column: &LabelColumn,
    ) -> Result<Option<Vec<Segment>>, Failure> {
        let revision = self.revision(snapshot).await?;
        match revision.columns.get(&key(column)) {
            Some(ids) => Ok(Some(self.segments(ids).await?)),
            None => Ok(None),
        }
    }

    /// Calls `found` with the positions from `start` on of the rows with some concepts, in order, as long as it
    /// says to go on. False if there is no such column.
    async fn find(
        &self,
        snapshot: &Snapshot,
        column: &LabelColumn,
        wanted: &[ConceptKey],
        start: u64,
        mut found: impl FnMut(u64) -> bool,
    ) -> Result<bool, Failure> {
        let Some(segments) = self.column(snapshot, column).await? else { return Ok(false) };
        let generation = self.revision(snapshot).await?.generation;
        let index = snapshot.index().await?;
        let Some(place) = index.at(start) else { return Ok(true) };
        let layout = self.layout(snapshot, generation).await?;
        let mut finder = Finder::new(self, segments, wanted.to_vec());
        for stretch in layout.from(place) {
            let ordinals = u64::from(stretch.ordinal)..u64::from(stretch.ordinal) + u64::from(stretch.rows);
            let all = finder.each(ordinals, |ordinal| {
                // A deleted row has no position.
                index.position(stretch.place(ordinal)).is_none_or(&mut found)
            });
            if !all.await? {
                break;
            }
        }
        Ok(true)
    }
}

fn count(segments: &[Segment], concept: ConceptKey) -> SubtreeCount {
    let (mut own, mut subtree) = (0, 0);
    for segment in segments {
        let change = segment.header.count(concept);
        own += change.own;
        subtree += change.subtree;
    }
    SubtreeCount { own: own.max(0) as u64, subtree: subtree.max(0) as u64 }
}

#[async_trait]
impl LabelIndex for SynsetIndex {
    async fn positions(
        &self,
        snapshot: &Snapshot,
        column: &LabelColumn,
        synsets: &[String],
    ) -> Result<Option<RoaringBitmap>, LabelIndexError> {
        // Synsets that WordNet lacks are not distinguished here; a scan does.
        let wanted: Option<Vec<ConceptKey>> =
            synsets.iter().map(|synset| ConceptKey::parse(synset)).collect();
        let Some(wanted) = wanted else { return Ok(None) };
        let failed = |error: Error| LabelIndexError(Box::new(error));
        self.rows_of(snapshot, column, &wanted).await.map_err(failed)
    }
}
