//! Models with all that is needed to run them as their makers did.
//!
//! A model is an ONNX file with a [`Card`]: the exact [`Preprocessing`], what its classes are ([`Labels`]), licence and
//! source, the hashes of its files. A [`Preset`] is the preprocessing of a well-known library by name; what an exporter
//! wrote into the file is [`Metadata`]. A [`ModelStore`] keeps models by the hash of their content, on any object store.
//!
//! To run one: [`ModelStore::find`] gives the card, [`ModelStore::fetch`] the path of the file, [`OpenModel::load`] the
//! model on an engine. [`Preparation::image_spec`] is what the decoder makes of each image, [`Preparation::images`] what
//! the engine gets.

mod builtin;
mod card;
mod examine;
mod files;
mod known;
mod labels;
mod labels_file;
mod metadata;
mod name;
mod open;
mod preparation;
mod preprocessing;
mod preset;
mod store;
mod store_error;
#[cfg(test)]
mod tests;
mod transfer;
mod values;

pub use card::{About, CARD_FORMAT, Card, CardError, StatedScore};
pub use examine::{ExamineError, Examined, Stated, examine};
pub use files::{FilesError, ModelFile, ModelFiles};
pub use known::{KnownModel, KnownModelFile, known_model, known_models};
pub use labels::{Labels, LabelsError};
pub use labels_file::{LabelsFileError, read_labels};
pub use metadata::{Metadata, MetadataError};
pub use name::ModelName;
pub use open::{OpenError, OpenModel};
pub use preparation::{Preparation, PreparationError};
pub use preprocessing::{Preprocessing, PreprocessingError, ResizeOrder};
pub use preset::{FAMILIES, Overrides, Preset, UnknownPreset, filter_named};
pub use store::{ModelStore, SERVER_FOLDER, StoredModel};
pub use store_error::ModelStoreError;
pub use values::{Channels, UnknownValues, ValueMode, Values};
