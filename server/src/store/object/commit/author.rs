//! Is the author who they say?
//!
//! A client names the author, since a commit's id is the hash of what it sent. The server takes its own caller and
//! nobody else ([`hub_schema::author`]).

use hub_schema::author::is_attested;

use super::refused;
use crate::problem::Result;

/// Refuses another author than the caller.
pub fn check(author: &str, caller: &str) -> Result<()> {
    if is_attested(author, caller) {
        return Ok(());
    }
    let author: String = author.chars().take(200).collect();
    Err(refused(format!(
        "its author is '{author}', and you are '{caller}': write as '{caller}' or as '{author} ({caller})'"
    )))
}
