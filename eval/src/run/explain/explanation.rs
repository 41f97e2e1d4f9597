//! One image, step by step.

use hub_decode::{ImageDecoder, ImageSpec, Pixels, ResizeTo, Transform};
use serde::Serialize;

use super::hash::{mean_distance, sha256};
use super::step::{ExplainError, Step, step};
use super::variants::variants_of;
use crate::model::OpenModel;
use crate::score::softmax;

/// What a model makes of one image, step by step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// SHA-256 of the file.
    pub file_sha256: String,
    /// Width and height of the decoded image in pixels, as stored (not turned by EXIF).
    pub decoded_size: [u32; 2],
    /// SHA-256 of the decoded RGB bytes, row by row.
    pub decoded_sha256: String,
    /// The preprocessing in words.
    pub preprocessing: String,
    /// Height and width of the tensor in pixels.
    pub tensor_size: [u32; 2],
    /// SHA-256 of the tensor before it is normalised: height x width x RGB, bytes.
    pub tensor_sha256: String,
    /// The means of its channels.
    pub tensor_means: [f64; 3],
    /// The first logits (or probabilities) of the model.
    pub first_logits: Vec<f32>,
    /// The five most probable classes.
    pub top: Vec<NamedProbability>,
    /// What other preprocessing would give.
    pub variants: Vec<Variant>,
    /// With a hash to look for: what gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matches: Option<String>,
}

/// A class with its probability.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NamedProbability {
    /// The class's number.
    pub number: usize,
    /// The class's name.
    pub name: String,
    /// From 0 to 1, of all classes.
    pub probability: f64,
}

/// What another preprocessing gives.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Variant {
    /// What is done differently.
    pub change: String,
    /// SHA-256 of the tensor; the same as the right one where only numbers are scaled differently.
    pub tensor_sha256: String,
    /// The mean distance of the tensor's bytes from the right ones, from 0 to 255.
    pub mean_distance: f64,
    /// The greatest difference of a logit.
    pub logit_distance: f32,
    /// The first logits then.
    pub first_logits: Vec<f32>,
    /// The most probable class then.
    pub top1: NamedProbability,
}

/// Explains an encoded image; `wanted` is the SHA-256 of another program's tensor, in hex.
///
/// # Errors
/// The image can't be decoded, or the model can't be run.
pub fn explain(
    image: &[u8],
    model: &mut OpenModel,
    wanted: Option<&str>,
) -> Result<Explanation, ExplainError> {
    let mut decoder = ImageDecoder::new()?;
    let preparation = model.preparation.clone();
    let spec = preparation.image_spec().clone();
    let decoded: Pixels = decoder.decode(image, false, &spec.limits)?.clone();
    let right: Step = step(image, &spec, (&preparation, &mut model.classifier), &mut decoder)?;
    let is_probability = model.classifier.signature().output.is_probability;
    let mut variants = Vec::new();
    let best = named(&right.logits, is_probability, model);
    for (change, variant) in variants_of(&spec, model.card.preprocessing.values) {
        let found = step(image, &variant, (&preparation, &mut model.classifier), &mut decoder)?;
        if found.tensor == right.tensor && found.logits == right.logits {
            continue;
        }
        let distance = |(a, b): (&f32, &f32)| (a - b).abs();
        variants.push(Variant {
            change,
            tensor_sha256: sha256(&found.tensor),
            mean_distance: mean_distance(&found.tensor, &right.tensor),
            logit_distance: found.logits.iter().zip(&right.logits).map(distance).fold(0.0, f32::max),
            first_logits: found.logits.iter().take(5).copied().collect(),
            top1: named(&found.logits, is_probability, model).swap_remove(0),
        });
    }
    let tensor_sha256 = sha256(&right.tensor);
    let matches = wanted.map(|wanted| {
        let wanted = wanted.to_lowercase();
        let swapped = |tensor: &[u8]| tensor.as_chunks::<3>().0.iter().flat_map(|[r, g, b]| [*b, *g, *r]).collect::<Vec<u8>>();
        if wanted == tensor_sha256 {
            return "the same tensor: a difference comes from scaling its values, or from the engine".to_owned();
        }
        if wanted == sha256(&swapped(&right.tensor)) {
            return "the same tensor with its channels in the order BGR".to_owned();
        }
        let found = variants.iter().find(|variant| variant.tensor_sha256 == wanted);
        found.map_or_else(
            || {
                "none of the variants: compare the hash of the decoded image first; if that differs too, the decoder \
                 is another"
                    .to_owned()
            },
            |variant| format!("the tensor made with {}", variant.change),
        )
    });
    let size = tensor_size(&spec, &right.tensor);
    let means = [0, 1, 2].map(|channel| {
        let values = right.tensor.iter().skip(channel).step_by(3);
        values.map(|value| f64::from(*value)).sum::<f64>() * 3.0 / right.tensor.len().max(1) as f64
    });
    Ok(Explanation {
        file_sha256: sha256(image),
        decoded_size: [decoded.area.width, decoded.area.height],
        decoded_sha256: sha256(&decoded.rgb),
        preprocessing: model.card.preprocessing.to_string(),
        tensor_size: size,
        tensor_sha256,
        tensor_means: means,
        first_logits: right.logits.iter().take(5).copied().collect(),
        top: best,
        variants,
        matches,
    })
}

fn named(logits: &[f32], is_probability: bool, model: &OpenModel) -> Vec<NamedProbability> {
    let probabilities: Vec<f64> = match is_probability {
        true => logits.iter().map(|value| f64::from(*value)).collect(),
        false => softmax(logits),
    };
    let mut classes: Vec<usize> = (0..probabilities.len()).collect();
    classes.sort_by(|a, b| probabilities[*b].total_cmp(&probabilities[*a]).then(a.cmp(b)));
    let name = |number: usize| NamedProbability {
        number,
        name: model.card.labels.name(number),
        probability: probabilities[number],
    };
    classes.into_iter().take(5).map(name).collect()
}

fn tensor_size(spec: &ImageSpec, tensor: &[u8]) -> [u32; 2] {
    match spec.transform {
        Transform::Resize { crop: Some(size), .. } | Transform::Resize { to: ResizeTo::Both(size), .. } => {
            size
        }
        _ => [1, (tensor.len() / 3) as u32],
    }
}
