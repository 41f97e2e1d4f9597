//! Predictions of a model for single images, encoded as their files are.

use bytes::Bytes;
use hub_decode::{DecodeError, Draw, ImageDecoder};

use crate::engine::EngineError;
use crate::model::OpenModel;
use crate::score::{Prediction, PredictionError};

/// Images a batch of the engine.
const BATCH: usize = 8;

/// Why an image has no prediction.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// It can't be decoded.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// What the model gives for it is none.
    #[error(transparent)]
    Output(#[from] PredictionError),
}

/// Decodes images, prepares them as the model's card says, and runs the model. Keeps the `keep` best classes of each.
/// `labels` are the classes of the images, as far as they are known.
///
/// # Errors
/// The engine fails. What is wrong with a single image is in its place.
pub fn classify(
    model: &mut OpenModel,
    images: &[Bytes],
    labels: &[Option<usize>],
    keep: usize,
) -> Result<Vec<Result<Prediction, ImageError>>, EngineError> {
    let mut decoder = match ImageDecoder::new() {
        Ok(decoder) => decoder,
        Err(error) => {
            let problem = format!("has no memory for a decoder: {error}");
            return Err(EngineError::Process { problem });
        }
    };
    let length = model.preparation.image_bytes();
    let mut found: Vec<Option<Result<Prediction, ImageError>>> = images.iter().map(|_| None).collect();
    let (mut tensors, mut floats, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
    for first in (0..images.len()).step_by(BATCH) {
        tensors.clear();
        let mut decoded = Vec::new();
        for (place, image) in images.iter().enumerate().skip(first).take(BATCH) {
            let start = tensors.len();
            tensors.resize(start + length, 0);
            let spec = model.preparation.image_spec();
            match decoder.transform(image, None, spec, Draw::default(), &mut tensors[start..]) {
                Ok(_) => decoded.push(place),
                Err(error) => {
                    tensors.truncate(start);
                    found[place] = Some(Err(error.into()));
                }
            }
        }
        if decoded.is_empty() {
            continue;
        }
        let batch = model.preparation.images(&tensors, &mut floats, &mut bytes);
        let scores = model.classifier.run(batch)?;
        for (place, row) in decoded.into_iter().zip(scores.rows()) {
            let label = labels.get(place).copied().flatten();
            let prediction = Prediction::of_scores(label, row, scores.is_probability(), keep);
            found[place] = Some(prediction.map_err(Into::into));
        }
    }
    Ok(found.into_iter().flatten().collect())
}
