//! Groups of rows with the same picture.

use axum::Json;
use axum::extract::State;
use hub_schema::api::DuplicateList;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::api::{DatasetPath, Query};
use crate::auth::Readable;
use crate::problem::Result;
use crate::state::AppState;
use crate::views::review::lists::{DuplicatesOf, duplicate_list};

/// Groups on a page by default, and at most.
const GROUPS: (usize, usize) = (50, 1000);

/// When pictures are duplicates.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DuplicateKind {
    /// Their bytes are the same.
    #[default]
    Exact,
    /// They look (almost) the same, whatever their size and encoding: their 64-bit hashes differ in at most three bits.
    Near,
}

/// Which duplicates to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DuplicatesQuery {
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
    /// When pictures are duplicates: `exact` (the default) or `near`.
    #[param(inline)]
    kind: Option<DuplicateKind>,
    /// The column of images; by default the first.
    column: Option<String>,
    /// The label column that is compared; by default the first that is not in a list.
    label: Option<String>,
    /// `true` lists only groups whose labels differ.
    #[serde(default)]
    labels_differ: bool,
    /// `true` lists groups too all of whose rows were answered with `keep`.
    #[serde(default)]
    kept: bool,
    /// Skip this many groups.
    #[serde(default)]
    offset: u64,
    /// Groups on the page, 50 by default and 1,000 at most; greater values are clamped.
    limit: Option<usize>,
}

/// List rows with the same picture
///
/// The pictures of a revision are read once, in the background: until that is done, the answer says how far it is
/// (`scan`), and has no groups.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/duplicates",
    tag = "review",
    params(DatasetPath, DuplicatesQuery),
    responses((status = 200, description = "A page of groups", body = DuplicateList))
)]
pub async fn duplicates(
    State(state): State<AppState>,
    Readable(set): Readable,
    Query(query): Query<DuplicatesQuery>,
) -> Result<Json<DuplicateList>> {
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let of = DuplicatesOf {
        column: query.column.as_deref(),
        label: query.label.as_deref(),
        near: query.kind == Some(DuplicateKind::Near),
        labels_differ: query.labels_differ,
        kept: query.kept,
        page: (query.offset, query.limit.unwrap_or(GROUPS.0).clamp(1, GROUPS.1)),
    };
    duplicate_list(&state, &set, &snapshot, of).await.map(Json)
}
