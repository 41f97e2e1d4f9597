//! `views/<name>/<version>.json`: a stored query, whose rows can be read like a data set.
//!
//! A view keeps the commit that its query ran on, so that its rows never change; when the query is stored again for a
//! later commit, the view gets the next version.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::commit::CommitParent;

/// One version of a view. Written once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// The format's version, see [`crate::FORMAT_VERSION`].
    pub format: u32,
    /// Drawn at random: a writer that lost the response recognizes its own view by it.
    pub nonce: Uuid,
    /// The query: `SELECT columns FROM samples WHERE …`.
    pub sql: String,
    /// The commit that the query runs on.
    pub base: CommitParent,
    /// Who stored the view.
    pub author: String,
    /// The message; may be empty.
    pub message: String,
    /// When it was stored, in UTC.
    pub time: DateTime<Utc>,
}
