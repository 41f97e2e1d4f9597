//! The hub's models.

use hub_eval::model::{ModelStore, ModelStoreError, SERVER_FOLDER};

use crate::problem::{Kind, Problem, Result, internal};
use crate::state::AppState;

/// Where the server keeps its models.
pub fn store(state: &AppState) -> Result<ModelStore> {
    let store = state.root.store(SERVER_FOLDER)?;
    Ok(ModelStore::new(store, &state.config.home.join("cache")))
}

pub fn problem(error: &ModelStoreError) -> Problem {
    match error {
        ModelStoreError::NotFound { .. } => Problem::new(Kind::NotFound, error.to_string()),
        error => internal(error),
    }
}
