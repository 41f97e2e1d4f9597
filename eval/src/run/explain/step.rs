//! From an image to a tensor of bytes, and to what a model says of it.

use hub_decode::{ChannelOrder, Draw, Dtype, ImageDecoder, ImageSpec, Layout, Normalize, Output};

use crate::engine::{Classifier, EngineError};
use crate::model::{Preparation, PreparationError};

/// An image that can't be explained.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// It can't be decoded.
    #[error(transparent)]
    Decode(#[from] hub_decode::DecodeError),
    /// The model can't be run on it.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The other preprocessing isn't what the model takes.
    #[error("the other preprocessing: {0}")]
    Preparation(#[from] PreparationError),
}

/// What one preprocessing makes of an image.
pub struct Step {
    /// Before values are scaled: height x width x RGB, bytes.
    pub tensor: Vec<u8>,
    /// Logits, or probabilities where the model ends with a softmax.
    pub logits: Vec<f32>,
}

/// The tensor of bytes, and what the model says.
pub fn step(
    image: &[u8],
    spec: &ImageSpec,
    (preparation, classifier): (&Preparation, &mut Classifier),
    decoder: &mut ImageDecoder,
) -> Result<Step, ExplainError> {
    let length = preparation.image_bytes() / spec.output.dtype.bytes();
    let tensor = bytes(image, spec, length, decoder)?;
    let mut input = vec![0; preparation.image_bytes()];
    decoder.transform(image, None, spec, Draw::default(), &mut input)?;
    let (mut floats, mut whole) = (Vec::new(), Vec::new());
    let scores = classifier.run(preparation.images(&input, &mut floats, &mut whole))?;
    let logits = scores.rows().next().map(<[f32]>::to_vec).unwrap_or_default();
    Ok(Step { tensor, logits })
}

/// The tensor of bytes, height x width x RGB, of this length.
pub fn bytes(
    image: &[u8],
    spec: &ImageSpec,
    length: usize,
    decoder: &mut ImageDecoder,
) -> Result<Vec<u8>, ExplainError> {
    let output = Output {
        layout: Layout::Nhwc,
        dtype: Dtype::U8,
        channels: ChannelOrder::Rgb,
        normalize: Normalize::default(),
    };
    let mut tensor = vec![0; length];
    decoder.transform(image, None, &ImageSpec { output, ..spec.clone() }, Draw::default(), &mut tensor)?;
    Ok(tensor)
}
