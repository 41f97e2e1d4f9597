//! One data set.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::DatasetView;
use crate::api::DatasetPath;
use crate::api::revisions::CommitView;
use crate::auth::Readable;
use crate::problem::{Kind, Result};
use crate::state::AppState;

/// A data set, with all that is said of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DatasetPage {
    #[serde(flatten)]
    dataset: DatasetView,
    /// The card: Markdown with YAML front matter.
    card: String,
    /// The head of the default branch; null where nothing was committed.
    head: Option<CommitView>,
    /// What the caller may do: `reader`, `writer` or `owner`; null where it is read because it is public.
    role: Option<String>,
}

/// A data set
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}",
    tag = "data sets",
    params(DatasetPath),
    responses((status = 200, description = "The data set", body = DatasetPage))
)]
pub async fn get(State(state): State<AppState>, Readable(set): Readable) -> Result<Json<DatasetPage>> {
    let card = state.catalog.card(set.info.uuid).await?;
    let role = set.caller.role(&state, set.info.name.namespace()).await?;
    let head = match set.snapshot(None).await {
        Ok(head) => Some(CommitView::from(&head)),
        Err(problem) if problem.kind == Kind::NotFound => None,
        Err(problem) => return Err(problem),
    };
    let mut dataset = DatasetView::from(set.info);
    if let Some(head) = &head {
        (dataset.rows, dataset.size_bytes) = (head.rows, head.size_bytes);
    }
    Ok(Json(DatasetPage { dataset, card, head, role: role.map(|role| role.to_string()) }))
}
