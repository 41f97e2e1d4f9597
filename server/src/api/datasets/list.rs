//! Lists data sets.

use axum::Json;
use axum::extract::State;
use hub_catalog::{ListQuery, Sort};
use hub_schema::api::DatasetList;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::view;
use crate::api::Query;
use crate::auth::Caller;
use crate::problem::Result;
use crate::state::AppState;

/// Which data sets, in which order.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListDatasets {
    /// Words that must all occur in the name or the summary.
    q: Option<String>,
    /// Only data sets of this namespace.
    namespace: Option<String>,
    /// List deleted data sets that can be restored, instead of existing ones; false by default.
    #[serde(default)]
    deleted: bool,
    /// The order: `name` (default), `created`, `updated`, `rows` or `bytes`.
    #[param(value_type = Option<String>)]
    sort: Option<Sort>,
    /// `next` of the previous page.
    cursor: Option<String>,
    /// Data sets on the page, 50 by default and 1,000 at most; greater values are clamped.
    limit: Option<u32>,
}

/// List data sets
///
/// Lists the data sets that the caller may see.
#[utoipa::path(
    get,
    path = "/api/v1/datasets",
    tag = "data sets",
    params(ListDatasets),
    responses((status = 200, description = "A page of data sets", body = DatasetList))
)]
pub async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Query(query): Query<ListDatasets>,
) -> Result<Json<DatasetList>> {
    let wanted = ListQuery {
        search: query.q,
        namespace: query.namespace,
        deleted: query.deleted,
        sort: query.sort.unwrap_or(Sort::Name),
        cursor: query.cursor,
        limit: query.limit.unwrap_or(50),
    };
    let page = state.catalog.list_datasets(&caller.viewer(), &wanted).await?;
    Ok(Json(DatasetList { datasets: page.items.into_iter().map(view).collect(), next: page.next }))
}
