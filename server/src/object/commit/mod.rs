//! The last step of a push: creating `refs/<branch>/<version>.json`, judged before others can see it.
//!
//! The client says what the next state is; the server believes none of it. The commit must follow the branch's
//! head ([`history`]), its author must be the caller ([`author`]), its columns must make sense ([`columns`]), no two rows
//! may have one id ([`rows`]), and every file that it adds must be there, be as long and hold what its manifest says
//! ([`files`]), and nothing may be out of all proportion ([`limits`]). What it keeps from its parents was judged when they
//! came. A file's hash is good because of how it came: nothing gets under a name in `data/`, `blobs/` or
//! `manifests/` without having been hashed on the way.
//!
//! Then the file is created, which the store refuses if there is one; where a store can't be trusted with that,
//! the catalog's database decides ([`arbiter`]). So of two committers one wins, and the other hears `taken`.

mod arbiter;
mod author;
mod columns;
mod files;
mod history;
mod limits;
mod rows;
mod tag;
mod view;

use bytes::Bytes;
use hub_dataset::{Dataset, Snapshot, layout};
use hub_schema::{BranchName, Commit, CommitParent, ContentHash, FORMAT_VERSION, Revision};

pub use arbiter::create;
pub use tag::create_tag;
pub use view::create_view;

use crate::problem::{Kind, Problem, Result};

/// How a commit ended.
#[derive(Clone, Debug)]
pub enum Landed {
    /// It is the branch's new head.
    New(Snapshot),
    /// It was there already: an earlier answer was lost.
    Before(Snapshot),
}

impl Landed {
    /// The commit.
    pub const fn snapshot(&self) -> &Snapshot {
        match self {
            Self::New(snapshot) | Self::Before(snapshot) => snapshot,
        }
    }
}

/// A commit that is refused, and why.
fn refused(why: impl Into<String>) -> Problem {
    Problem::new(Kind::BadCommit, why)
}

/// Judges the commit in `json` and makes it version `version` of a branch.
///
/// # Errors
/// [`Kind::Taken`] if that version is there; [`Kind::BadCommit`] with the reason.
pub async fn commit(
    catalog: &hub_catalog::Catalog,
    dataset: &Dataset,
    caller: &str,
    branch: &BranchName,
    version: u64,
    json: Bytes,
) -> Result<Landed> {
    let commit: Commit = serde_json::from_slice(&json)
        .map_err(|error| refused(format!("not the JSON of a commit: {error}")))?;
    if commit.format != FORMAT_VERSION {
        let found = commit.format;
        return Err(refused(format!("it has format version {found}, this server takes {FORMAT_VERSION}")));
    }
    let id = ContentHash(*blake3::hash(&json).as_bytes());
    let at = CommitParent { id, branch: branch.clone(), version };
    let path = layout::commit(branch, version);
    if let Some(there) = dataset.store().get(&path).await? {
        return match there == json {
            true => Ok(Landed::Before(dataset.at(&at).await?)),
            false => Err(taken(&path)),
        };
    }
    let parents = history::parents(dataset, branch, version, id, &commit).await?;
    if let Err(other) = author::check(&commit.author, caller) {
        // A branch may begin with a copy of what another wrote.
        dataset.snapshot(&Revision::Commit(id)).await.map_err(|_| other)?;
    }
    columns::check(&commit.schema)?;
    files::check(dataset, &commit, &parents).await?;
    if !create(catalog, dataset, &path, json).await? {
        return Err(taken(&path));
    }
    // A lost hint costs a few looks; it is no reason to call a commit failed.
    let hint = Bytes::from(version.to_string());
    if let Err(error) = dataset.store().put(&layout::head_hint(branch), hint).await {
        tracing::warn!(error = crate::problem::chain(&error), "a branch's hint could not be written");
    }
    Ok(Landed::New(dataset.at(&at).await?))
}

fn taken(path: &str) -> Problem {
    Problem::new(
        Kind::Taken,
        format!("{path} is there already: another commit came first; apply yours to it"),
    )
}
