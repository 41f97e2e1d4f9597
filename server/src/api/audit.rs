//! The audit log: who did what to what.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use hub_catalog::{AuditFilter, AuditRecord, Role};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::Query;
use crate::auth::Caller;
use crate::problem::Result;
use crate::state::AppState;

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Of one user.
    actor: Option<String>,
    /// About a data set (`vision/mnist`), or a namespace and its data sets (`vision`).
    target: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Entries on the page, 1,000 at most; a greater number is taken as that.
    limit: Option<u32>,
}

/// Entries of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditList {
    /// The entries, newest first.
    entries: Vec<AuditView>,
    /// What to give as `cursor` to go on; null at the end.
    next: Option<String>,
}

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditView {
    /// When.
    #[schema(value_type = String, format = "date-time")]
    time: DateTime<Utc>,
    /// Who; empty for a stranger or the hub itself.
    actor: String,
    /// What: a verb on a noun, `dataset.delete`.
    action: String,
    /// To what.
    target: String,
    /// What else is worth knowing.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
    /// From where.
    address: String,
}

impl From<AuditRecord> for AuditView {
    fn from(record: AuditRecord) -> Self {
        Self {
            time: record.time,
            actor: record.actor,
            action: record.action,
            target: record.target,
            detail: record.detail,
            address: record.address,
        }
    }
}

/// The audit log
///
/// Owners of the hub see all of it, owners of a namespace what is about it.
#[utoipa::path(
    get,
    path = "/api/v1/audit",
    tag = "accounts",
    params(AuditQuery),
    responses((status = 200, description = "A page of entries", body = AuditList))
)]
pub async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Query(query): Query<AuditQuery>,
) -> Result<Json<AuditList>> {
    match query.target.as_deref().and_then(|target| target.split('/').next()) {
        Some(namespace) if caller.admin().is_err() => {
            caller.need(&state, namespace, Role::Owner).await?;
        }
        _ => {
            caller.admin()?;
        }
    }
    let filter = AuditFilter { actor: query.actor, target: query.target };
    let page = state.catalog.audit_log(&filter, query.cursor.as_deref(), query.limit.unwrap_or(100)).await?;
    Ok(Json(AuditList { entries: page.items.into_iter().map(Into::into).collect(), next: page.next }))
}
