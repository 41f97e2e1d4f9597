//! The runs of a data set: leaderboards, and all runs.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use hub_schema::api::{BoardRank, BoardView, RunView};
use serde::Deserialize;

use super::run_charts::{ShareLine, axis, percent, points};
use super::{Frame, SetFrame, SetVisit, Tab, page, show};
use crate::api::Query;
use crate::api::runs::{boards, listed};
use crate::problem::Result;
use crate::state::AppState;

#[derive(Template)]
#[template(path = "runs.html")]
struct Runs {
    frame: Frame,
    set: SetFrame,
    boards: Vec<Board>,
    runs: Vec<RunLine>,
    unreadable: Vec<String>,
    hub_url: String,
}

struct Board {
    rows: String,
    /// The ends of the axis of the intervals.
    from: String,
    to: String,
    ranks: Vec<RankLine>,
}

struct RankLine {
    rank: u64,
    /// Do other runs have the same rank?
    is_tied: bool,
    model: String,
    href: String,
    top1: ShareLine,
    top5: String,
    /// How it compares with the run that leads this rank or the one before, and where that is shown.
    behind: Option<(String, String)>,
}

struct RunLine {
    id: String,
    href: String,
    model: String,
    rows: String,
    engine: String,
    top1: Option<(String, String)>,
    samples: String,
    author: String,
    ago: String,
    exact: String,
}

/// Two runs to compare.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RunsQuery {
    first: String,
    second: String,
}

/// The page. With two runs, leads to their comparison.
pub async fn runs(
    State(_): State<AppState>,
    visit: SetVisit,
    Query(query): Query<RunsQuery>,
) -> Result<Response> {
    let snapshot = visit.snapshot_if_any().await?;
    let (frame, set) = visit.frame("Runs", Tab::Runs, snapshot.as_ref()).await?;
    if !query.first.is_empty() && !query.second.is_empty() {
        let range = format!("/runs/{}...{}", show::encoded(&query.first), show::encoded(&query.second));
        return Ok(Redirect::to(&set.at(&range)).into_response());
    }
    let found = listed(&visit.set).await?;
    let boards = boards(&visit.set, None).await?;
    page(&Runs {
        boards: boards.into_iter().map(|one| board(&set, one)).collect(),
        runs: found.runs.iter().map(|run| line(&set, run)).collect(),
        unreadable: found.unreadable,
        hub_url: visit.visit.hub_url.clone(),
        set,
        frame,
    })
}

fn board(set: &SetFrame, board: BoardView) -> Board {
    let axis = axis(board.ranks.iter().map(|rank| (rank.top1.low, rank.top1.high)));
    let tied = |rank: u64| board.ranks.iter().filter(|other| other.rank == rank).count() > 1;
    let mut leader = "";
    let mut ranks = Vec::with_capacity(board.ranks.len());
    for (at, rank) in (1..).zip(&board.ranks) {
        ranks.push(rank_line(set, rank, leader, tied(rank.rank), axis));
        // The runs behind it are compared with the one that leads its rank.
        if rank.rank == at {
            leader = &rank.run;
        }
    }
    let end = |end: f64| format!("{:.0} %", end * 100.0);
    Board { from: end(axis.0), to: end(axis.1), ranks, rows: board.rows }
}

fn rank_line(set: &SetFrame, rank: &BoardRank, leader: &str, is_tied: bool, axis: (f64, f64)) -> RankLine {
    let behind = rank.behind.zip(rank.interval).map(|(behind, [low, high])| {
        let words = format!("{} points ({} to {})", points(-behind), points(-high), points(-low));
        (words, set.at(&format!("/runs/{leader}...{}", rank.run)))
    });
    RankLine {
        rank: rank.rank,
        is_tied,
        model: rank.model.clone(),
        href: set.at(&format!("/runs/{}", rank.run)),
        top1: ShareLine::on(axis, "", rank.top1),
        top5: rank.top5.and_then(|top5| top5.fraction).map_or_else(|| "–".to_owned(), percent),
        behind,
    }
}

fn line(set: &SetFrame, run: &RunView) -> RunLine {
    let top1 = run.top1.and_then(|top1| {
        Some((percent(top1.fraction?), format!("{:.1} – {:.1} %", top1.low * 100.0, top1.high * 100.0)))
    });
    RunLine {
        href: set.at(&format!("/runs/{}", run.id)),
        id: run.id.clone(),
        model: run.model.clone(),
        rows: run.rows.clone(),
        engine: run.engine.clone(),
        top1,
        samples: show::count(run.samples),
        author: run.author.clone(),
        ago: show::ago(run.time),
        exact: show::exact(run.time),
    }
}
