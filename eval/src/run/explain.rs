//! Why a model says what it says of one image: hashes of each step, to compare with another program's, and what common
//! mistakes would give instead.

use hub_decode::{
    ChannelOrder, Draw, Dtype, Filter, ImageDecoder, ImageSpec, Layout, Normalize, Output, Pixels, ResizeTo,
    Transform,
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::engine::EngineError;
use crate::model::{Channels, OpenModel, ValueMode, Values};
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
    /// Its name.
    pub name: String,
    /// Its probability.
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
    /// The most probable class then.
    pub top1: NamedProbability,
}

/// An image that can't be explained.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// It can't be decoded.
    #[error(transparent)]
    Decode(#[from] hub_decode::DecodeError),
    /// The model can't be run on it.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Bytes of the tensor, logits and whether these are probabilities.
struct Step {
    tensor: Vec<u8>,
    logits: Vec<f32>,
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
    let spec = model.preparation.image_spec().clone();
    let decoded: Pixels = decoder.decode(image, false, &spec.limits)?.clone();
    let right = step(image, &spec, model, &mut decoder)?;
    let is_probability = model.classifier.signature().output.is_probability;
    let top = |logits: &[f32]| named(logits, is_probability, model);
    let mut variants = Vec::new();
    let best = top(&right.logits);
    for (change, variant) in variants_of(&spec, model.card.preprocessing.values) {
        let found = step(image, &variant, model, &mut decoder)?;
        if found.tensor == right.tensor && found.logits == right.logits {
            continue;
        }
        let distance = |(a, b): (&f32, &f32)| (a - b).abs();
        variants.push(Variant {
            change,
            tensor_sha256: sha256(&found.tensor),
            mean_distance: mean_distance(&found.tensor, &right.tensor),
            logit_distance: found.logits.iter().zip(&right.logits).map(distance).fold(0.0, f32::max),
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

/// The tensor of bytes, and what the model says.
fn step(
    image: &[u8],
    spec: &ImageSpec,
    model: &mut OpenModel,
    decoder: &mut ImageDecoder,
) -> Result<Step, ExplainError> {
    let plain = Output {
        layout: Layout::Nhwc,
        dtype: Dtype::U8,
        channels: ChannelOrder::Rgb,
        normalize: Normalize::default(),
    };
    let bytes = ImageSpec { output: plain, ..spec.clone() };
    let values = model.preparation.image_bytes() / spec.output.dtype.bytes();
    let mut tensor = vec![0; values];
    decoder.transform(image, None, &bytes, Draw::default(), &mut tensor)?;
    let mut input = vec![0; model.preparation.image_bytes()];
    decoder.transform(image, None, spec, Draw::default(), &mut input)?;
    let (mut floats, mut whole) = (Vec::new(), Vec::new());
    let scores = model.classifier.run(model.preparation.images(&input, &mut floats, &mut whole))?;
    let logits = scores.rows().next().map(<[f32]>::to_vec).unwrap_or_default();
    Ok(Step { tensor, logits })
}

/// Common mistakes, each as what it changes.
fn variants_of(spec: &ImageSpec, values: Values) -> Vec<(String, ImageSpec)> {
    let mut made = Vec::new();
    let mut add = |change: &str, variant: ImageSpec| made.push((change.to_owned(), variant));
    let turned = if spec.orient { "the image not turned by EXIF" } else { "the image turned by EXIF" };
    add(turned, ImageSpec { orient: !spec.orient, ..spec.clone() });
    add("no antialiasing", ImageSpec { no_antialias: !spec.no_antialias, ..spec.clone() });
    for (name, filter) in
        [("nearest", Filter::Nearest), ("bilinear", Filter::Bilinear), ("bicubic", Filter::Bicubic)]
    {
        if filter != spec.filter {
            add(&format!("the {name} filter"), ImageSpec { filter, ..spec.clone() });
        }
    }
    let order = if spec.vertical_first {
        "the horizontal pass first (Pillow up to 12)"
    } else {
        "the vertical pass first (Pillow 13)"
    };
    add(order, ImageSpec { vertical_first: !spec.vertical_first, ..spec.clone() });
    if let Transform::Resize { crop: Some(crop), flip, .. } = spec.transform {
        let transform = Transform::Resize { to: ResizeTo::Both(crop), crop: None, flip };
        add("both sides resized (squashed) instead of cropped", ImageSpec { transform, ..spec.clone() });
        if crop[0] == crop[1] {
            let transform = Transform::Resize { to: ResizeTo::Short(crop[0]), crop: Some(crop), flip };
            add("the shorter side resized to the crop", ImageSpec { transform, ..spec.clone() });
        }
    }
    if spec.output.dtype == Dtype::F32 {
        let mut swapped = spec.clone();
        swapped.output.channels = match spec.output.channels {
            ChannelOrder::Rgb => ChannelOrder::Bgr,
            ChannelOrder::Bgr => ChannelOrder::Rgb,
        };
        add("the channels in the other order (RGB, BGR)", swapped);
        for (name, mode) in ValueMode::named() {
            let other = Values::of(mode);
            if matches!(mode, ValueMode::Bytes | ValueMode::Lenet) || other == values {
                continue;
            }
            let mut scaled = spec.clone();
            scaled.output.normalize = other.normalize();
            scaled.output.channels =
                if other.channels == Channels::Bgr { ChannelOrder::Bgr } else { ChannelOrder::Rgb };
            add(&format!("the values '{name}'"), scaled);
        }
    }
    made
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

fn mean_distance(a: &[u8], b: &[u8]) -> f64 {
    let sum: u64 = a.iter().zip(b).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.len().max(1) as f64
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
