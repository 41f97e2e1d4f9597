//! From an ONNX file and what its owner says of it to a card.
//!
//! What is stated comes first, then what the exporter wrote into the file. The file is checked, and then run once on an
//! image of zeros in a process of its own: what fails there never gets a card.

use std::path::Path;

use super::card::{About, Card, CardError};
use super::labels::{Labels, LabelsError};
use super::metadata::{Metadata, MetadataError};
use super::preparation::Preparation;
use super::preprocessing::{Preprocessing, PreprocessingError};
use super::preset::{Overrides, Preset};
use super::values::{Channels, ValueMode, Values};
use crate::engine::{Device, EngineError, EngineOptions};
use crate::isolated::{Isolation, trial};
use crate::onnx::{Element, Model, ModelError};

/// Classes of a model that is taken for one of ImageNet.
const IMAGENET_CLASSES: usize = 1000;

/// What a model's owner says of it.
#[derive(Clone, Debug, Default)]
pub struct Stated {
    /// The preprocessing by name.
    pub preset: Option<Preset>,
    /// What differs from it.
    pub overrides: Overrides,
    /// The classes, if the file's own aren't meant.
    pub labels: Option<Labels>,
    /// Title, licence, source, accuracies.
    pub about: About,
    /// The output with the scores, where there are several.
    pub output: Option<String>,
}

/// A model that passed its checks and its trial run.
#[derive(Clone, Debug)]
pub struct Examined {
    /// The file, whose graph was checked.
    pub model: Model,
    /// The card, complete.
    pub card: Card,
    /// What was assumed, for people.
    pub notes: Vec<String>,
}

/// Why a model gets no card.
#[derive(Debug, thiserror::Error)]
pub enum ExamineError {
    /// The file is refused.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Neither its owner nor the file says how images are prepared.
    #[error(
        "{path}: the file doesn't say how images are prepared for it; state it with --preset (torchvision, timm, \
         timm-squash, keras-nearest, keras-bilinear or lenet), as the model was trained"
    )]
    NoPreprocessing {
        /// The file.
        path: String,
    },
    /// What is stated makes no sense.
    #[error("{path}: {source}")]
    Preprocessing {
        /// The file.
        path: String,
        /// What is wrong.
        #[source]
        source: PreprocessingError,
    },
    /// The file says something, but not in a known form.
    #[error("{path}: {source}")]
    Metadata {
        /// The file.
        path: String,
        /// What is wrong.
        #[source]
        source: MetadataError,
    },
    /// What is stated doesn't fit the model.
    #[error("{path}: {source}")]
    Card {
        /// The file.
        path: String,
        /// What is wrong.
        #[source]
        source: CardError,
    },
    /// The trial run failed.
    #[error("{path}: the trial run failed: {source}")]
    Trial {
        /// The file.
        path: String,
        /// What happened.
        #[source]
        source: EngineError,
    },
}

/// Examines a file; `isolation` gives the limits of the trial run for a number of bytes of weights.
///
/// # Errors
/// See [`ExamineError`].
pub fn examine(
    path: &Path,
    stated: Stated,
    options: &EngineOptions,
    isolation: &dyn Fn(u64) -> Isolation,
) -> Result<Examined, ExamineError> {
    let model = Model::open_for(path, stated.output.as_deref())?;
    let path = path.display().to_string();
    let metadata = match Metadata::of(&model) {
        // Nothing of it is needed.
        Err(_) if stated.preset.is_some() && stated.labels.is_some() => Metadata::default(),
        found => found.map_err(|source| ExamineError::Metadata { path: path.clone(), source })?,
    };
    let preprocessing = preprocessing(&model, &stated, &metadata, &path)?;
    let wrong = |source: CardError| ExamineError::Card { path: path.clone(), source };
    let size = Preparation::new(&preprocessing, &model.signature().input)
        .and_then(|_| Ok(preprocessing.size()?.map(|side| side as usize)))
        .map_err(|source| wrong(source.into()))?;
    let isolation = isolation(weights_bytes(&model));
    // A GPU's library takes more memory than the limit.
    let options = EngineOptions { device: Device::Cpu, ..options.clone() };
    let trial = trial(&model, size, &options, isolation);
    let (classes, _) = trial.map_err(|source| ExamineError::Trial { path: path.clone(), source })?;
    let mut notes = Vec::new();
    let labels = stated.labels.or(metadata.labels).unwrap_or_else(|| match classes {
        IMAGENET_CLASSES => {
            notes.push(
                "no --labels: taken for the 1,000 classes of ImageNet, sorted by their ids (--labels imagenet-1k); \
                 where they are others, name them with --labels FILE"
                    .to_owned(),
            );
            Labels::Imagenet1k { assumed: true }
        }
        classes => {
            notes.push(format!("no --labels: the {classes} classes have no names; name them with --labels FILE"));
            Labels::Numbers { classes }
        }
    });
    let About { title, licence, source, scores } = stated.about;
    let about = About {
        title: title.or(metadata.title),
        licence: licence.or(metadata.licence),
        source: source.or(metadata.source),
        scores,
    };
    let unused = &model.signature().unused_outputs;
    if !unused.is_empty() && stated.output.is_none() {
        let used = &model.signature().output.name;
        notes.push(format!(
            "of its outputs '{used}' is used, not {}; choose with --output",
            unused.join(", ")
        ));
    }
    let card = Card::new(&model, preprocessing, labels, about).map_err(wrong)?;
    if card.labels.len() != classes {
        let output = card.signature.output.name.clone();
        let count = LabelsError::Count { labels: card.labels.len(), output, classes };
        return Err(wrong(count.into()));
    }
    Ok(Examined { model, card, notes })
}

fn preprocessing(
    model: &Model,
    stated: &Stated,
    metadata: &Metadata,
    path: &str,
) -> Result<Preprocessing, ExamineError> {
    let input = &model.signature().input;
    let mut overrides = stated.overrides.clone();
    overrides.values = overrides.values.or(metadata.values).or_else(|| {
        // A model that takes bytes scales them itself.
        (input.element == Element::U8).then(|| Values::of(ValueMode::Bytes))
    });
    if let Some(values) = &mut overrides.values
        && input.channels == Some(1)
        && (values.mode != ValueMode::Custom || values.mean == [values.mean[0]; 3])
        && values.mean[0] == values.mean[1]
    {
        // The same numbers for all channels are those of a grey one.
        values.channels = Channels::Grey;
    }
    let side = input.height.filter(|height| input.width.is_none_or(|width| width == *height));
    let side = side.and_then(|side| u32::try_from(side).ok());
    let wrong = |source| ExamineError::Preprocessing { path: path.to_owned(), source };
    if let Some(preset) = &stated.preset {
        return preset.preprocessing(&overrides, side).map_err(wrong);
    }
    let Some(mut found) = metadata.preprocessing.clone() else {
        return Err(ExamineError::NoPreprocessing { path: path.to_owned() });
    };
    overrides.apply(&mut found);
    found.check().map_err(wrong)?;
    Ok(found)
}

fn weights_bytes(model: &Model) -> u64 {
    let folder = model.path().parent().unwrap_or(Path::new("."));
    let external = model.external_files();
    let external = external.iter().filter_map(|file| folder.join(file).metadata().ok());
    model.bytes().len() as u64 + external.map(|found| found.len()).sum::<u64>()
}
