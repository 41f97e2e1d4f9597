//! The exit codes and hints of errors of models.

use std::error::Error;
use std::io::ErrorKind;

use hub_eval::engine::EngineError;
use hub_eval::model::{CardError, ExamineError, ModelStoreError, OpenError};
use hub_eval::onnx::ModelError;

use crate::exit::Exit;

/// The exit code and the hint of an error of a model; `None` for other errors.
pub fn classify(error: &(dyn Error + 'static)) -> Option<(Exit, Option<String>)> {
    if let Some(error) = error.downcast_ref::<ModelStoreError>() {
        return Some(stored(error));
    }
    if let Some(error) = error.downcast_ref::<ExamineError>() {
        return Some((examined(error), None));
    }
    if let Some(error) = error.downcast_ref::<OpenError>() {
        let exit = match error {
            OpenError::Engine(error) => engine(error),
            OpenError::Model(_) | OpenError::Preparation(_) => Exit::BadInput,
        };
        return Some((exit, None));
    }
    error.downcast_ref::<EngineError>().map(|error| (engine(error), None))
}

fn stored(error: &ModelStoreError) -> (Exit, Option<String>) {
    let hint = |text: &str| Some(text.to_owned());
    match error {
        ModelStoreError::NotFound { name, .. } if hub_eval::model::known_model(name.name()).is_some() => {
            (Exit::NotFound, Some(format!("`hub model pull {}` fetches it", name.name())))
        }
        ModelStoreError::NotFound { .. } => {
            (Exit::NotFound, hint("`hub model ls` lists models; `hub model add NAME FILE.onnx` stores one"))
        }
        ModelStoreError::Taken(_) | ModelStoreError::Builtin(_) => (Exit::Conflict, None),
        ModelStoreError::Damaged { .. } | ModelStoreError::Card { .. } => (Exit::Damaged, None),
        ModelStoreError::Read(_) => (Exit::BadInput, None),
        ModelStoreError::Store(_) | ModelStoreError::Io { .. } => (Exit::Failure, None),
    }
}

fn examined(error: &ExamineError) -> Exit {
    match error {
        ExamineError::NoPreprocessing { .. } | ExamineError::Preprocessing { .. } => Exit::Usage,
        ExamineError::Card { source: CardError::Preparation(_), .. } => Exit::Usage,
        ExamineError::Trial { source, .. } => match engine(source) {
            Exit::Failure => Exit::Failure,
            _ => Exit::BadInput,
        },
        ExamineError::Model(ModelError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {
            Exit::NotFound
        }
        ExamineError::Model(_) | ExamineError::Metadata { .. } | ExamineError::Card { .. } => Exit::BadInput,
    }
}

/// Is it the model, or what it is run on?
fn engine(error: &EngineError) -> Exit {
    match error {
        EngineError::NoLibrary { .. } | EngineError::Library { .. } | EngineError::Device { .. } => {
            Exit::Failure
        }
        _ => Exit::BadInput,
    }
}
