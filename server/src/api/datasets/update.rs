//! Changing what is said of a data set, and who may see it.

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

/// The longest card.
const CARD_BYTES: usize = 1024 * 1024;

/// Change a data set's card, visibility or default branch
#[utoipa::path(
    patch,
    path = "/api/v1/datasets/{ns}/{name}",
    tag = "data sets",
    params(DatasetPath),
    request_body = UpdateDataset,
    responses((status = 200, description = "As it is now", body = DatasetView))
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
        return Err(Problem::invalid(format!("there is no branch '{branch}' with a commit")));
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

/// A card is a page, not a book.
pub(super) fn check_card(card: &str) -> Result<()> {
    if card.len() > CARD_BYTES {
        return Err(Problem::invalid(format!(
            "the card has {} bytes, at most {CARD_BYTES} are kept",
            card.len()
        )));
    }
    Ok(())
}
