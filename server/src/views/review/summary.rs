//! All queues of a revision with their numbers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hub_dataset::Snapshot;
use hub_dataset::ops::pictures::first_pictures;
use hub_schema::api::{QueueList, QueueView};
use uuid::Uuid;

use super::make::{Made, Maker, Wanted};
use super::queue::{Queue, QueueKind};
use super::source::{kept, label_of, vectors_of};
use crate::auth::OpenDataset;
use crate::problem::Result;
use crate::state::AppState;
use crate::views::position::id_at;

/// Rows of which a summary shows pictures.
const PICTURES: usize = 4;

/// The queues of a revision; what isn't there within `patience` has no number yet.
pub async fn queue_list(
    state: &AppState,
    set: &OpenDataset,
    snapshot: &Snapshot,
    patience: Duration,
) -> Result<QueueList> {
    let end = Instant::now() + patience;
    let (mut queues, mut found) = (Vec::new(), Vec::new());
    for kind in available(set, snapshot).await? {
        let patience = end.saturating_duration_since(Instant::now());
        let made = match (Maker { state, set, snapshot, patience }).make(Wanted::of(kind)).await {
            Ok(made) => made,
            // The others are worth a look all the same.
            Err(problem) => {
                let queue = kind.name();
                tracing::warn!(dataset = %set.info.name, queue, problem = %problem, "a review queue can't be made");
                continue;
            }
        };
        queues.push(view(state, set, snapshot, &made).await?);
        found.extend(made.queue.filter(|_| kind.has_mistakes()).map(|queue| (kind, queue)));
    }
    state.kept.queues.insert((set.info.uuid, snapshot.at().id), Arc::new(found)).await;
    Ok(QueueList { at: snapshot.at().into(), queues })
}

/// The queues that a data set has what they need for.
async fn available(set: &OpenDataset, snapshot: &Snapshot) -> Result<Vec<QueueKind>> {
    let has_pictures = first_pictures(snapshot.schema()).is_some();
    let has_label = label_of(snapshot, None)?.is_some();
    let mut kinds = Vec::new();
    for kind in QueueKind::ALL {
        let is_available = match kind {
            QueueKind::Duplicates | QueueKind::Outliers => has_pictures,
            QueueKind::Class => has_pictures && has_label,
            QueueKind::Unlike => has_label && vectors_of(snapshot, None)?.is_some(),
            // Runs that can't be listed are none to show.
            QueueKind::Disagrees => has_label && set.dataset.runs().await.is_ok_and(|runs| !runs.is_empty()),
            QueueKind::New => !snapshot.commit().parents.is_empty(),
        };
        kinds.extend(is_available.then_some(kind));
    }
    Ok(kinds)
}

async fn view(state: &AppState, set: &OpenDataset, snapshot: &Snapshot, made: &Made) -> Result<QueueView> {
    let kind = made.kind;
    let (mut total, mut first) = (None, Vec::new());
    if let Some(queue) = &made.queue {
        let (count, rows) = count(state, set.info.uuid, snapshot, kind, queue).await?;
        (total, first) = ((kind != QueueKind::Class).then_some(count), rows);
    }
    Ok(QueueView {
        queue: kind.name().to_owned(),
        title: match (&made.label, kind) {
            // Without labels they are just the same.
            (None, QueueKind::Duplicates) => "Same picture twice".to_owned(),
            _ => kind.title().to_owned(),
        },
        how: match (&made.label, kind) {
            (None, QueueKind::Duplicates) => "Pictures whose bytes are the same.".to_owned(),
            _ => kind.how().to_owned(),
        },
        has_mistakes: kind.has_mistakes(),
        scan: made.scan,
        total,
        first,
    })
}

/// What is known of a queue of likely mistakes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownMistakes {
    pub kind: QueueKind,
    /// Its groups, without those that people keep.
    pub total: u64,
    /// The ids of its first rows.
    pub first: Vec<String>,
}

/// The likely mistakes of a revision by queue, as far as they were found lately; nothing is read for it.
pub async fn known_mistakes(
    state: &AppState,
    set: Uuid,
    snapshot: &Snapshot,
) -> Result<Option<Vec<KnownMistakes>>> {
    let found = state.kept.queues.get(&(set, snapshot.at().id)).await;
    let Some(found) = found else { return Ok(None) };
    let mut known = Vec::with_capacity(found.len());
    for (kind, queue) in found.iter().filter(|(_, queue)| !queue.rows.is_empty()) {
        let (total, first) = count(state, set, snapshot, *kind, queue).await?;
        known.push(KnownMistakes { kind: *kind, total, first });
    }
    Ok(Some(known))
}

/// The number of groups that people don't keep, and the first of their rows.
async fn count(
    state: &AppState,
    set: Uuid,
    snapshot: &Snapshot,
    kind: QueueKind,
    queue: &Queue,
) -> Result<(u64, Vec<String>)> {
    let kept = kept(state, set, snapshot, kind).await?;
    let (mut total, mut first) = (0, Vec::new());
    for group in queue.groups(&kept) {
        total += 1;
        for row in group.iter().take(PICTURES.saturating_sub(first.len())) {
            first.push(id_at(snapshot, u64::from(row.row)).await?.to_string());
        }
    }
    Ok((total, first))
}
