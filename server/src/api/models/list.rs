//! Lists the models of the hub.

use axum::Json;
use axum::extract::State;
use hub_schema::api::{ModelList, ModelView};

use super::open;
use crate::auth::SignedIn;
use crate::problem::Result;
use crate::state::AppState;

/// List the models of the hub
///
/// Those that it ships with, and those that its owner added. A model whose card can't be read is left out.
#[utoipa::path(
    get,
    path = "/api/v1/models",
    tag = "models",
    responses((status = 200, description = "The models, by name", body = ModelList))
)]
pub async fn list(State(state): State<AppState>, SignedIn(_): SignedIn) -> Result<Json<ModelList>> {
    let view = |stored: hub_eval::model::StoredModel| ModelView {
        name: stored.name.to_string(),
        title: stored.card.title.clone(),
        hash: stored.card.model.hash.to_string(),
        size_bytes: stored.card.model.size_bytes(),
        classes: stored.card.labels.len() as u64,
        preprocessing: stored.card.preprocessing.to_string(),
        licence: stored.card.licence.clone(),
        source: stored.card.source.clone(),
    };
    let models = open::known(&state).await?.into_iter().filter_map(|(_, stored)| stored).map(view).collect();
    Ok(Json(ModelList { models, classify: state.config.classify }))
}
