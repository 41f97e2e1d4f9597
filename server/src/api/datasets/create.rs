//! Creates a data set.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use hub_catalog::{NewDataset, Role};
use hub_schema::api::{CreateDataset, DatasetView};
use serde_json::json;
use uuid::Uuid;

use super::view::view;
use crate::api::extract::created;
use crate::api::{Body, record};
use crate::auth::{Address, SignedIn};
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;
use crate::store::{finish, hub_file};
use crate::work::task::to_the_end;

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
    SignedIn(caller): SignedIn,
    address: Address,
    Body(wanted): Body<CreateDataset>,
) -> Result<(StatusCode, Json<DatasetView>)> {
    let user = caller.need(&state.catalog, wanted.name.namespace(), Role::Writer).await?.clone();
    super::update::check_card(&wanted.card)?;
    if user.admin {
        // An owner of the hub need not create the namespace first.
        state.catalog.ensure_namespace(wanted.name.namespace()).await?;
    }
    let new = NewDataset::new(Uuid::new_v4(), wanted.name);
    let new = NewDataset {
        visibility: wanted.visibility,
        card: wanted.card,
        default_branch: wanted.default_branch,
        location: state.catalog.free_location(&new.name, new.uuid).await?,
        hub: Some(hub_file(&state.root, (new.uuid, new.created)).await?),
        ..new
    };
    match state.root.store(&new.location)?.check_vacant().await {
        Err(hub_dataset::Error::Occupied { file, .. } | hub_dataset::Error::Remains { file, .. }) => {
            let detail = format!("the store has other files where '{}' would be, such as {file}", new.name);
            return Err(Problem::new(Kind::Conflict, detail));
        }
        other => other?,
    }
    to_the_end(async move {
        // The catalog first: its unique name decides between concurrent requests. If the store fails now, the name stays
        // taken, since hub.json may have been written all the same; whoever uses the data set next finishes it.
        let info = state.catalog.create_dataset(&new).await?;
        state.faults.point("created in the catalog").await;
        match finish(&state.catalog, &state.root, &info).await {
            Err(hub_catalog::Error::Taken { .. }) => {
                state.catalog.undo_create(info.uuid).await?;
                return Err(taken(&new));
            }
            finished => finished?,
        };
        state.faults.point("created in the store").await;
        let detail = json!({ "visibility": info.visibility });
        record::entry(&state, &user.name, &address.0, "dataset.create", info.name.to_string(), detail).await;
        Ok(created(view(info)))
    })
    .await
}

fn taken(new: &NewDataset) -> Problem {
    let detail = format!(
        "the store has files of a data set '{}' that is not in the catalog; run `hub reindex`",
        new.name
    );
    Problem::new(Kind::Conflict, detail)
}
