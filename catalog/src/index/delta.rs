//! What changes for a label column from one revision to another.
//!
//! Manifests that both name are passed over unread, and fragments that are equal are dropped. A fragment whose
//! labels lie in the same file on both sides differs by its deleted rows alone. Rows that lie in fragments of
//! one side only are new or gone. What is left (relabelled, compacted, merged) is read on both sides and compared
//! row by row, by row id; so a compaction changes nothing here, and a relabelled row costs itself.

use std::collections::HashMap;

use futures::stream::{self, Stream, StreamExt};
use hub_dataset::manifest::list;
use hub_dataset::{Snapshot, cpu_pool};
use hub_schema::{FieldId, Fragment, FragmentId, ManifestRef};

use super::concept_key::ConceptKey;
use super::extents::{Extents, runs};
use super::labels::{Labels, RowConcepts, unread};
use super::segment_writer::SegmentWriter;
use crate::error::Result;

/// Fragments whose labels are read at a time.
const READERS: usize = 4;
/// Rows of both sides that are compared in memory; beyond, the column is read whole.
const COMPARED: u64 = 4 << 20;

/// Rows after which others get their turn.
const TURN_ROWS: usize = 65_536;

/// The fragments of two revisions that are not equal.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    pub old: Vec<Fragment>,
    pub new: Vec<Fragment>,
}

impl Changed {
    /// What differs between two revisions.
    pub async fn between(old: &Snapshot, new: &Snapshot) -> Result<Self> {
        let mut changed = Self { old: only(old, new).await?, new: only(new, old).await? };
        let by_id: HashMap<FragmentId, &Fragment> = changed.old.iter().map(|f| (f.id, f)).collect();
        let mut equal: Vec<FragmentId> =
            changed.new.iter().filter(|f| by_id.get(&f.id) == Some(f)).map(|f| f.id).collect();
        equal.sort_unstable();
        changed.old.retain(|f| equal.binary_search(&f.id).is_err());
        changed.new.retain(|f| equal.binary_search(&f.id).is_err());
        Ok(changed)
    }
}

/// The fragments in manifests that `other` does not name.
async fn only(one: &Snapshot, other: &Snapshot) -> Result<Vec<Fragment>> {
    let theirs = &other.commit().manifests;
    let own: Vec<ManifestRef> =
        one.commit().manifests.iter().filter(|m| theirs.iter().all(|t| t.hash != m.hash)).cloned().collect();
    Ok(list::read_all(one.dataset().store(), &own).await?.into_iter().flatten().collect())
}

/// The fragments of a column that differ, by what has to be done.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// The same labels, other deleted rows: old and new.
    same_labels: Vec<(Fragment, Fragment)>,
    gone: Vec<Fragment>,
    fresh: Vec<Fragment>,
    /// Rows that lie in both of these.
    before: Vec<Fragment>,
    after: Vec<Fragment>,
}

impl Plan {
    /// What has to be done for a column; none if reading the whole column is the better way.
    pub fn of(changed: &Changed, field: FieldId, rows: u64) -> Result<Option<Self>> {
        let mut plan = Self::default();
        let file = |f: &Fragment| f.file_of(field).map(|file| file.hash);
        let same = |a: &Fragment, b: &Fragment| {
            a.rows == b.rows && a.row_ids == b.row_ids && a.row_groups == b.row_groups && file(a) == file(b)
        };
        let mut old: HashMap<FragmentId, &Fragment> = changed.old.iter().map(|f| (f.id, f)).collect();
        let mut new = Vec::new();
        for fragment in &changed.new {
            match old.get(&fragment.id) {
                Some(was) if same(was, fragment) => {
                    plan.same_labels.push(((*was).clone(), fragment.clone()));
                    old.remove(&fragment.id);
                }
                _ => new.push(fragment),
            }
        }
        let old: Vec<&Fragment> = changed.old.iter().filter(|f| old.contains_key(&f.id)).collect();
        (plan.before, plan.gone) = split(&old, &new)?;
        (plan.after, plan.fresh) = split(&new, &old)?;
        let live = |fragments: &[Fragment]| fragments.iter().map(|f| u64::from(f.live_rows())).sum::<u64>();
        let compared = live(&plan.before) + live(&plan.after);
        let touched = compared / 2 + live(&plan.gone);
        Ok((compared <= COMPARED && touched <= rows / 2).then_some(plan))
    }

    /// Feeds a segment with what changes. `was` and `is` are the column before and after.
    pub async fn feed(
        &self,
        (was, old): (&Labels, &Snapshot),
        (is, new): (&Labels, &Snapshot),
        extents: &Extents,
        segment: &mut SegmentWriter<'_>,
    ) -> Result<()> {
        let differ: Vec<_> = self.same_labels.iter().filter(|(a, b)| a.deleted != b.deleted).collect();
        let fragments: Vec<Fragment> = differ.iter().map(|(_, b)| b.clone()).collect();
        let mut read = read(is, new, &fragments);
        for (before, after) in differ {
            let Some(concepts) = read.next().await.transpose()? else { break };
            let ordinals = extents.ordinals(after)?;
            for row in (&after.deleted - &before.deleted).iter().map(|row| row as usize) {
                segment.builder.remove(ordinals[row], concepts.row(row));
            }
            for row in (&before.deleted - &after.deleted).iter().map(|row| row as usize) {
                segment.builder.add(ordinals[row], concepts.row(row));
            }
        }
        each_row(was, old, &self.gone, extents, segment, |builder, ordinal, concepts| {
            builder.remove(ordinal, concepts);
        })
        .await?;
        compare(
            &states(was, old, &self.before, extents).await?,
            &states(is, new, &self.after, extents).await?,
            segment,
        );
        add_all(is, new, &self.fresh, extents, segment).await
    }
}

/// Adds all rows of some fragments that are not deleted.
pub(crate) async fn add_all(
    labels: &Labels,
    snapshot: &Snapshot,
    fragments: &[Fragment],
    extents: &Extents,
    segment: &mut SegmentWriter<'_>,
) -> Result<()> {
    each_row(labels, snapshot, fragments, extents, segment, |builder, ordinal, concepts| {
        builder.add(ordinal, concepts);
    })
    .await
}

/// Those that share rows with `others`, and those that don't.
fn split(fragments: &[&Fragment], others: &[&Fragment]) -> Result<(Vec<Fragment>, Vec<Fragment>)> {
    let mut theirs = Extents::default();
    for run in others.iter().flat_map(|f| runs(f)) {
        theirs.cover(run, &mut Vec::new())?;
    }
    let shares = |f: &&Fragment| {
        runs(f).into_iter().any(|run| theirs.pieces(run).iter().any(|(_, ordinal)| ordinal.is_some()))
    };
    let (both, alone): (Vec<&Fragment>, Vec<&Fragment>) = fragments.iter().copied().partition(shares);
    Ok((both.into_iter().cloned().collect(), alone.into_iter().cloned().collect()))
}

/// The concepts of each fragment's rows, in order.
fn read<'a>(
    labels: &'a Labels,
    snapshot: &'a Snapshot,
    fragments: &'a [Fragment],
) -> impl Stream<Item = Result<RowConcepts>> + Unpin + Send + 'a {
    let reads = fragments.iter().map(move |fragment| {
        let (labels, snapshot, fragment) = (labels.clone(), snapshot.clone(), fragment.clone());
        async move {
            let task = cpu_pool::abort_on_drop(async move { labels.read(&snapshot, &fragment).await });
            task.await.map_err(|e| unread(&e))?
        }
    });
    Box::pin(stream::iter(reads).buffered(READERS))
}

async fn each_row(
    labels: &Labels,
    snapshot: &Snapshot,
    fragments: &[Fragment],
    extents: &Extents,
    segment: &mut SegmentWriter<'_>,
    row: impl Fn(&mut super::builder::Builder, u32, &[ConceptKey]),
) -> Result<()> {
    let mut read = read(labels, snapshot, fragments);
    for fragment in fragments {
        let Some(concepts) = read.next().await.transpose()? else { break };
        let ordinals = extents.ordinals(fragment)?;
        for (n, offset) in fragment.live_offsets().map(|offset| offset as usize).enumerate() {
            row(&mut segment.builder, ordinals[offset], concepts.row(offset));
            if n % TURN_ROWS == TURN_ROWS - 1 {
                tokio::task::yield_now().await;
            }
        }
        segment.relieve().await?;
    }
    Ok(())
}

/// The ordinals and concepts of all rows of some fragments that are not deleted, in order.
async fn states(
    labels: &Labels,
    snapshot: &Snapshot,
    fragments: &[Fragment],
    extents: &Extents,
) -> Result<Vec<(u32, ConceptKey)>> {
    let mut states = Vec::new();
    let mut read = read(labels, snapshot, fragments);
    for fragment in fragments {
        let Some(concepts) = read.next().await.transpose()? else { break };
        let ordinals = extents.ordinals(fragment)?;
        for offset in fragment.live_offsets().map(|offset| offset as usize) {
            states.extend(concepts.row(offset).iter().map(|concept| (ordinals[offset], *concept)));
        }
    }
    states.sort_unstable();
    Ok(states)
}

/// Feeds a segment with the rows that differ.
fn compare(old: &[(u32, ConceptKey)], new: &[(u32, ConceptKey)], segment: &mut SegmentWriter<'_>) {
    let rows = |states: &'_ [(u32, ConceptKey)]| -> Vec<(u32, Vec<ConceptKey>)> {
        let by_row = states.chunk_by(|a, b| a.0 == b.0);
        by_row.map(|row| (row[0].0, row.iter().map(|(_, concept)| *concept).collect())).collect()
    };
    let (old, new) = (rows(old), rows(new));
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    loop {
        let next = match (old.peek(), new.peek()) {
            (Some(a), Some(b)) => a.0.min(b.0),
            (Some(a), None) => a.0,
            (None, Some(b)) => b.0,
            (None, None) => return,
        };
        let was = old.next_if(|row| row.0 == next).map(|row| &row.1);
        let is = new.next_if(|row| row.0 == next).map(|row| &row.1);
        if was == is {
            continue;
        }
        if let Some(concepts) = was {
            segment.builder.remove(next, concepts);
        }
        if let Some(concepts) = is {
            segment.builder.add(next, concepts);
        }
    }
}
