//! What an evaluation says of one row, or of one of its boxes.

use crate::score::Prediction;
use crate::score::label_space::Judgement;

/// What an evaluation says of one row, or of one of its boxes.
#[derive(Clone, Debug, PartialEq)]
pub struct SamplePrediction {
    /// The row's id.
    pub row_id: u64,
    /// Its position in the revision.
    pub position: u64,
    /// Which of the row's boxes it is, from 0; `None`: the whole image.
    pub item: Option<u32>,
    /// The image's path as it was pushed; `None` where it has none.
    pub name: Option<String>,
    /// The data set's class number; `None`: no label.
    pub label: Option<usize>,
    /// The model's classes that are valid for the sample, where a column or file says so.
    pub valid: Option<Vec<usize>>,
    /// What came out.
    pub outcome: Outcome,
}

/// What came out for one row.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A prediction.
    Predicted {
        /// Of the model's classes; its label is the class that is right for the sample (of several the most probable).
        prediction: Prediction,
        /// By meaning; `None` where the label is missing or can't be predicted.
        judgement: Option<Judgement>,
    },
    /// The image can't be decoded.
    Corrupt(String),
    /// The model's output is no prediction.
    Failed(String),
}

impl SamplePrediction {
    /// The prediction, if there is one.
    pub fn prediction(&self) -> Option<&Prediction> {
        match &self.outcome {
            Outcome::Predicted { prediction, .. } => Some(prediction),
            _ => None,
        }
    }

    /// Why there is no prediction.
    pub fn problem(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Corrupt(problem) | Outcome::Failed(problem) => Some(problem),
            Outcome::Predicted { .. } => None,
        }
    }

    /// The judgement by meaning, if there is one.
    pub fn judgement(&self) -> Option<&Judgement> {
        match &self.outcome {
            Outcome::Predicted { judgement, .. } => judgement.as_ref(),
            _ => None,
        }
    }

    /// Is the most probable class right? `None` where that can't be said. A failed output is wrong.
    pub fn is_right(&self) -> Option<bool> {
        match &self.outcome {
            Outcome::Predicted { prediction, .. } => prediction.is_in_top(1),
            Outcome::Failed(_) => self.label.map(|_| false),
            Outcome::Corrupt(_) => None,
        }
    }
}
