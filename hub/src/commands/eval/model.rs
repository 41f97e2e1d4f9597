//! Opens the model that a command names.

use hub_eval::engine::EngineOptions;
use hub_eval::model::{ModelName, ModelStore, OpenModel};

use crate::context::Context;

/// A model of the embedded hub, on an engine.
pub async fn open(
    context: &Context,
    name: &str,
    options: &EngineOptions,
) -> anyhow::Result<(ModelName, OpenModel)> {
    let name: ModelName = name.parse()?;
    let root = context.home.path().join("models");
    let store = hub_dataset::Store::local(&root)?;
    let models = ModelStore::new(store, &context.home.cache());
    let stored = models.find(&name).await?;
    let file = models.fetch(&stored).await?;
    let options = options.clone();
    let open = tokio::task::spawn_blocking(move || OpenModel::load(&file, stored.card, &options)).await??;
    open.notes.iter().for_each(|note| context.note(&format!("note: {note}")));
    Ok((name, open))
}
