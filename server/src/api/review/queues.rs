//! Review queues: rows that are worth a look.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use hub_schema::api::{QueueList, QueuePage};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::{DatasetPath, Query};
use crate::auth::Readable;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::views::review::make::{Maker, Wanted};
use crate::views::review::page::queue_page;
use crate::views::review::queue::QueueKind;
use crate::views::review::summary::queue_list;

/// How long an answer waits for what is read in the background.
const PATIENCE: Duration = Duration::from_secs(3);
/// Groups on a page by default, and at most.
const GROUPS: (usize, usize) = (100, 1000);

/// Which revision's queues to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct QueuesQuery {
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
}

/// A queue in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct QueuePath {
    /// The data set's namespace.
    #[allow(dead_code)]
    ns: String,
    /// The data set's name in its namespace.
    #[allow(dead_code)]
    name: String,
    /// `disagrees`, `unlike`, `duplicates`, `outliers`, `class` or `new`.
    queue: String,
}

/// Which rows of a queue to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct QueueQuery {
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
    /// The column of images (`unlike`: of vectors); by default the first.
    column: Option<String>,
    /// The label column; by default the first that is not in a list.
    label: Option<String>,
    /// `class`: its name or number; by default the first that a row has.
    class: Option<String>,
    /// `disagrees`: a run's id, a part of it that no other has, or the name of a model; by default the newest run.
    run: Option<String>,
    /// `new`: the earlier revision; by default the commit before.
    since: Option<String>,
    /// `true` lists rows too that were answered with `keep`.
    #[serde(default)]
    kept: bool,
    /// Skip this many rows (of `duplicates`: groups).
    #[serde(default)]
    offset: u64,
    /// Rows (of `duplicates`: groups) on the page, 100 by default and 1,000 at most; greater values are clamped.
    limit: Option<usize>,
}

/// List the review queues of a revision
///
/// Those for which the data set has what they need: pictures, labels, an embedding, a run, an earlier revision. Pictures and
/// vectors of a revision are read once, in the background: until that is done, a queue has no number (`scan` says how far it
/// is).
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/review",
    tag = "review",
    params(DatasetPath, QueuesQuery),
    responses((status = 200, description = "The queues", body = QueueList))
)]
pub async fn queues(
    State(state): State<AppState>,
    Readable(set): Readable,
    Query(query): Query<QueuesQuery>,
) -> Result<Json<QueueList>> {
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    queue_list(&state, &set, &snapshot, PATIENCE).await.map(Json)
}

/// List the rows of a review queue
///
/// `disagrees`: a run's model gives another class more probability than the label. `unlike`: most of the 20 rows with the
/// nearest vectors have another label. `duplicates`: rows with (almost) the same picture whose labels differ; in a data set
/// without labels, all with the same bytes. `outliers`: pictures that stand out. `class`: all rows of a class, the picture
/// that is farthest from their mean first. `new`: rows that were added or changed since an earlier revision. Rows that were
/// answered with `keep` (`PUT …/reviews`) are left out.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/review/{queue}",
    tag = "review",
    params(QueuePath, QueueQuery),
    responses((status = 200, description = "A page of rows", body = QueuePage))
)]
pub async fn queue(
    State(state): State<AppState>,
    Readable(set): Readable,
    Path(path): Path<QueuePath>,
    Query(query): Query<QueueQuery>,
) -> Result<Json<QueuePage>> {
    let kind = QueueKind::of_name(&path.queue);
    let kind = kind.ok_or_else(|| Problem::not_found(format!("review queue '{}'", path.queue)))?;
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let wanted = Wanted {
        kind,
        column: query.column.as_deref(),
        label: query.label.as_deref(),
        class: query.class.as_deref(),
        run: query.run.as_deref(),
        since: query.since.as_deref(),
    };
    let maker = Maker { state: &state, set: &set, snapshot: &snapshot, patience: PATIENCE };
    let made = maker.make(wanted).await?;
    let page = (query.offset, query.limit.unwrap_or(GROUPS.0).clamp(1, GROUPS.1));
    queue_page(&state, &set, &snapshot, &made, query.kept, page).await.map(Json)
}
