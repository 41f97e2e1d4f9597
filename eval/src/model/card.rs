//! The card of a model: all that is needed to run it as its makers did.
//!
//! A card is one JSON file (`docs/models.md` describes each field). A run records the card's hash beside the model's, so
//! that two runs on the same model with another preprocessing are two cards.

use hub_schema::ContentHash;
use serde::{Deserialize, Serialize};

use super::files::{FilesError, ModelFiles};
use super::labels::{Labels, LabelsError};
use super::preparation::{Preparation, PreparationError};
use super::preprocessing::Preprocessing;
use crate::onnx::{Model, Signature};

/// The version of the form of a card.
pub const CARD_FORMAT: u32 = 1;

/// The card of a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// The version of this form: 1.
    pub format: u32,
    /// What the model is, in a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// From an image to the model's input.
    pub preprocessing: Preprocessing,
    /// What its classes are.
    pub labels: Labels,
    /// Its licence, as its makers name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Where it is from: an address, a paper, a command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Accuracies that were published or measured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scores: Vec<StatedScore>,
    /// Path, length and hashes of the ONNX file and its external data.
    pub model: ModelFiles,
    /// Its input and its output.
    pub signature: Signature,
}

/// An accuracy that somebody stated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatedScore {
    /// The data set and split.
    pub dataset: String,
    /// The fraction of samples whose label is predicted first.
    pub top1: f64,
    /// The fraction of samples whose label is among the first five.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top5: Option<f64>,
    /// The number of samples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub samples: Option<u64>,
    /// Who stated it: a paper, a page, "measured".
    pub source: String,
}

/// What a card says beside what is read from the model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    /// What the model is, in a line.
    pub title: Option<String>,
    /// The weights' licence, such as `Apache-2.0`.
    pub licence: Option<String>,
    /// Where it is from.
    pub source: Option<String>,
    /// Accuracies that were published or measured.
    pub scores: Vec<StatedScore>,
}

/// A card that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum CardError {
    /// Not the JSON of a card.
    #[error("not a model card: {0}")]
    Json(#[from] serde_json::Error),
    /// The card was written by a newer hub.
    #[error("the card has the format {0}, this hub knows {CARD_FORMAT}; update the hub")]
    Format(u32),
    /// A hash that isn't that of the files, or a path that leads out of the model's folder.
    #[error("its list of files contradicts itself, or leads out of the model's folder")]
    Files,
    /// What it does to images doesn't fit the model.
    #[error(transparent)]
    Preparation(#[from] PreparationError),
    /// Its labels don't fit the model.
    #[error(transparent)]
    Labels(#[from] LabelsError),
    /// The model's files can't be read.
    #[error(transparent)]
    Read(#[from] FilesError),
}

impl Card {
    /// The card of a model that passed the checks. Reads all of its files.
    ///
    /// # Errors
    /// The preprocessing or the labels don't fit the model.
    pub fn new(
        model: &Model,
        preprocessing: Preprocessing,
        labels: Labels,
        about: About,
    ) -> Result<Self, CardError> {
        let About { title, licence, source, scores } = about;
        let card = Self {
            format: CARD_FORMAT,
            title,
            preprocessing,
            labels,
            licence,
            source,
            scores,
            model: ModelFiles::of(model)?,
            signature: model.signature().clone(),
        };
        card.check()?;
        Ok(card)
    }

    /// Reads a card and checks it.
    ///
    /// # Errors
    /// It isn't one, or contradicts itself.
    pub fn from_json(bytes: &[u8]) -> Result<Self, CardError> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let Format { format } = serde_json::from_slice(bytes)?;
        if format != CARD_FORMAT {
            return Err(CardError::Format(format));
        }
        let card: Self = serde_json::from_slice(bytes)?;
        card.check()?;
        Ok(card)
    }

    /// The card as it is stored.
    ///
    /// # Errors
    /// A number in it is none.
    pub fn to_json(&self) -> Result<Vec<u8>, CardError> {
        let mut json = serde_json::to_vec_pretty(self)?;
        json.push(b'\n');
        Ok(json)
    }

    /// The BLAKE3 of the card as it is stored.
    ///
    /// # Errors
    /// As [`to_json`](Self::to_json).
    pub fn hash(&self) -> Result<ContentHash, CardError> {
        Ok(ContentHash(*blake3::hash(&self.to_json()?).as_bytes()))
    }

    /// # Errors
    /// It contradicts itself.
    pub fn check(&self) -> Result<(), CardError> {
        self.labels.check()?;
        let (labels, output) = (self.labels.len(), &self.signature.output);
        if let Some(classes) = output.classes.filter(|classes| *classes != labels) {
            return Err(LabelsError::Count { labels, output: output.name.clone(), classes }.into());
        }
        Preparation::new(&self.preprocessing, &self.signature.input)?;
        if !self.model.is_consistent() {
            return Err(CardError::Files);
        }
        Ok(())
    }
}
