//! Runs: an evaluation from its plan to its record.
//!
//! [`evaluate`](Evaluation::run) predicts the chosen rows, keeps what is done in the run's folder so that it can be
//! resumed, and stores a [`Run`] (what was evaluated, how, and all [`Scores`]) with a table of its predictions beside the
//! data set. [`compare`] compares two runs sample by sample, [`leaderboard`] ranks them by that, [`report`] is a page of
//! one, [`mlflow`] a folder that MLflow reads.

mod charts;
mod compare;
mod error;
mod evaluate;
mod explain;
mod label_scores;
mod leaderboard;
mod lookup;
mod mlflow;
mod names;
mod pictures;
mod record;
mod report;
mod resume;
mod scores;
mod settings;
mod share;
mod stored;
mod table;
#[cfg(test)]
mod tests;

pub use compare::{Comparison, Flip, compare};
pub use error::RunError;
pub use evaluate::{Evaluation, Finished, Progress, stem};
pub use explain::{
    Against, Difference, ExplainError, Explanation, Other, Setting, Told, Verdict, against, differences,
    explain,
};
pub use label_scores::{ClassRow, ClassTable, Confused, LabelRow, LabelSpaceSummary};
pub use leaderboard::{Leaderboard, Rank, leaderboard};
pub use lookup::{NamedPrediction, PredictionFile};
pub use mlflow::export_mlflow;
pub use names::ClassNames;
pub use pictures::{Picture, mistakes, pictures};
pub use record::{CorruptPolicy, Evaluated, Run, RunData, RunEngine, RunModel};
pub use report::report;
pub use resume::PART_TIME;
pub use scores::{Scores, Slice, ValidScores, Wanted};
pub use settings::{RunDifference, run_differences};
pub use share::{Share, TopK};
pub use stored::{find, list, load, predictions, predictions_with_names, sql_table};
pub use table::{TableError, samples, table, to_parquet};
