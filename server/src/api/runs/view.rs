//! Runs as answers show them.

use hub_eval::inference::SamplePrediction;
use hub_eval::run::{Leaderboard, Run, Share};
use hub_schema::RowId;
use hub_schema::api::{BoardRank, BoardView, PredictionView, RunView, ShareView};

fn share(share: Share) -> ShareView {
    let Share { right, of, fraction, low, high } = share;
    ShareView { right, of, fraction, low, high }
}

pub fn run(run: &Run) -> RunView {
    let (header, evaluated, scores) = (&run.header, &run.evaluated, &run.scores);
    RunView {
        id: header.id.to_string(),
        author: header.author.clone(),
        time: header.time,
        commit: header.commit.id,
        model: evaluated.model.name.clone(),
        model_hash: evaluated.model.hash.clone(),
        card_hash: evaluated.model.card.to_string(),
        split: evaluated.data.split.clone(),
        rows: evaluated.data.rows(),
        engine: run.engine.engine.clone(),
        exact: evaluated.exact,
        samples: scores.samples,
        corrupt: scores.corrupt,
        failed: scores.failed,
        top1: scores.top(1).map(share),
        top5: scores.top(5).map(share),
    }
}

pub fn board(board: Leaderboard) -> BoardView {
    let ranks = board.ranks.into_iter().map(|rank| BoardRank {
        rank: rank.rank as u64,
        run: rank.run,
        model: rank.model,
        top1: share(rank.top1),
        top5: rank.top5.map(share),
        behind: rank.behind,
        interval: rank.interval.map(|interval| [interval.low, interval.high]),
    });
    BoardView { split: board.split, rows: board.rows, ranks: ranks.collect() }
}

pub fn prediction(sample: &SamplePrediction) -> PredictionView {
    let found = sample.prediction();
    let top = found.map(|prediction| prediction.top.iter().take(5).map(|(class, p)| (*class as u64, *p)));
    PredictionView {
        row_id: RowId::from_raw(sample.row_id).to_string(),
        position: sample.position,
        name: sample.name.clone(),
        label: sample.label.map(|label| label as u64),
        correct: sample.is_right(),
        rank: found.and_then(|prediction| prediction.rank).map(|rank| rank as u64 + 1),
        loss: found.and_then(|prediction| prediction.loss).filter(|loss| loss.is_finite()),
        margin: found.map(hub_eval::score::Prediction::margin),
        top: top.into_iter().flatten().collect(),
        problem: sample.problem().map(str::to_owned),
    }
}
