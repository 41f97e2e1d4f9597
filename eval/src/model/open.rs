//! A model that is ready to run, with all that goes with it.

use std::path::Path;

use super::card::Card;
use super::preparation::{Preparation, PreparationError};
use crate::engine::{Classifier, EngineError, EngineOptions, load};
use crate::onnx::{Model, ModelError};

/// A model on an engine, with its card and the preprocessing of its card.
pub struct OpenModel {
    /// The card that it was opened by.
    pub card: Card,
    /// The model on its engine.
    pub classifier: Classifier,
    /// From images to its input.
    pub preparation: Preparation,
    /// Why the engine and device are other than might be expected, for people.
    pub notes: Vec<String>,
}

/// Why a model can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file is refused.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// No engine runs it.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The card doesn't fit the file.
    #[error(transparent)]
    Preparation(#[from] PreparationError),
}

impl OpenModel {
    /// Loads the ONNX file of a card.
    ///
    /// # Errors
    /// The file is refused, the engine can't load it, or the card doesn't fit it.
    pub fn load(path: &Path, card: Card, options: &EngineOptions) -> Result<Self, OpenError> {
        let model = Model::open_for(path, Some(&card.signature.output.name))?;
        let preparation = Preparation::new(&card.preprocessing, &model.signature().input)?;
        let loaded = load(&model, options)?;
        let classifier = Classifier::new(loaded.engine, model.signature().clone());
        Ok(Self { card, classifier, preparation, notes: loaded.notes })
    }
}
