//! The audit log: who did what to what.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Entries of the audit log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditList {
    /// The entries, newest first.
    pub entries: Vec<AuditView>,
    /// What to give as `cursor` to go on; null at the end.
    pub next: Option<String>,
}

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditView {
    /// When it was done.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub time: DateTime<Utc>,
    /// The name of the user who did it; empty for a stranger or the hub itself.
    pub actor: String,
    /// What was done, as a noun and a verb: `dataset.delete`.
    pub action: String,
    /// The name of what it was done to: a data set, namespace, user or token.
    pub target: String,
    /// What else is worth knowing; its members depend on `action`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub detail: serde_json::Value,
    /// The IP address of the caller; empty where it is not known.
    pub address: String,
}
