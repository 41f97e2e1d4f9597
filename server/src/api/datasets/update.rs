//! Changes a data set's card, visibility or default branch.

use axum::Json;
use axum::extract::State;
use hub_catalog::DatasetChange;
use hub_schema::api::{DatasetView, UpdateDataset};
use serde_json::json;

use super::view::view;
use crate::api::{Body, DatasetPath, record};
use crate::auth::Owned;
use crate::problem::{Problem, Result};
use crate::state::AppState;

/// Maximum bytes of a card.
const CARD_BYTES: usize = 1024 * 1024;

/// Change a data set's card, visibility or default branch
#[utoipa::path(
    patch,
    path = "/api/v1/datasets/{ns}/{name}",
    tag = "data sets",
    params(DatasetPath),
    request_body = UpdateDataset,
    responses((status = 200, description = "The changed data set", body = DatasetView))
)]
pub async fn update(
    State(state): State<AppState>,
    Owned(set): Owned,
    Body(wanted): Body<UpdateDataset>,
) -> Result<Json<DatasetView>> {
    check_card(wanted.card.as_deref().unwrap_or_default())?;
    if let Some(branch) = &wanted.default_branch
        && set.dataset.head(branch).await?.is_none()
    {
        return Err(Problem::invalid(format!("default_branch: there is no branch '{branch}' with a commit")));
    }
    let detail = json!({
        "visibility": wanted.visibility,
        "card": wanted.card.is_some(),
        "default_branch": wanted.default_branch,
    });
    let change = DatasetChange {
        visibility: wanted.visibility,
        card: wanted.card,
        default_branch: wanted.default_branch,
    };
    let info = state.catalog.update_dataset(set.info.uuid, &change).await?;
    state.catalog.write_about(info.uuid, set.dataset.store()).await?;
    record::audit(&state, &set, "dataset.update", detail).await;
    Ok(Json(view(info)))
}

/// Refuses a card of more than [`CARD_BYTES`].
pub(super) fn check_card(card: &str) -> Result<()> {
    if card.len() > CARD_BYTES {
        return Err(Problem::invalid(format!(
            "the card has {} bytes; expected at most {CARD_BYTES}",
            card.len()
        )));
    }
    Ok(())
}
