//! The hub's models.

use hub_eval::model::{ModelName, ModelStore, ModelStoreError, SERVER_FOLDER, StoredModel};

use crate::problem::{Kind, Problem, Result, internal};
use crate::state::AppState;

/// Where the server keeps its models.
pub fn store(state: &AppState) -> Result<ModelStore> {
    let store = state.root.store(SERVER_FOLDER)?;
    Ok(ModelStore::new(store, &state.config.home.join("cache")))
}

/// The model of a name.
pub async fn find(state: &AppState, name: &ModelName) -> Result<StoredModel> {
    store(state)?.find(name).await.map_err(|error| problem(&error))
}

/// All models by name; `None` for one whose card can't be read.
pub async fn known(state: &AppState) -> Result<Vec<(ModelName, Option<StoredModel>)>> {
    let found = store(state)?.list().await.map_err(|error| problem(&error))?;
    Ok(found.into_iter().map(|(name, model)| (name, model.ok())).collect())
}

pub fn problem(error: &ModelStoreError) -> Problem {
    match error {
        ModelStoreError::NotFound { .. } => Problem::new(Kind::NotFound, error.to_string()),
        error => internal(error),
    }
}
