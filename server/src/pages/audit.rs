//! The audit log, for owners.

use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::{Frame, Section, Visit, page, show};
use crate::api::Query;
use crate::api::audit::{AuditQuery, list};
use crate::auth::SignedIn;
use crate::problem::Result;
use crate::state::AppState;

#[derive(Template)]
#[template(path = "audit.html")]
struct Audit {
    frame: Frame,
    actor: String,
    target: String,
    rows: Vec<AuditRow>,
    next: Option<String>,
}

struct AuditRow {
    time: String,
    exact: String,
    actor: String,
    action: String,
    target: String,
    detail: String,
    address: String,
}

/// Which entries to show.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AuditForm {
    actor: String,
    target: String,
    cursor: Option<String>,
}

pub async fn audit(
    State(state): State<AppState>,
    visit: Visit,
    signed_in: SignedIn,
    Query(form): Query<AuditForm>,
) -> Result<Response> {
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let query = AuditQuery {
        actor: given(&form.actor),
        target: given(&form.target),
        cursor: form.cursor,
        limit: Some(100),
    };
    let Json(found) = list(State(state), signed_in, Query(query)).await?;
    let row = |entry: hub_schema::api::AuditView| AuditRow {
        time: show::minute(entry.time),
        exact: show::exact(entry.time),
        detail: match &entry.detail {
            serde_json::Value::Object(members) if members.is_empty() => String::new(),
            detail => show::cut(&detail.to_string(), 300),
        },
        actor: if entry.actor.is_empty() { "nobody".to_owned() } else { entry.actor },
        action: entry.action,
        target: entry.target,
        address: entry.address,
    };
    let next = found.next.map(|cursor| {
        let pairs = [("actor", &form.actor), ("target", &form.target), ("cursor", &cursor)];
        let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
        let pairs: Vec<String> =
            pairs.map(|(key, value)| format!("{key}={}", show::encoded(value))).collect();
        format!("/audit?{}", pairs.join("&"))
    });
    page(&Audit {
        frame: visit.frame("Audit log", Section::None),
        rows: found.entries.into_iter().map(row).collect(),
        actor: form.actor,
        target: form.target,
        next,
    })
}
