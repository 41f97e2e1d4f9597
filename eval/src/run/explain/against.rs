//! One image, made by two programs, preprocessings or models: the first step that differs, and the likely cause.

use hub_decode::{ImageDecoder, ImageSpec};
use serde::{Deserialize, Serialize};

use super::differences::differences;
use super::hash::{layouts, sha256};
use super::step::{ExplainError, bytes, step};
use super::variants::{geometries, sizes, variants_of};
use crate::engine::Classifier;
use crate::model::{OpenModel, Preparation, Preprocessing};

/// Logits that are this close come from the same tensor: engines round differently.
const SAME_LOGITS: f32 = 0.01;

/// What is known of what another program made of the image; any of it may be missing.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Told {
    /// SHA-256 of the file.
    pub file_sha256: Option<String>,
    /// SHA-256 of the decoded RGB bytes.
    pub decoded_sha256: Option<String>,
    /// SHA-256 of the tensor before it is normalised: height x width x RGB, bytes.
    pub tensor_sha256: Option<String>,
    /// The first logits, or all.
    #[serde(default)]
    pub first_logits: Vec<f32>,
}

/// What to compare with.
pub enum Other {
    /// What another program printed.
    Told(Told),
    /// The same model with another preprocessing.
    Preprocessing(Box<Preprocessing>),
    /// Another model.
    Model(Box<OpenModel>),
}

/// Whether a step gives the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Both have the same hash, or nearly the same logits.
    Same,
    /// They have other hashes or logits.
    Differs,
    /// The other's isn't known.
    Unknown,
}

/// A setting in which the other preprocessing differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// What it is called in the report.
    pub setting: String,
    /// What the model's card has.
    pub this: String,
    /// What the other has.
    pub other: String,
    /// The greatest change of a logit that this setting alone makes; `None` where the model can't be run with it alone.
    pub logit_distance: Option<f32>,
}

/// Two ways of making the same, compared.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Against {
    /// The bytes of the image's file.
    pub file: Verdict,
    /// The decoded pixels.
    pub decoded: Verdict,
    /// The tensors before values are scaled.
    pub tensor: Verdict,
    /// What the model says, up to rounding.
    pub logits: Verdict,
    /// The greatest difference of the logits that both have; `None` without any.
    pub logit_distance: Option<f32>,
    /// The settings that differ, those that change most first; empty where the other's aren't known.
    pub differences: Vec<Difference>,
    /// The likely cause, in words.
    pub cause: String,
}

/// What this model makes of the image, of which the other is made out.
struct Own<'a> {
    image: &'a [u8],
    model: &'a mut OpenModel,
    decoder: ImageDecoder,
    spec: ImageSpec,
    tensor: Vec<u8>,
    logits: Vec<f32>,
}

/// Compares what a model makes of an encoded image with something else.
///
/// # Errors
/// The image can't be decoded, or a model can't be run.
pub fn against(image: &[u8], model: &mut OpenModel, other: Other) -> Result<Against, ExplainError> {
    let mut decoder = ImageDecoder::new()?;
    let preparation = model.preparation.clone();
    let spec = preparation.image_spec().clone();
    let made = step(image, &spec, (&preparation, &mut model.classifier), &mut decoder)?;
    let mut own = Own { image, model, decoder, spec, tensor: made.tensor, logits: made.logits };
    let (told, settings, is_other_model) = match other {
        Other::Told(told) => (told, Vec::new(), false),
        Other::Preprocessing(other) => {
            let input = own.model.classifier.signature().input.clone();
            let preparation = Preparation::new(&other, &input)?;
            let told = made_of(image, (&preparation, &mut own.model.classifier), &mut own.decoder)?;
            (told, own.differences(&other)?, false)
        }
        Other::Model(mut other) => {
            let told = made_of(image, (&other.preparation, &mut other.classifier), &mut own.decoder)?;
            let is_other = other.card.model.hash != own.model.card.model.hash;
            (told, own.differences(&other.card.preprocessing)?, is_other)
        }
    };
    own.compare(&told, settings, is_other_model)
}

/// What another preprocessing or model makes of the image.
fn made_of(
    image: &[u8],
    (preparation, classifier): (&Preparation, &mut Classifier),
    decoder: &mut ImageDecoder,
) -> Result<Told, ExplainError> {
    let spec = preparation.image_spec();
    let made = step(image, spec, (preparation, classifier), decoder)?;
    let decoded = decoder.decode(image, spec.orient, &spec.limits)?;
    Ok(Told {
        file_sha256: Some(sha256(image)),
        decoded_sha256: Some(sha256(&decoded.rgb)),
        tensor_sha256: Some(sha256(&made.tensor)),
        first_logits: made.logits,
    })
}

impl Own<'_> {
    /// The settings of another preprocessing that differ, each with what it alone changes.
    fn differences(&mut self, other: &Preprocessing) -> Result<Vec<Difference>, ExplainError> {
        let card = self.model.card.preprocessing.clone();
        let input = self.model.classifier.signature().input.clone();
        let mut found = Vec::new();
        for setting in differences(&card, other) {
            let logit_distance = match Preparation::new(&setting.changed, &input) {
                Ok(preparation) => {
                    let run = (&preparation, &mut self.model.classifier);
                    let made = step(self.image, preparation.image_spec(), run, &mut self.decoder)?;
                    distance(&made.logits, &self.logits)
                }
                // Another size of tensor, or bytes for floats: not with the rest of this card.
                Err(_) => None,
            };
            found.push(Difference {
                setting: setting.name.to_owned(),
                this: setting.first,
                other: setting.second,
                logit_distance,
            });
        }
        found.sort_by(|a, b| b.logit_distance.unwrap_or(-1.0).total_cmp(&a.logit_distance.unwrap_or(-1.0)));
        Ok(found)
    }

    fn compare(
        mut self,
        told: &Told,
        differences: Vec<Difference>,
        is_other_model: bool,
    ) -> Result<Against, ExplainError> {
        let decoded = self.decoder.decode(self.image, self.spec.orient, &self.spec.limits)?.rgb.clone();
        let same = |own: String, other: &Option<String>| match other {
            None => Verdict::Unknown,
            Some(other) if other.eq_ignore_ascii_case(&own) => Verdict::Same,
            Some(_) => Verdict::Differs,
        };
        let file = same(sha256(self.image), &told.file_sha256);
        let is_decoded = same(sha256(&decoded), &told.decoded_sha256);
        let tensor = same(sha256(&self.tensor), &told.tensor_sha256);
        let logit_distance = distance(&told.first_logits, &self.logits);
        let logits = match logit_distance {
            None => Verdict::Unknown,
            Some(distance) if distance <= SAME_LOGITS => Verdict::Same,
            Some(_) => Verdict::Differs,
        };
        let settings: Vec<String> = differences
            .iter()
            .map(|found| format!("{} ({} here, {} there)", found.setting, found.this, found.other))
            .collect();
        let cause = if file == Verdict::Differs {
            "another file: its bytes differ before anything is decoded".to_owned()
        } else if !settings.is_empty() {
            settings.join(", ")
        } else if is_decoded == Verdict::Differs {
            self.cause_of_decoded(&decoded, told)?
        } else if tensor == Verdict::Differs {
            self.cause_of_tensor(told)?
        } else if logits == Verdict::Differs && is_other_model {
            "another model: the tensors are the same".to_owned()
        } else if logits == Verdict::Differs {
            self.cause_of_logits(told)?
        } else if [file, is_decoded, tensor, logits].iter().all(|verdict| *verdict == Verdict::Unknown) {
            "nothing is known of the other: give file_sha256, decoded_sha256, tensor_sha256 or first_logits"
                .to_owned()
        } else {
            "none: what is known of the other is the same".to_owned()
        };
        Ok(Against { file, decoded: is_decoded, tensor, logits, logit_distance, differences, cause })
    }

    /// Why the same file is decoded to other pixels.
    fn cause_of_decoded(&mut self, decoded: &[u8], told: &Told) -> Result<String, ExplainError> {
        let wanted = told.decoded_sha256.as_deref().unwrap_or_default();
        if let Some(layout) = layout_of(decoded, wanted) {
            return Ok(format!("the decoded pixels are the same with {layout}"));
        }
        let turned = self.decoder.decode(self.image, !self.spec.orient, &self.spec.limits)?.rgb.clone();
        let by_exif = if self.spec.orient {
            "the other doesn't turn the image by EXIF"
        } else {
            "the other turns the image by EXIF"
        };
        if sha256(&turned).eq_ignore_ascii_case(wanted) {
            return Ok(by_exif.to_owned());
        }
        if let Some(layout) = layout_of(&turned, wanted) {
            return Ok(format!("{by_exif}, and has {layout}"));
        }
        Ok("another decoder: the pixels differ before they are resized (another JPEG library or setting, a colour \
            profile that is applied, transparency laid on a colour)"
            .to_owned())
    }

    /// Which mistake, or which two, give the other's tensor.
    fn cause_of_tensor(&mut self, told: &Told) -> Result<String, ExplainError> {
        let wanted = told.tensor_sha256.as_deref().unwrap_or_default();
        if let Some(layout) = layout_of(&self.tensor, wanted) {
            return Ok(format!("the same tensor with {layout}"));
        }
        let changed = |spec: &ImageSpec| geometries(spec).into_iter().chain(sizes(spec)).collect::<Vec<_>>();
        let singles = changed(&self.spec);
        let length = self.tensor.len();
        let mut pairs = Vec::new();
        for (change, spec) in &singles {
            let tensor = bytes(self.image, spec, length, &mut self.decoder)?;
            if let Some(cause) = matching(change, &tensor, wanted) {
                return Ok(cause);
            }
            let seconds = changed(spec).into_iter();
            pairs.extend(seconds.map(|(second, spec)| (format!("{change} and {second}"), spec)));
        }
        for (change, spec) in pairs {
            let tensor = bytes(self.image, &spec, length, &mut self.decoder)?;
            if let Some(cause) = matching(&change, &tensor, wanted) {
                return Ok(cause);
            }
        }
        Ok(match told.decoded_sha256 {
            Some(_) => "another resize or crop: neither a common mistake nor two of them give that tensor",
            None => {
                "no common mistake gives that tensor: compare the hash of the decoded image, too; if it differs, the \
                 decoder is another"
            }
        }
        .to_owned())
    }

    /// Which mistake gives the other's logits: of the values' scaling where the tensors are known to be the same, else of any.
    fn cause_of_logits(&mut self, told: &Told) -> Result<String, ExplainError> {
        let preparation = self.model.preparation.clone();
        let values = self.model.card.preprocessing.values;
        let is_same_tensor = told.tensor_sha256.is_some();
        let mut nearest: Option<(f32, String)> = None;
        for (change, spec) in variants_of(&self.spec, values) {
            let made =
                step(self.image, &spec, (&preparation, &mut self.model.classifier), &mut self.decoder)?;
            if is_same_tensor && made.tensor != self.tensor {
                continue;
            }
            let Some(distance) = distance(&told.first_logits, &made.logits) else { continue };
            if nearest.as_ref().is_none_or(|(least, _)| distance < *least) {
                nearest = Some((distance, change));
            }
        }
        let own = distance(&told.first_logits, &self.logits).unwrap_or(f32::INFINITY);
        Ok(match nearest {
            Some((distance, change)) if distance <= SAME_LOGITS => change,
            Some((distance, change)) if distance < own / 4.0 => {
                format!("most likely {change}: the logits are then off by {distance:.3} in place of {own:.3}")
            }
            _ if is_same_tensor => {
                "the tensor is the same: other values (mean, deviation) than the known ones, another engine or precision, \
                 or other weights"
                    .to_owned()
            }
            _ => "no common mistake gives these logits: compare the hash of the tensor".to_owned(),
        })
    }
}

/// The cause, if a change gives a tensor with the wanted hash, in this layout or another.
fn matching(change: &str, tensor: &[u8], wanted: &str) -> Option<String> {
    if sha256(tensor).eq_ignore_ascii_case(wanted) {
        return Some(change.to_owned());
    }
    layout_of(tensor, wanted).map(|layout| format!("{change}, with {layout}"))
}

/// Another layout of the bytes that has the wanted hash.
fn layout_of(rgb: &[u8], wanted: &str) -> Option<&'static str> {
    let found = layouts(rgb).into_iter().find(|(_, bytes)| sha256(bytes).eq_ignore_ascii_case(wanted));
    found.map(|(layout, _)| layout)
}

/// The greatest difference of the numbers that both have.
fn distance(a: &[f32], b: &[f32]) -> Option<f32> {
    let pairs = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    pairs.reduce(f32::max)
}
