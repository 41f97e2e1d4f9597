//! The commits of all branches, with their graph.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use hub_catalog::CommitInfo;
use hub_schema::{BranchName, CommitId};

use super::set_frame::pinned;
use super::{Frame, SetFrame, SetVisit, Tab, page, show};
use crate::api::revisions::first_parents;
use crate::problem::Result;
use crate::state::AppState;

/// Commits of a branch that are shown.
const COMMITS: usize = 100;
/// Branches that are drawn.
const BRANCHES: usize = 12;
/// The height of a row, and the width of a branch, in pixels.
const ROW: f64 = 64.0;
const LANE: f64 = 18.0;

#[derive(Template)]
#[template(path = "history.html")]
struct History {
    frame: Frame,
    set: SetFrame,
    width: String,
    height: String,
    lines: Vec<(String, String)>,
    dots: Vec<(String, String, String)>,
    rows: Vec<HistoryRow>,
    older: Option<String>,
    more_branches: usize,
    versions: Vec<String>,
}

struct HistoryRow {
    message: String,
    href: String,
    author: String,
    ago: String,
    exact: String,
    id: String,
    version: String,
    operation: String,
    added: Option<String>,
    removed: Option<String>,
    changed: Option<String>,
    branches: Vec<String>,
    tags: Vec<String>,
}

pub async fn history(State(state): State<AppState>, visit: SetVisit) -> Result<Response> {
    let snapshot = visit.snapshot().await?;
    let (frame, set) = visit.frame("History", Tab::History, Some(&snapshot)).await?;
    let mut log = first_parents(&state, &visit.set, &snapshot, COMMITS).await?;
    let older = log.last().filter(|_| log.len() == COMMITS).and_then(|last| last.parents.first());
    let older = older.map(|parent| format!("{}/history?rev={}", set.base, show::encoded(&pinned(parent))));
    let mut heads: HashMap<CommitId, Vec<String>> = HashMap::new();
    let names = visit.set.dataset.branches().await?;
    let oldest = log.last().map(|commit| commit.time);
    let more_branches = names.len().saturating_sub(BRANCHES);
    for name in names.into_iter().take(BRANCHES) {
        let Some(head) = visit.set.dataset.head(&name).await? else { continue };
        heads.entry(head.at().id).or_default().push(name.to_string());
        if visit.rev.is_none() {
            let commits = first_parents(&state, &visit.set, &head, COMMITS).await?;
            let shown =
                commits.into_iter().filter(|commit| oldest.is_none_or(|oldest| commit.time >= oldest));
            log.extend(shown);
        }
    }
    let mut tags: HashMap<CommitId, Vec<String>> = HashMap::new();
    for name in visit.set.dataset.tags().await? {
        if let Some(tag) = visit.set.dataset.tag(&name).await? {
            tags.entry(tag.commit.id).or_default().push(name.to_string());
        }
    }
    let log = sorted(log);
    let graph = Graph::of(&log, &visit.set.info.default_branch);
    let row = |commit: &CommitInfo| {
        let operation = commit.operation.describe();
        let rows = |n: u64| (n > 0).then(|| show::short(n));
        HistoryRow {
            message: show::first_line(&commit.message, &operation),
            href: format!("{}/commits/{}", set.base, pinned(&commit.at)),
            author: commit.author.clone(),
            ago: show::ago(commit.time),
            exact: show::exact(commit.time),
            id: commit.at.id.short(),
            version: format!("{} v{}", commit.at.branch, commit.at.version),
            added: rows(commit.added),
            removed: rows(commit.removed),
            changed: rows(commit.changed),
            branches: heads.get(&commit.at.id).cloned().unwrap_or_default(),
            tags: tags.get(&commit.at.id).cloned().unwrap_or_default(),
            operation,
        }
    };
    page(&History {
        rows: log.iter().map(row).collect(),
        width: graph.width,
        height: graph.height,
        lines: graph.lines,
        dots: graph.dots,
        versions: log.iter().map(|commit| pinned(&commit.at)).collect(),
        older,
        more_branches,
        set,
        frame,
    })
}

/// Each commit once, the newest first, and before its parents.
fn sorted(log: Vec<CommitInfo>) -> Vec<CommitInfo> {
    let mut seen = std::collections::HashSet::new();
    let mut log: Vec<CommitInfo> = log.into_iter().filter(|commit| seen.insert(commit.at.id)).collect();
    log.sort_by(|a, b| b.time.cmp(&a.time).then_with(|| b.at.version.cmp(&a.at.version)));
    let mut placed: Vec<CommitInfo> = Vec::with_capacity(log.len());
    // Clocks may differ: a commit waits for all its children.
    while !log.is_empty() {
        let is_free = |commit: &CommitInfo| {
            !log.iter().any(|other| other.parents.iter().any(|parent| parent.id == commit.at.id))
        };
        let next = log.iter().position(is_free).unwrap_or(0);
        placed.push(log.remove(next));
    }
    placed
}

/// The drawing: lines from each commit to its parents, and a dot for each commit.
struct Graph {
    width: String,
    height: String,
    /// Class of the colour, path.
    lines: Vec<(String, String)>,
    /// Class of the colour, x, y.
    dots: Vec<(String, String, String)>,
}

impl Graph {
    fn of(log: &[CommitInfo], default: &BranchName) -> Self {
        let mut lanes: Vec<BranchName> = vec![default.clone()];
        for commit in log {
            if !lanes.contains(&commit.at.branch) {
                lanes.push(commit.at.branch.clone());
            }
        }
        let lane = |branch: &BranchName| lanes.iter().position(|lane| lane == branch).unwrap_or(0);
        let x = |branch: &BranchName| 14.0 + lane(branch) as f64 * LANE;
        let y = |row: usize| row as f64 * ROW + ROW / 2.0;
        let colour = |branch: &BranchName| match lane(branch) {
            0 => "c0".to_owned(),
            lane => format!("c{}", (lane - 1) % 7 + 2),
        };
        let rows: HashMap<CommitId, usize> =
            log.iter().enumerate().map(|(row, commit)| (commit.at.id, row)).collect();
        let (mut lines, mut dots) = (Vec::new(), Vec::new());
        for (row, commit) in log.iter().enumerate() {
            let (from_x, from_y) = (x(&commit.at.branch), y(row));
            for (i, parent) in commit.parents.iter().enumerate() {
                let to = rows.get(&parent.id).map(|row| (x(&log[*row].at.branch), y(*row)));
                let (to_x, to_y) = to.unwrap_or((x(&parent.branch), log.len() as f64 * ROW));
                // The line has the colour of the branch that leaves the other.
                let branch = if i == 0 { &commit.at.branch } else { &parent.branch };
                let path = match from_x == to_x {
                    true => format!("M{from_x} {from_y}V{to_y}"),
                    false => format!(
                        "M{from_x} {from_y}C{from_x} {} {to_x} {} {to_x} {}V{to_y}",
                        from_y + ROW * 0.6,
                        from_y + ROW * 0.4,
                        from_y + ROW
                    ),
                };
                lines.push((colour(branch), path));
            }
            dots.push((colour(&commit.at.branch), from_x.to_string(), from_y.to_string()));
        }
        Self {
            width: (14.0 + lanes.len() as f64 * LANE).to_string(),
            height: (log.len() as f64 * ROW).to_string(),
            lines,
            dots,
        }
    }
}
