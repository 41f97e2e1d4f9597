//! A data set as a repository, and its revisions.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use hub_dataset::Snapshot;
use hub_dataset::assemble::{Assembled, Shard};
use hub_schema::CommitId;

use super::card;
use super::plan::Plan;
use super::refusal::Refusal;
use super::whole::{Kind, Sizes};
use crate::auth::{OpenDataset, Readable};
use crate::state::AppState;

/// Hex digits of a commit's id that these clients accept.
const SHA_DIGITS: usize = 40;

/// A commit's id as these clients know it.
pub(super) fn sha_of(id: CommitId) -> String {
    id.to_string()[..SHA_DIGITS].to_owned()
}

/// The revision that these clients request by default.
const DEFAULT_REVISION: &str = "main";

pub(super) const README: &str = "README.md";

/// A data set that the caller may read.
#[derive(Clone, Debug)]
pub struct Repo {
    pub set: OpenDataset,
    pub(super) state: AppState,
}

impl FromRequestParts<AppState> for Repo {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Refusal> {
        let Readable(set) = Readable::from_request_parts(parts, state).await.map_err(Refusal::of_repo)?;
        Ok(Self { set, state: state.clone() })
    }
}

impl Repo {
    /// A revision: a branch, a tag, `branch:version`, or a prefix of a commit id. `main` is the default branch if there is
    /// no branch of that name.
    pub async fn at(self, revision: &str) -> Result<RepoAt, Refusal> {
        let snapshot = self.snapshot(revision).await?;
        let sha = sha_of(snapshot.at().id);
        let uuid = self.set.info.uuid;
        let plan = self.state.whole_files.plan(uuid, &snapshot, Kind::Shards).await?;
        Ok(RepoAt { repo: self, snapshot, sha, plan })
    }

    pub(super) async fn snapshot(&self, revision: &str) -> Result<Snapshot, Refusal> {
        match self.set.snapshot(Some(revision)).await {
            Err(_) if revision == DEFAULT_REVISION => {
                self.set.snapshot(None).await.map_err(Refusal::of_revision)
            }
            found => found.map_err(Refusal::of_revision),
        }
    }
}

/// A revision of a data set.
#[derive(Clone, Debug)]
pub struct RepoAt {
    pub repo: Repo,
    pub snapshot: Snapshot,
    /// The first 40 hex digits of the commit's id.
    pub sha: String,
    pub plan: Arc<Plan>,
}

impl RepoAt {
    pub async fn readme(&self) -> Result<String, Refusal> {
        let card = self.repo.state.catalog.card(self.repo.set.info.uuid).await?;
        let parsed = self.repo.state.cards.get(&card).await;
        Ok(card::readme(&card, &parsed, &self.plan))
    }

    /// The address of long samples, with `{hash}` as placeholder.
    fn blob_address(&self) -> String {
        format!("hf://datasets/{}/blobs/{{hash}}/sample", self.repo.set.info.name)
    }

    pub async fn file(&self, shard: &Shard) -> Result<Assembled, Refusal> {
        Ok(self.repo.state.whole_files.file(&self.snapshot, shard, &self.blob_address()).await?)
    }

    /// Length and entity tag of a Parquet file.
    pub async fn sizes(&self, path: &str, shard: &Shard) -> Result<Sizes, Refusal> {
        let (uuid, address) = (self.repo.set.info.uuid, self.blob_address());
        Ok(self.repo.state.whole_files.sizes(uuid, &self.snapshot, (path, shard), &address).await?)
    }

    /// The refusal for a path that no file has.
    pub fn no_entry(&self, path: &str) -> Refusal {
        Refusal::no_entry(path, &self.sha)
    }
}

/// Length and entity tag of a file that is in memory.
pub(super) fn sizes_of(content: &[u8]) -> Sizes {
    let etag = blake3::hash(content).to_hex()[..SHA_DIGITS].to_owned();
    Sizes { size_bytes: content.len() as u64, etag }
}

/// The address at which the caller reaches this server: `public_url`, or else the request's `Host`.
pub(crate) fn base_url(state: &AppState, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let plain = |host: &&str| host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]_".contains(&b));
    match host.filter(plain) {
        Some(host) if state.config.public_url.is_none() => format!("http://{host}"),
        _ => state.config.base_url(),
    }
}
