//! `run.json`: what was evaluated, how, and the scores.

use hub_schema::{ContentHash, RunHeader};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::scores::Scores;
use super::share::Share;
use crate::inference::Times;

/// What happens with an image that can't be decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CorruptPolicy {
    /// It is left out of the scores, and counted.
    #[default]
    Skip,
    /// It counts as wrong.
    Wrong,
    /// The evaluation fails.
    Fail,
}

/// Which rows of which columns were evaluated.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunData {
    /// The data set's name or location, as it was given.
    pub dataset: String,
    /// The split; `None` for all rows.
    pub split: Option<String>,
    /// The condition on the rows.
    #[serde(rename = "where")]
    pub condition: Option<String>,
    /// The view that the rows are of.
    pub view: Option<String>,
    /// The most rows, drawn at random.
    pub limit: Option<u64>,
    /// The seed of what is drawn.
    pub seed: u64,
    /// The half-width of the interval (0.01: one point) at which it stopped.
    pub until: Option<f64>,
    /// The column of images.
    pub image: String,
    /// The column of labels.
    pub label: Option<String>,
    /// Where several valid labels are from.
    pub valid: Option<String>,
    /// The column of boxes that are the samples; `None`: whole images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boxes: Option<String>,
}

impl RunData {
    /// The rows in words, the same for runs on the same rows.
    pub fn rows(&self) -> String {
        let mut parts = vec![self.split.clone().unwrap_or_else(|| "all".to_owned())];
        parts.extend(self.boxes.iter().map(|boxes| format!("boxes of {boxes}")));
        parts.extend(self.view.iter().map(|view| format!("view {view}")));
        parts.extend(self.condition.iter().map(|condition| format!("where {condition}")));
        parts.extend(self.limit.map(|limit| format!("{limit} drawn by seed {}", self.seed)));
        parts.extend(self.until.map(|until| format!("until ± {until}, seed {}", self.seed)));
        parts.join(", ")
    }
}

/// The model of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunModel {
    /// Its name in the hub.
    pub name: String,
    /// The hash of its files.
    pub hash: String,
    /// The hash of its card.
    pub card: ContentHash,
    /// The number of classes.
    pub classes: usize,
}

/// What ran the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunEngine {
    /// Name, version and device: `rten 0.27 on cpu`.
    pub engine: String,
    /// Threads of the engine.
    pub threads: usize,
    /// Images a batch.
    pub batch_size: usize,
    /// The hub's version.
    pub hub: String,
    /// System and processor: `linux x86_64, 8 cores`.
    pub machine: String,
}

/// What was evaluated, and how: equal where a run can be resumed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluated {
    /// Which rows of which revision.
    pub data: RunData,
    /// The model by name and content.
    pub model: RunModel,
    /// From images to tensors, as on the model's card.
    pub preprocessing: Value,
    /// Whether tensors are exact; else made by the fast mode.
    pub exact: bool,
    /// What happened with images that can't be decoded.
    pub corrupt: CorruptPolicy,
    /// The most probable classes that are kept of each sample.
    pub keep: usize,
    /// The `k` of top-k.
    pub top: Vec<usize>,
}

/// A run's record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Which run it is.
    #[serde(flatten)]
    pub header: RunHeader,
    /// What was evaluated.
    #[serde(flatten)]
    pub evaluated: Evaluated,
    /// What ran the model.
    pub engine: RunEngine,
    /// In the fast mode: how many of a sample have the same most probable class in the exact mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as_exact: Option<Share>,
    /// Where the time went; of a run that was resumed, since then.
    pub seconds: Times,
    /// Rows a second.
    pub samples_per_second: f64,
    /// Accuracy, calibration, and all that was asked for.
    pub scores: Scores,
}

impl Run {
    /// The run as it is stored: indented JSON.
    ///
    /// # Errors
    /// A number in it is none.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut json = serde_json::to_vec_pretty(self)?;
        json.push(b'\n');
        Ok(json)
    }

    /// The run with `top1` and `top5` as fractions in front, for programs.
    ///
    /// # Errors
    /// A number in it is none.
    pub fn summary(&self) -> Result<Value, serde_json::Error> {
        let mut summary = self.scores.summary();
        if let (Value::Object(summary), Value::Object(run)) = (&mut summary, serde_json::to_value(self)?) {
            summary.extend(run);
        }
        Ok(summary)
    }
}

impl Scores {
    /// `top1` and `top5` (and any other k) as fractions, each with its count and interval.
    pub fn summary(&self) -> Value {
        let mut summary = serde_json::Map::new();
        for top in &self.top {
            let Share { right, of, fraction, low, high } = top.share;
            let k = top.k;
            summary.insert(format!("top{k}"), fraction.map_or(Value::Null, Value::from));
            summary.insert(format!("top{k}_right"), right.into());
            summary.insert(format!("top{k}_of"), of.into());
            summary.insert(format!("top{k}_interval"), vec![low, high].into());
        }
        Value::Object(summary)
    }
}
