//! The audit log: who did what to what.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Entries of the audit log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditList {
    /// A page of entries, newest first.
    pub entries: Vec<AuditView>,
    /// Send it as `cursor` to get the next page; null on the last page.
    pub next: Option<String>,
}

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditView {
    /// Time of the action, UTC.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub time: DateTime<Utc>,
    /// The name of the user who acted; empty for an anonymous caller and for the hub itself.
    pub actor: String,
    /// What was done, as a noun and a verb: `dataset.delete`.
    pub action: String,
    /// The name of what it was done to: a data set, namespace, user or token.
    pub target: String,
    /// Further facts; the members depend on `action`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub detail: serde_json::Value,
    /// The IP address of the caller; empty if unknown.
    pub address: String,
}
