//! The rules that need only data in memory.

use hub_schema::Commit;

use super::bad_commit::BadCommit;
use super::{append_key, columns, fragment, limits, rows, sums};
use crate::manifest::UsedIds;
use crate::manifest::list::Manifest;

/// Checks a commit of this process, with the manifests that it has just written for it. Its history is the
/// head that it was applied to, its files are those that were just written.
pub(crate) fn made_here(commit: &Commit, written: &[Manifest], used: UsedIds) -> Result<(), BadCommit> {
    columns::check(&commit.schema)?;
    contents(commit, written, used)
}

/// Checks what a commit holds, as far as its manifests were read. `used` are the ids that the others take, as far as
/// they are known.
pub(super) fn contents(commit: &Commit, read: &[Manifest], used: UsedIds) -> Result<(), BadCommit> {
    let fragments = || read.iter().flat_map(|manifest| manifest.fragments.iter());
    append_key::check(commit)?;
    sums::check(commit, read)?;
    limits::rows(commit.counts.rows)?;
    limits::fragments(fragments())?;
    rows::check(fragments(), used)?;
    fragments().try_for_each(|fragment| fragment::check(&commit.schema, fragment))
}
