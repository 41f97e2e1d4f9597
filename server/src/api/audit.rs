//! Lists the audit log.

use axum::Json;
use axum::extract::State;
use hub_catalog::{AuditFilter, AuditRecord, Role};
use hub_schema::api::{AuditList, AuditView};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::Query;
use crate::auth::SignedIn;
use crate::problem::Result;
use crate::state::AppState;

/// Which entries to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Only actions of this user.
    pub(crate) actor: Option<String>,
    /// Only actions on this data set (`vision/mnist`), or this namespace and its data sets (`vision`).
    pub(crate) target: Option<String>,
    /// `next` of the previous page.
    pub(crate) cursor: Option<String>,
    /// Entries on the page, 100 by default and 1,000 at most; greater values are clamped.
    pub(crate) limit: Option<u32>,
}

fn view(record: AuditRecord) -> AuditView {
    AuditView {
        time: record.time,
        actor: record.actor,
        action: record.action,
        target: record.target,
        detail: record.detail,
        address: record.address,
    }
}

/// List the audit log
///
/// Owners of the hub may read all of it. Owners of a namespace may read the entries about it, its data sets and the user of
/// its name (with `target`), from its creation on.
#[utoipa::path(
    get,
    path = "/api/v1/audit",
    tag = "accounts",
    params(AuditQuery),
    responses((status = 200, description = "A page of entries", body = AuditList))
)]
pub async fn list(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Query(query): Query<AuditQuery>,
) -> Result<Json<AuditList>> {
    let since = match query.target.as_deref().and_then(|target| target.split('/').next()) {
        Some(namespace) if caller.admin().is_err() => {
            caller.need(&state.catalog, namespace, Role::Owner).await?;
            // A namespace that was given to another owner begins anew.
            Some(state.catalog.namespace(namespace).await?.created)
        }
        _ => {
            caller.admin()?;
            None
        }
    };
    let filter = AuditFilter { actor: query.actor, target: query.target, since };
    let page = state.catalog.audit_log(&filter, query.cursor.as_deref(), query.limit.unwrap_or(100)).await?;
    Ok(Json(AuditList { entries: page.items.into_iter().map(view).collect(), next: page.next }))
}
