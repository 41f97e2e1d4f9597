//! Why a model can't be stored or found.

use super::card::CardError;
use super::files::FilesError;
use super::name::ModelName;

/// Why a model can't be stored or found.
#[derive(Debug, thiserror::Error)]
pub enum ModelStoreError {
    /// No model has the name.
    #[error("model '{name}' not found{}", known_models(.known))]
    NotFound {
        /// The name that was looked for.
        name: ModelName,
        /// The names that there are.
        known: Vec<String>,
    },
    /// Another model has the name.
    #[error("model '{0}' exists already; choose another name, or replace it with --replace")]
    Taken(ModelName),
    /// A shipped model has the name.
    #[error("'{0}' comes with the hub; it can't be replaced or removed")]
    Builtin(ModelName),
    /// A card that can't be used.
    #[error("{path}: {source}")]
    Card {
        /// The card's file.
        path: String,
        /// What is wrong.
        #[source]
        source: CardError,
    },
    /// Bytes that aren't what the card says.
    #[error("{path}: {found}, the card says {expected}; remove the model and add it again")]
    Damaged {
        /// The file.
        path: String,
        /// What was found.
        found: String,
        /// What was expected.
        expected: String,
    },
    /// A file of the model can't be read.
    #[error(transparent)]
    Read(#[from] FilesError),
    /// The store fails.
    #[error(transparent)]
    Store(#[from] hub_dataset::Error),
    /// The local disk fails.
    #[error("{path}: can't {action}")]
    Io {
        /// The file or folder.
        path: String,
        /// What was attempted.
        action: &'static str,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
}

fn known_models(known: &[String]) -> String {
    match known {
        [] => String::new(),
        known => format!("; there are {}", known.join(", ")),
    }
}
