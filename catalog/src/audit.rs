//! The audit log: who did what to what, from where. Entries are only ever added.
//!
//! The actor is a name, not a user's id, so that an entry outlives the user. A target is always a name that the hub
//! itself has given out (a data set's, a namespace's, a user's), since it decides who may read the entry; what a caller
//! made up, such as the name of a token, is in the detail.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::catalog::Catalog;
use crate::db::{Record, Row};
use crate::error::{Error, Result};
use crate::page::{Page, decode, page_length};
use crate::text::on_one_line;
use crate::time::now;

#[derive(Clone, Debug, Default)]
pub struct AuditEntry {
    /// The user's name; empty for an anonymous caller or the hub itself.
    pub actor: String,
    /// A verb on a noun: `dataset.delete`.
    pub action: String,
    /// What it was done to: `vision/mnist`, a user's name, a namespace; empty for the hub as a whole.
    pub target: String,
    pub detail: serde_json::Value,
    /// The IP address that the request came from.
    pub address: String,
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditRecord {
    /// Ascending with time; gaps are possible.
    pub seq: i64,
    pub time: DateTime<Utc>,
    pub actor: String,
    pub action: String,
    pub target: String,
    pub detail: serde_json::Value,
    pub address: String,
}

impl Record for AuditRecord {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            seq: row.get("seq")?,
            time: row.time("time")?,
            actor: row.get("actor")?,
            action: row.get("action")?,
            target: row.get("target")?,
            detail: row.json("detail")?,
            address: row.get("address")?,
        })
    }
}

#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    pub actor: Option<String>,
    /// About this target and, if it is a namespace, its data sets.
    pub target: Option<String>,
    /// Not older than this.
    pub since: Option<DateTime<Utc>>,
}

impl Catalog {
    pub async fn audit(&self, entry: &AuditEntry) -> Result<()> {
        let added = self
            .db
            .write(
                "INSERT INTO audit (time, actor, action, target, detail, address)
                 VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(now())
            .bind(on_one_line(&entry.actor))
            .bind(on_one_line(&entry.action))
            .bind(on_one_line(&entry.target))
            .bind(entry.detail.to_string())
            .bind(on_one_line(&entry.address))
            .run()
            .await?;
        if added == 1 { Ok(()) } else { Err(Error::not_found("audit log", "audit")) }
    }

    /// Entries, newest first, a page at a time.
    pub async fn audit_log(
        &self,
        filter: &AuditFilter,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<AuditRecord>> {
        let limit = page_length(limit);
        let before: i64 = decode(cursor)?.unwrap_or(i64::MAX);
        let entries = self
            .db
            .read(
                "SELECT seq, time, actor, action, target, detail, address FROM audit
                 WHERE seq < $1 AND ($2 IS NULL OR actor = $2)
                   AND ($3 IS NULL OR target = $3 OR (target >= $4 AND target < $5))
                   AND ($6 IS NULL OR time >= $6)
                 ORDER BY seq DESC LIMIT $7",
            )
            .bind(before)
            .bind(filter.actor.as_deref())
            .bind(filter.target.as_deref())
            // Everything below `target/`; '0' is behind '/'.
            .bind(filter.target.as_ref().map(|t| format!("{t}/")))
            .bind(filter.target.as_ref().map(|t| format!("{t}0")))
            .bind(filter.since)
            .bind(i64::from(limit) + 1)
            .all::<AuditRecord>()
            .await?;
        Ok(Page::of(entries, limit, |entry| entry.seq))
    }
}
