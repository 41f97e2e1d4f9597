//! Runs: how models scored on a data set.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::commits::At;
use crate::ids::CommitId;

/// A share of samples, with its 95 % interval (Wilson's).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShareView {
    /// Samples that count.
    pub right: u64,
    /// All samples.
    pub of: u64,
    /// The share, from 0 to 1; null of nothing.
    pub fraction: Option<f64>,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// A run, as lists show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunView {
    /// The run's id.
    pub id: String,
    /// Who ran it.
    pub author: String,
    /// When it was finished, UTC.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub time: DateTime<Utc>,
    /// The commit that was scored, 64 hex digits.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub commit: CommitId,
    /// The model's name.
    pub model: String,
    /// The hash of the model's files.
    pub model_hash: String,
    /// The hash of the model's card, which holds its preprocessing.
    pub card_hash: String,
    /// The split that was scored; null for all rows.
    pub split: Option<String>,
    /// The rows that were scored, in words.
    pub rows: String,
    /// Name, version and device of the engine.
    pub engine: String,
    /// Whether tensors were exact; else made by the fast mode.
    pub exact: bool,
    /// Rows that were evaluated.
    pub samples: u64,
    /// Images that can't be decoded.
    pub corrupt: u64,
    /// Outputs that are no prediction; they count as wrong.
    pub failed: u64,
    /// Samples whose most probable class is right; null without labels.
    pub top1: Option<ShareView>,
    /// Samples with a right class among the five most probable.
    pub top5: Option<ShareView>,
}

/// The runs of a data set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunList {
    /// The runs, the newest first.
    pub runs: Vec<RunView>,
    /// Ids of runs whose record can't be read.
    pub unreadable: Vec<String>,
}

/// A run on a leaderboard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoardRank {
    /// From 1; runs that the same samples don't tell apart have the same.
    pub rank: u64,
    /// The run's id.
    pub run: String,
    /// The model's name.
    pub model: String,
    /// Accuracy.
    pub top1: ShareView,
    /// Accuracy of the five most probable.
    pub top5: Option<ShareView>,
    /// How much the run that leads the rank is better on the samples of both; null for that run itself.
    pub behind: Option<f64>,
    /// The 95 % interval of that: its lower and upper end.
    pub interval: Option<[f64; 2]>,
}

/// Runs on the same rows, ranked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoardView {
    /// The split; null for all rows.
    pub split: Option<String>,
    /// The rows, in words.
    pub rows: String,
    /// The runs, the best first.
    pub ranks: Vec<BoardRank>,
}

/// The leaderboards of a data set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeaderboardView {
    /// One for each choice of rows.
    pub boards: Vec<BoardView>,
}

/// A class with its probability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClassProbability {
    /// The class's number.
    pub number: u64,
    /// Its name.
    pub name: String,
    /// Its WordNet 3.0 id, where it is known.
    pub synset: Option<String>,
    /// Its probability.
    pub probability: f64,
}

/// What a run predicted of one sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PredictionView {
    /// The row's id.
    pub row_id: String,
    /// Its position in the revision that was scored.
    pub position: u64,
    /// The image's path, as it was pushed.
    pub name: Option<String>,
    /// The number of the data set's class; null: no label.
    pub label: Option<u64>,
    /// Whether the most probable class is right; null where that can't be said.
    pub correct: Option<bool>,
    /// The place of the first right class, from 1.
    pub rank: Option<u64>,
    /// The negative log-likelihood of the label.
    pub loss: Option<f64>,
    /// The probability of the first class less that of the second.
    pub margin: Option<f64>,
    /// The numbers of the most probable classes of the model, with their probabilities.
    pub top: Vec<(u64, f64)>,
    /// Why there is no prediction.
    pub problem: Option<String>,
}

/// A page of predictions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PredictionList {
    /// The predictions, in the order that was asked for.
    pub predictions: Vec<PredictionView>,
    /// All predictions that were asked for.
    pub total: u64,
}

/// A class that a model predicted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PredictedClass {
    /// The name of the model's class.
    pub name: String,
    /// Its probability.
    pub probability: f64,
    /// The class of the data set that it means; null where none is known.
    pub label: Option<String>,
}

/// What a run predicted of a row, or of one of its boxes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowPrediction {
    /// The run's id.
    pub run: String,
    /// The model's name.
    pub model: String,
    /// When the run was finished, UTC.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub time: DateTime<Utc>,
    /// The rows that the run scored, in words.
    pub rows: String,
    /// The label that was predicted: a column, or the way to a member (`objects.category`); null if the revision has no
    /// such label.
    pub column: Option<String>,
    /// The box in the column's list, from 0; null: the whole image.
    pub item: Option<u32>,
    /// The name of the label that it had then.
    pub label: Option<String>,
    /// Whether the most probable class was right for that; null where that can't be said.
    pub correct: Option<bool>,
    /// The place of the first right class, from 1.
    pub rank: Option<u64>,
    /// The negative log-likelihood of the label.
    pub loss: Option<f64>,
    /// The probability of the first class less that of the second.
    pub margin: Option<f64>,
    /// The most probable classes, at most five.
    pub top: Vec<PredictedClass>,
    /// Why there is no prediction.
    pub problem: Option<String>,
}

/// What runs predicted of a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowPredictions {
    /// The revision whose labels and boxes are named.
    pub at: At,
    /// The row's id, `fragment:offset`.
    pub row_id: String,
    /// The predictions, those of the newest run first.
    pub predictions: Vec<RowPrediction>,
    /// Ids of runs whose record or predictions can't be read.
    pub unreadable: Vec<String>,
}

/// A model of the hub.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelView {
    /// Its name.
    pub name: String,
    /// What it is, in a line.
    pub title: Option<String>,
    /// The hash of its files.
    pub hash: String,
    /// The length of its files in bytes.
    pub size_bytes: u64,
    /// The number of classes.
    pub classes: u64,
    /// Its preprocessing, in words.
    pub preprocessing: String,
    /// Its licence.
    pub licence: Option<String>,
    /// Where it is from.
    pub source: Option<String>,
}

/// The models of the hub.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelList {
    /// The models, by name.
    pub models: Vec<ModelView>,
    /// Whether images may be sent to `POST /api/v1/classify`.
    pub classify: bool,
}

/// The classes of one image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Classified {
    /// The model's name.
    pub model: String,
    /// The most probable classes, best first.
    pub classes: Vec<ClassProbability>,
}
