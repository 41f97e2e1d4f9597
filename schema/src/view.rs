//! `views/<name>/<version>.json`: a question under a name, whose rows are handled like a data set's.
//!
//! A view keeps the commit it was asked of, so that its rows are the same for ever; asked again of a later commit
//! it gets the next version.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::commit::CommitParent;

/// One version of a view. Written once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// The format's version.
    pub format: u32,
    /// Drawn at random: tells a writer whose view it finds there after a lost answer.
    pub nonce: Uuid,
    /// The question: `SELECT columns FROM samples WHERE …`.
    pub sql: String,
    /// The commit that is asked.
    pub base: CommitParent,
    /// Who.
    pub author: String,
    /// Why.
    pub message: String,
    /// When.
    pub time: DateTime<Utc>,
}
