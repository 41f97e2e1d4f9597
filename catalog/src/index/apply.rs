//! Indexing a revision.

use std::sync::Arc;

use hub_dataset::{LabelColumn, Snapshot};
use uuid::Uuid;

use super::concept_key::key;
use super::delta::{Changed, Plan, add_all};
use super::extents::Extents;
use super::failure::{Failure, TRIES, contended};
use super::labels::Labels;
use super::publish::NewColumn;
use super::revision::IndexedRevision;
use super::segment_writer::{SegmentWriter, discard};
use super::synset_index::SynsetIndex;
use crate::error::{Error, Result};

/// The revision to start from.
struct Base {
    snapshot: Snapshot,
    indexed: Arc<IndexedRevision>,
    changed: Changed,
}

impl SynsetIndex {
    /// Indexes a revision, if it is not. Says whether it did; of several that index it at once, one did.
    ///
    /// # Errors
    /// The data set can't be read; the database fails.
    pub async fn apply(&self, snapshot: &Snapshot) -> Result<bool> {
        let dataset = snapshot.dataset().hub_file().uuid;
        if self.known(dataset, snapshot.at().id).await?.is_some() {
            return Ok(false);
        }
        let turn = self.caches.applying.get_with(dataset, async { Arc::default() }).await;
        let _turn = turn.lock().await;
        for _ in 0..TRIES {
            if self.known(dataset, snapshot.at().id).await?.is_some() {
                return Ok(false);
            }
            match self.try_apply(snapshot, dataset).await {
                Ok(applied) => return Ok(applied),
                Err(Failure::Error(error)) => return Err(error),
                Err(Failure::Moved) => self.forget_all(dataset).await?,
            }
        }
        Err(contended())
    }

    /// A revision's segments; it is indexed first if it is not.
    pub(crate) async fn revision(&self, snapshot: &Snapshot) -> Result<Arc<IndexedRevision>, Failure> {
        let (dataset, id) = (snapshot.dataset().hub_file().uuid, snapshot.at().id);
        if let Some(known) = self.known(dataset, id).await? {
            return Ok(known);
        }
        self.apply(snapshot).await?;
        self.known(dataset, id).await?.ok_or(Failure::Moved)
    }

    async fn try_apply(&self, snapshot: &Snapshot, dataset: Uuid) -> Result<bool, Failure> {
        let generation = self.generation(dataset).await?;
        let base = match self.base(snapshot, dataset).await? {
            Some((base, indexed)) if indexed.generation == generation => {
                // Missing files of a base that was swept meanwhile are not an error.
                Changed::between(&base, snapshot).await.ok().map(|changed| Base {
                    snapshot: base,
                    indexed,
                    changed,
                })
            }
            Some(_) => return Err(Failure::Moved),
            None => None,
        };
        let fragments = match &base {
            Some(base) => &base.changed.new,
            None => snapshot.index().await?.fragments(),
        };
        let extents = self.cover(dataset, generation, fragments).await?;
        let mut new = Vec::new();
        let mut done = self.columns(snapshot, dataset, base.as_ref(), &extents, &mut new).await;
        if let (Err(Failure::Error(Error::Dataset(_))), Some(_)) = (&done, &base) {
            // The base's files were swept: without it, then.
            let extents = self.cover(dataset, generation, snapshot.index().await?.fragments()).await?;
            done = self.columns(snapshot, dataset, None, &extents, &mut new).await;
        }
        let published = match done {
            Ok(columns) => self.publish(snapshot, dataset, generation, &columns).await,
            Err(failure) => Err(failure),
        };
        let used: Vec<i64> = match &published {
            Ok(Some(used)) => used.clone(),
            _ => Vec::new(),
        };
        new.retain(|id| !used.contains(id));
        discard(&self.db, &new).await?;
        Ok(published?.is_some())
    }

    async fn columns(
        &self,
        snapshot: &Snapshot,
        dataset: Uuid,
        base: Option<&Base>,
        extents: &Extents,
        new: &mut Vec<i64>,
    ) -> Result<Vec<NewColumn>, Failure> {
        let mut columns = Vec::new();
        for column in LabelColumn::all(snapshot.schema()) {
            let Some(labels) = Labels::of(snapshot, &column) else { continue };
            let key = key(&column);
            let mut segments = Vec::new();
            let mut writer = SegmentWriter::new(&self.db, dataset);
            new.push(writer.id());
            match base.map(|base| plan(base, snapshot, &column, &labels, &key)).transpose()?.flatten() {
                Some((base, was, plan)) => {
                    segments = self.segments(&base.indexed.columns[&key]).await?;
                    plan.feed((&was, &base.snapshot), (&labels, snapshot), extents, &mut writer).await?;
                }
                None => {
                    let fragments = snapshot.index().await?.fragments();
                    add_all(&labels, snapshot, fragments, extents, &mut writer).await?;
                }
            }
            segments.extend(writer.finish().await?);
            let segments = self.tidy(dataset, segments, new).await?;
            columns.push(NewColumn { key, name: column.name(), segments });
        }
        Ok(columns)
    }
}

/// How to come from the base to a revision; none if the column has to be read whole.
fn plan<'a>(
    base: &'a Base,
    snapshot: &Snapshot,
    column: &LabelColumn,
    labels: &Labels,
    key: &str,
) -> Result<Option<(&'a Base, Labels, Plan)>> {
    let then =
        LabelColumn::all(base.snapshot.schema()).into_iter().find(|c| super::concept_key::key(c) == key);
    let was = then.as_ref().and_then(|column| Labels::of(&base.snapshot, column));
    let Some(was) = was.filter(|was| was.classes.agree_with(&labels.classes)) else { return Ok(None) };
    if !base.indexed.columns.contains_key(key) {
        return Ok(None);
    }
    let plan = Plan::of(&base.changed, column.field, snapshot.commit().counts.rows)?;
    Ok(plan.map(|plan| (base, was, plan)))
}
