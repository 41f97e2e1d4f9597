//! Models, as commands find and open them.

use std::path::PathBuf;

use hub_dataset::Store;
use hub_eval::engine::EngineOptions;
use hub_eval::isolated::Isolation;
use hub_eval::model::{About, Card, ModelStore, OpenModel, examine};

use crate::args::{ModelRef, PreparationArgs};
use crate::context::Context;
use crate::errors::Failure;

/// A model that was found: its file and its card.
#[derive(Debug)]
pub struct FoundModel {
    pub path: PathBuf,
    pub card: Card,
}

/// The models of the embedded hub.
pub fn store(context: &Context) -> anyhow::Result<ModelStore> {
    let store = Store::local(&context.home.path().join("models"))?;
    Ok(ModelStore::new(store, &context.home.cache()))
}

/// Finds a stored model, or examines a file.
pub async fn find(
    model: &ModelRef,
    preparation: &PreparationArgs,
    engine: &EngineOptions,
    context: &Context,
) -> anyhow::Result<FoundModel> {
    match model {
        ModelRef::Name(name) => {
            if preparation.is_given() {
                let message =
                    format!("'{name}' is a stored model, which has its preprocessing and labels on its card");
                let hint =
                    "omit the options, or store it again with others: hub model add NAME FILE.onnx --replace";
                return Err(Failure::usage(message).hint(hint).into());
            }
            let store = store(context)?;
            let stored = store.find(name).await?;
            let path = store.fetch(&stored).await?;
            Ok(FoundModel { path, card: stored.card })
        }
        ModelRef::File(path) => {
            let stated = preparation.stated(About::default())?;
            let (at, options) = (path.clone(), engine.clone());
            let examined = tokio::task::spawn_blocking(move || {
                examine(&at, stated, &options, &Isolation::of_this_program)
            });
            let examined = examined.await??;
            examined.notes.iter().for_each(|note| context.note(note));
            Ok(FoundModel { path: path.clone(), card: examined.card })
        }
    }
}

/// Loads a model on its engine, and tells why it is this one.
pub async fn open(found: FoundModel, engine: &EngineOptions, context: &Context) -> anyhow::Result<OpenModel> {
    let options = engine.clone();
    let loaded =
        tokio::task::spawn_blocking(move || OpenModel::load(&found.path, found.card, &options)).await??;
    loaded.notes.iter().for_each(|note| context.note(note));
    Ok(loaded)
}
