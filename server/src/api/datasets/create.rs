//! Creates a data set.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::Utc;
use hub_catalog::{NewDataset, Role};
use hub_dataset::layout;
use hub_dataset::store::Created;
use hub_schema::api::{CreateDataset, DatasetView};
use hub_schema::commit::Arbiter;
use hub_schema::{DatasetMeta, FORMAT_VERSION, HubFile};
use serde_json::json;
use uuid::Uuid;

use super::view::view;
use crate::api::extract::created;
use crate::api::{Body, record};
use crate::auth::{Address, Caller};
use crate::problem::{Kind, Problem, Result, internal};
use crate::state::AppState;

/// Create a data set
///
/// The new data set is empty; push to it. Needs role `writer` in the namespace. For an owner of the hub, a missing
/// namespace is created.
#[utoipa::path(
    post,
    path = "/api/v1/datasets",
    tag = "data sets",
    request_body = CreateDataset,
    responses((status = 201, description = "The new data set", body = DatasetView))
)]
pub async fn create(
    State(state): State<AppState>,
    caller: Caller,
    address: Address,
    Body(wanted): Body<CreateDataset>,
) -> Result<(StatusCode, Json<DatasetView>)> {
    let user = caller.need(&state.catalog, wanted.name.namespace(), Role::Writer).await?;
    super::update::check_card(&wanted.card)?;
    if user.admin {
        // An owner of the hub need not create the namespace first.
        state.catalog.ensure_namespace(wanted.name.namespace()).await?;
    }
    let hub = HubFile {
        format: FORMAT_VERSION,
        uuid: Uuid::new_v4(),
        created: Utc::now(),
        arbiter: state.root.arbiter().await?,
    };
    let new = NewDataset {
        visibility: wanted.visibility,
        card: wanted.card,
        default_branch: wanted.default_branch,
        location: state.catalog.free_location(&wanted.name, hub.uuid).await?,
        ..NewDataset::new(hub.uuid, wanted.name)
    };
    // The catalog first: its unique name decides between concurrent requests.
    let info = state.catalog.create_dataset(&new).await?;
    if let Err(problem) = write(&state, &new, &hub).await {
        // Release the name again.
        let given_back = state.catalog.delete_dataset(hub.uuid).await;
        if let Err(error) = given_back.and(state.catalog.purge_dataset(hub.uuid).await) {
            tracing::warn!(
                error = crate::problem::chain(&error),
                "the name of a data set that could not be created was not released"
            );
        }
        return Err(problem);
    }
    let detail = json!({ "visibility": info.visibility });
    record::entry(&state, &user.name, &address.0, "dataset.create", info.name.to_string(), detail).await;
    Ok(created(view(info)))
}

/// Writes `about.json`, and then `hub.json`, which makes the folder a data set.
async fn write(state: &AppState, new: &NewDataset, hub: &HubFile) -> Result<()> {
    let store = state.root.store(&new.location)?;
    let mut json = serde_json::to_vec_pretty(hub).map_err(|e| internal(&e))?;
    json.push(b'\n');
    if store.head(layout::HUB_FILE).await?.is_some() {
        return Err(taken(new));
    }
    match store.check_vacant().await {
        Err(hub_dataset::Error::Occupied { file, .. } | hub_dataset::Error::Remains { file, .. }) => {
            let detail = format!("the store has other files where '{}' would be, such as {file}", new.name);
            return Err(Problem::new(Kind::Conflict, detail));
        }
        other => other?,
    }
    let about = DatasetMeta {
        name: new.name.clone(),
        visibility: new.visibility,
        default_branch: new.default_branch.clone(),
        card: new.card.clone(),
        deleted: None,
    };
    hub_catalog::dataset_meta::write(&store, &about).await?;
    match hub.arbiter {
        // The catalog's row is the claim, so a plain write is enough.
        Arbiter::Catalog => store.put(layout::HUB_FILE, bytes::Bytes::from(json)).await?,
        Arbiter::Store => {
            if store.create(layout::HUB_FILE, json.into()).await? == Created::Taken {
                return Err(taken(new));
            }
        }
    }
    Ok(store.settle(layout::HUB_FILE).await?)
}

fn taken(new: &NewDataset) -> Problem {
    let detail = format!(
        "the store has files of a data set '{}' that is not in the catalog; run `hub reindex`",
        new.name
    );
    Problem::new(Kind::Conflict, detail)
}
