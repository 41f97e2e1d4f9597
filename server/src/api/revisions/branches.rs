//! Creates and deletes branches and tags, reverts and merges branches.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use hub_schema::BranchName;
use hub_schema::api::{BranchMoved, CreateBranch, CreateTag, MergeRevision, RefView, RevertBranch};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::{Body, DatasetPath, extract::created};
use crate::auth::Writable;
use crate::problem::Result;
use crate::state::AppState;
use crate::views::branches;

/// A branch or tag in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct RefPath {
    /// The data set's namespace.
    #[allow(dead_code)]
    ns: String,
    /// The data set's name in its namespace.
    #[allow(dead_code)]
    name: String,
    /// The name of the branch or tag.
    #[serde(rename = "ref")]
    reference: String,
}

impl RefPath {
    fn name(&self) -> Result<BranchName> {
        Ok(self.reference.parse()?)
    }
}

/// Create a branch
#[utoipa::path(
    post,
    path = "/api/v1/datasets/{ns}/{name}/branches",
    tag = "revisions",
    params(DatasetPath),
    request_body = CreateBranch,
    responses((status = 201, description = "The branch", body = RefView))
)]
pub async fn create_branch(
    State(state): State<AppState>,
    Writable(set): Writable,
    Body(wanted): Body<CreateBranch>,
) -> Result<(StatusCode, Json<RefView>)> {
    branches::create(&state, &set, wanted).await.map(created)
}

/// Delete a branch
///
/// Its commits can still be named; files that only they need are removed by a garbage collection.
#[utoipa::path(
    delete,
    path = "/api/v1/datasets/{ns}/{name}/branches/{ref}",
    tag = "revisions",
    params(RefPath),
    responses((status = 204, description = "The branch was deleted"))
)]
pub async fn delete_branch(
    State(state): State<AppState>,
    Writable(set): Writable,
    Path(path): Path<RefPath>,
) -> Result<StatusCode> {
    branches::delete(&state, &set, path.name()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Create a tag
#[utoipa::path(
    post,
    path = "/api/v1/datasets/{ns}/{name}/tags",
    tag = "revisions",
    params(DatasetPath),
    request_body = CreateTag,
    responses((status = 201, description = "The tag", body = RefView))
)]
pub async fn create_tag(
    State(state): State<AppState>,
    Writable(set): Writable,
    Body(wanted): Body<CreateTag>,
) -> Result<(StatusCode, Json<RefView>)> {
    branches::create_tag(&state, &set, wanted).await.map(created)
}

/// Delete a tag
///
/// The commit stays.
#[utoipa::path(
    delete,
    path = "/api/v1/datasets/{ns}/{name}/tags/{ref}",
    tag = "revisions",
    params(RefPath),
    responses((status = 204, description = "The tag was deleted"))
)]
pub async fn delete_tag(
    State(state): State<AppState>,
    Writable(set): Writable,
    Path(path): Path<RefPath>,
) -> Result<StatusCode> {
    branches::delete_tag(&state, &set, path.name()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Bring an earlier revision back
///
/// Its rows and columns become a new commit of the branch; the commits between stay in the history.
#[utoipa::path(
    post,
    path = "/api/v1/datasets/{ns}/{name}/revert",
    tag = "revisions",
    params(DatasetPath),
    request_body = RevertBranch,
    responses((status = 200, description = "The branch's head", body = BranchMoved))
)]
pub async fn revert(
    State(state): State<AppState>,
    Writable(set): Writable,
    Body(wanted): Body<RevertBranch>,
) -> Result<Json<BranchMoved>> {
    branches::revert(&state, &set, wanted).await.map(Json)
}

/// Merge a revision into a branch
#[utoipa::path(
    post,
    path = "/api/v1/datasets/{ns}/{name}/merge",
    tag = "revisions",
    params(DatasetPath),
    request_body = MergeRevision,
    responses((status = 200, description = "The branch's head", body = BranchMoved))
)]
pub async fn merge(
    State(state): State<AppState>,
    Writable(set): Writable,
    Body(wanted): Body<MergeRevision>,
) -> Result<Json<BranchMoved>> {
    branches::merge(&state, &set, wanted).await.map(Json)
}
