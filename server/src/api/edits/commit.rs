//! Commits edits of rows.

use axum::Json;
use axum::extract::State;
use hub_schema::api::{CommitEdits, EditsCommitted};

use crate::api::{Body, DatasetPath};
use crate::auth::Writable;
use crate::problem::Result;
use crate::state::AppState;
use crate::views::edits;

/// Change rows
///
/// Labels, boxes, keypoints, numbers, texts and removals become one commit; no media file is written. If others changed
/// some of these rows since `base`, nothing is committed: the answer is `conflict`, and its `conflicts` name the rows and
/// both values. Values that are as wanted already are no change.
#[utoipa::path(
    post,
    path = "/api/v1/datasets/{ns}/{name}/edits",
    tag = "rows",
    params(DatasetPath),
    request_body = CommitEdits,
    responses((status = 200, description = "The commit", body = EditsCommitted))
)]
pub async fn edit(
    State(state): State<AppState>,
    Writable(set): Writable,
    Body(wanted): Body<CommitEdits>,
) -> Result<Json<EditsCommitted>> {
    edits::commit(&state, &set, wanted).await.map(Json)
}
