//! Checks the key of an append, and the links that lead to earlier ones.

use hub_schema::{AppendKey, Commit, Operation};

use super::bad_commit::BadCommit;

/// Maximum number of appends that a commit names besides those that are linked from one another. A merge of two
/// branches that both appended with keys adds one.
const MAX_NEWEST: usize = 10_000;

/// Checks the key, and that its links rise, so that a search ends.
pub(crate) fn check(commit: &Commit) -> Result<(), BadCommit> {
    if commit.append_keys.len() > MAX_NEWEST {
        return Err(BadCommit::AppendKey("too many newest appends are named"));
    }
    let Some(key) = &commit.append_key else { return Ok(()) };
    if commit.operation != Operation::Append {
        return Err(BadCommit::AppendKey("only an append has one"));
    }
    if !AppendKey::is_key(&key.key) {
        return Err(BadCommit::AppendKey("expected 1 to 256 bytes without control characters"));
    }
    if !key.links.is_sorted_by(|a, b| a.bit < b.bit) {
        return Err(BadCommit::AppendKey("the bits of its links don't rise"));
    }
    Ok(())
}
