//! One commit, and what it changed.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;

use super::difference::{Difference, difference, props};
use super::set_frame::pinned;
use super::{Frame, SetFrame, SetVisit, Tab, page, show};
use crate::problem::Result;
use crate::state::AppState;

/// Samples that a push left out, as many as are shown.
const LEFT_OUT: usize = 100;

#[derive(Template)]
#[template(path = "commit.html")]
struct CommitView {
    frame: Frame,
    set: SetFrame,
    title: String,
    message: String,
    facts: Vec<(&'static str, String)>,
    parents: Vec<(String, String)>,
    browse: String,
    compare: Option<String>,
    skipped: u64,
    left_out: Vec<(String, String)>,
    difference: Option<Difference>,
    /// What the script needs for the buttons of writers, as JSON.
    props: String,
}

/// A commit in a path.
#[derive(Debug, Deserialize)]
pub struct CommitPath {
    rev: String,
}

pub async fn commit(
    State(_): State<AppState>,
    mut visit: SetVisit,
    Path(path): Path<CommitPath>,
) -> Result<Response> {
    let snapshot = visit.set.snapshot(Some(&path.rev)).await?;
    let commit = snapshot.commit();
    visit.rev = Some(pinned(snapshot.at()));
    let operation = commit.operation.describe();
    let title = show::first_line(&commit.message, &operation);
    let (frame, set) = visit.frame(&title, Tab::History, Some(&snapshot)).await?;
    let counts = &commit.counts;
    let splits: Vec<String> = counts
        .splits
        .iter()
        .map(|(name, rows)| {
            format!("{} {}", if name.is_empty() { "no split" } else { name }, show::count(*rows))
        })
        .collect();
    let facts = vec![
        ("Author", commit.author.clone()),
        ("Time", show::minute(commit.time)),
        ("Version", format!("{} v{}", snapshot.at().branch, snapshot.at().version)),
        ("Commit", snapshot.at().id.to_string()),
        ("Operation", operation),
        ("Rows", show::count(counts.rows)),
        ("Size", show::bytes(counts.bytes)),
        ("Splits", splits.join(" · ")),
        ("Columns", commit.schema.names().join(", ")),
    ];
    let parent = match commit.parents.first() {
        Some(parent) => Some(visit.set.dataset.at(parent).await?),
        None => None,
    };
    let difference = match &parent {
        Some(parent) => Some(difference(&visit, &set, parent, &snapshot).await?),
        None => None,
    };
    let link = |parent: &hub_schema::CommitParent| {
        (format!("{} v{}", parent.branch, parent.version), format!("{}/commits/{}", set.base, pinned(parent)))
    };
    let before = parent.as_ref().unwrap_or(&snapshot);
    page(&CommitView {
        props: props(&set, before, &snapshot, None).to_string(),
        title,
        message: commit.message.trim().to_owned(),
        facts: facts.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
        parents: commit.parents.iter().map(link).collect(),
        browse: format!("{}/samples?rev={}", set.base, show::encoded(&pinned(snapshot.at()))),
        compare: commit
            .parents
            .first()
            .map(|parent| format!("{}/diff/{}...{}", set.base, pinned(parent), pinned(snapshot.at()))),
        skipped: counts.skipped,
        left_out: commit
            .skipped
            .iter()
            .take(LEFT_OUT)
            .map(|left| (left.place.clone(), left.problem.clone()))
            .collect(),
        difference,
        set,
        frame,
    })
}
