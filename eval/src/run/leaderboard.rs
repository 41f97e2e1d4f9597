//! The runs on a data set, ranked.
//!
//! Accuracies are only told apart where the same samples tell them apart: a run is tied with the one that leads its rank
//! unless the paired interval of their difference excludes 0. Runs on other rows are on a board of their own.

use serde::{Deserialize, Serialize};

use super::compare::compare;
use super::record::Run;
use super::share::Share;
use crate::inference::SamplePrediction;
use crate::score::interval::Interval;

/// The runs on the same rows, the best first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leaderboard {
    /// The split; `None`: all rows.
    pub split: Option<String>,
    /// The rows in words.
    pub rows: String,
    /// The runs, the best first.
    pub ranks: Vec<Rank>,
}

/// A run on a leaderboard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rank {
    /// From 1; runs that are tied have the same.
    pub rank: usize,
    /// The run's id.
    pub run: String,
    /// The model's name.
    pub model: String,
    /// Samples whose most probable class is right.
    pub top1: Share,
    /// Accuracy of the five most probable.
    pub top5: Option<Share>,
    /// The accuracy of the run that leads the rank less this run's, on the samples of both; `None` for that run itself.
    pub behind: Option<f64>,
    /// The 95 % interval of that.
    pub interval: Option<Interval>,
    /// Name, version and device of the engine.
    pub engine: String,
    /// Whether tensors were exact.
    pub exact: bool,
    /// Who ran it.
    pub author: String,
    /// When it was finished.
    pub time: chrono::DateTime<chrono::Utc>,
}

/// A run and its predictions.
type RunWithSamples = (Run, Vec<SamplePrediction>);

/// The leaderboards of runs with their predictions, one for each choice of rows. Of runs of the same model and card on
/// the same rows only the newest is ranked; runs without a score are left out.
pub fn leaderboard(mut runs: Vec<RunWithSamples>) -> Vec<Leaderboard> {
    runs.retain(|(run, _)| run.scores.top(1).is_some_and(|top| top.of > 0));
    runs.sort_by(|(a, _), (b, _)| b.header.id.cmp(&a.header.id));
    let mut boards: Vec<(String, Vec<RunWithSamples>)> = Vec::new();
    for (run, samples) in runs {
        let rows = run.evaluated.data.rows();
        let board = match boards.iter_mut().position(|(of, _)| *of == rows) {
            Some(board) => &mut boards[board].1,
            None => {
                boards.push((rows, Vec::new()));
                let last = boards.len() - 1;
                &mut boards[last].1
            }
        };
        let same = |other: &Run| {
            let (a, b) = (&other.evaluated, &run.evaluated);
            a.model.hash == b.model.hash && a.model.card == b.model.card && a.exact == b.exact
        };
        if !board.iter().any(|(other, _)| same(other)) {
            board.push((run, samples));
        }
    }
    boards.into_iter().map(|(rows, runs)| ranked(rows, runs)).collect()
}

fn ranked(rows: String, mut runs: Vec<(Run, Vec<SamplePrediction>)>) -> Leaderboard {
    let fraction = |run: &Run| run.scores.top(1).and_then(|top| top.fraction).unwrap_or(0.0);
    runs.sort_by(|(a, _), (b, _)| fraction(b).total_cmp(&fraction(a)).then(a.header.id.cmp(&b.header.id)));
    let mut ranks: Vec<Rank> = Vec::new();
    let mut leader = 0;
    for (at, (run, samples)) in runs.iter().enumerate() {
        let (best, of_best) = &runs[leader];
        let found = (at > 0).then(|| compare((best, of_best), (run, samples), None).ok()).flatten();
        // Without a common sample nothing says that they are equally good.
        let is_tied = found.as_ref().is_some_and(|found| !found.differs);
        if !is_tied {
            leader = at;
        }
        let Some(top1) = run.scores.top(1) else { continue };
        ranks.push(Rank {
            rank: leader + 1,
            run: run.header.id.to_string(),
            model: run.evaluated.model.name.clone(),
            top1,
            top5: run.scores.top(5),
            behind: found.as_ref().map(|found| found.difference),
            interval: found.map(|found| found.interval),
            engine: run.engine.engine.clone(),
            exact: run.evaluated.exact,
            author: run.header.author.clone(),
            time: run.header.time,
        });
    }
    let split = runs.first().and_then(|(run, _)| run.evaluated.data.split.clone());
    Leaderboard { split, rows, ranks }
}
