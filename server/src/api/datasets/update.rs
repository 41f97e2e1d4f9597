//! Changes a data set's card, visibility or default branch.

use axum::Json;
use axum::extract::State;
use hub_catalog::DatasetChange;
use hub_schema::api::{DatasetView, UpdateDataset};
use serde_json::json;

use super::view::view;
use crate::api::{Body, DatasetPath, record};
use crate::auth::OwnedEntry;
use crate::hf::check_card as check_front_matter;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::work::task::to_the_end;

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
    OwnedEntry(entry): OwnedEntry,
    Body(wanted): Body<UpdateDataset>,
) -> Result<Json<DatasetView>> {
    check_card(wanted.card.as_deref().unwrap_or_default())?;
    if let Some(branch) = &wanted.default_branch {
        let dataset = state.datasets.open_or_mend(&state.catalog, &state.root, &entry.info).await?;
        if dataset.head(branch).await?.is_none() {
            let detail = format!("default_branch: there is no branch '{branch}' with a commit");
            return Err(Problem::invalid(detail));
        }
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
    to_the_end(async move {
        let info = state.catalog.update_dataset(entry.info.uuid, &change).await?;
        state.faults.point("updated in the catalog").await;
        super::finish_soon(&state, &info).await;
        record::on_dataset(&state, &entry, "dataset.update", detail).await;
        Ok(Json(view(info)))
    })
    .await
}

/// Refuses a card of more than [`CARD_BYTES`], or whose front matter is too long or nested too deep.
pub(super) fn check_card(card: &str) -> Result<()> {
    if card.len() > CARD_BYTES {
        return Err(Problem::invalid(format!(
            "the card has {} bytes; expected at most {CARD_BYTES}",
            card.len()
        )));
    }
    check_front_matter(card).map_err(|found| Problem::invalid(format!("card: {found}")))
}
