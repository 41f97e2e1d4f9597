//! Branches, tags and revisions: from a name to a commit.
//!
//! Versions of a branch are never skipped, so the newest is found from any known one by looking ahead in
//! growing steps; with a hint, which is written after each commit, one step suffices. Without a hint the folder is
//! listed. A caller that needs the newest commit itself ([`Dataset::newest_commit`]) makes three requests: the hint,
//! the commit that it names, and whether a later one exists.

use bytes::Bytes;
use futures::stream::TryStreamExt;
use hub_schema::{BranchName, Commit, CommitId, CommitParent, Operation, Revision, Tag};

use crate::dataset::{Dataset, check_format, from_json};
use crate::error::{Error, Result};
use crate::hash::hash;
use crate::layout;
use crate::read::Snapshot;

/// The newest commit of a branch, which may be the one that ended it.
#[derive(Clone, Debug)]
pub(crate) struct Newest(Snapshot);

impl Newest {
    /// The version number of the newest commit.
    pub fn version(&self) -> u64 {
        self.0.at().version
    }

    /// The branch's head; `None` if the branch was deleted.
    pub fn head(&self) -> Option<&Snapshot> {
        Some(&self.0).filter(|newest| newest.commit().operation != Operation::DeleteBranch)
    }
}

impl Dataset {
    /// The newest version of a branch; `None` if it never was.
    pub(crate) async fn head_version(&self, branch: &BranchName) -> Result<Option<u64>> {
        match self.hint(branch).await? {
            Some(hinted) if self.has_version(branch, hinted).await? => {
                self.newest_from(branch, hinted).await.map(Some)
            }
            _ => self.newest_listed(branch).await,
        }
    }

    /// The newest commit of a branch; `None` if it never was.
    pub(crate) async fn newest_commit(&self, branch: &BranchName) -> Result<Option<Newest>> {
        let hinted = self.hinted(branch).await?;
        let newest = match &hinted {
            Some((version, _)) => Some(self.newest_from(branch, *version).await?),
            None => self.newest_listed(branch).await?,
        };
        let Some(version) = newest else { return Ok(None) };
        match hinted {
            Some((hinted, json)) if hinted == version => self.as_newest(branch, version, &json).map(Some),
            _ => {
                let (id, commit) = self.commit_at(branch, version).await?;
                Ok(Some(self.newest_of(branch, version, id, commit)))
            }
        }
    }

    /// The commit of a branch that its hint names, or, without a usable hint, the newest. There may be later ones.
    pub(crate) async fn hinted_commit(&self, branch: &BranchName) -> Result<Option<Newest>> {
        let hinted = self.hinted(branch).await?;
        match hinted.map(|(version, json)| self.as_newest(branch, version, &json)) {
            Some(Ok(hinted)) => Ok(Some(hinted)),
            _ => self.newest_commit(branch).await,
        }
    }

    /// Whether a branch has a later version than this one.
    pub(crate) async fn is_outdated(&self, newest: Option<&Newest>) -> Result<bool> {
        match newest.map(|newest| newest.0.at()) {
            Some(at) => self.has_version(&at.branch, at.version + 1).await,
            None => Ok(false),
        }
    }

    /// The version that the hint names, and its commit's file; `None` if there is none.
    async fn hinted(&self, branch: &BranchName) -> Result<Option<(u64, Bytes)>> {
        // The hint is right unless a writer was killed after its commit, so the commit is read without a probe.
        let Some(version) = self.hint(branch).await? else { return Ok(None) };
        let json = self.store().get(&layout::commit(branch, version)).await?;
        Ok(json.map(|json| (version, json)))
    }

    fn as_newest(&self, branch: &BranchName, version: u64, json: &Bytes) -> Result<Newest> {
        let path = format!("{}/{}", self.store().uri(), layout::commit(branch, version));
        let (id, commit) = parse_commit(&path, json)?;
        Ok(self.newest_of(branch, version, id, commit))
    }

    fn newest_of(&self, branch: &BranchName, version: u64, id: CommitId, commit: Commit) -> Newest {
        let at = CommitParent { id, branch: branch.clone(), version };
        Newest(Snapshot::new(self.clone(), at, commit))
    }

    async fn hint(&self, branch: &BranchName) -> Result<Option<u64>> {
        let hint = self.store().get(&layout::head_hint(branch)).await?;
        Ok(hint.and_then(|hint| std::str::from_utf8(&hint).ok()?.trim().parse().ok()))
    }

    /// The newest version of a branch from one that is there.
    async fn newest_from(&self, branch: &BranchName, mut known: u64) -> Result<u64> {
        // Doubling steps while they land, then halving steps.
        let mut step = 1;
        while self.has_version(branch, known + step).await? {
            known += step;
            step *= 2;
        }
        while step > 1 {
            step /= 2;
            if self.has_version(branch, known + step).await? {
                known += step;
            }
        }
        Ok(known)
    }

    /// The newest version of a branch, which may be the one that ended it; `None` if it never was. The commit
    /// itself is not read.
    pub async fn newest(&self, branch: &BranchName) -> Result<Option<u64>> {
        self.head_version(branch).await
    }

    async fn has_version(&self, branch: &BranchName, version: u64) -> Result<bool> {
        Ok(self.store().head(&layout::commit(branch, version)).await?.is_some())
    }

    async fn newest_listed(&self, branch: &BranchName) -> Result<Option<u64>> {
        let folder = format!("{}/{branch}", layout::REFS);
        let versions = self
            .store()
            .list(&folder)
            .try_filter_map(|o| async move { Ok(layout::parse_commit(&o.path).map(|(_, version)| version)) });
        versions.try_fold(None, |newest, version| async move { Ok(newest.max(Some(version))) }).await
    }

    /// The commit of a branch and version.
    pub async fn commit_at(&self, branch: &BranchName, version: u64) -> Result<(CommitId, Commit)> {
        let path = layout::commit(branch, version);
        let Some(json) = self.store().get(&path).await? else {
            return Err(Box::pin(self.no_revision(&format!("{branch}:{version}"))).await);
        };
        parse_commit(&format!("{}/{path}", self.store().uri()), &json)
    }

    /// The head of a branch; `None` if it holds no commit, never was or was deleted.
    pub async fn head(&self, branch: &BranchName) -> Result<Option<Snapshot>> {
        Ok(self.newest_commit(branch).await?.and_then(|newest| newest.head().cloned()))
    }

    /// The head of the branch that is meant where none is named: of `main`, or of the only one where `main` has no commit.
    pub async fn default_head(&self) -> Result<Option<Snapshot>> {
        match self.by_name(BranchName::main().as_str()).await {
            Ok(head) => Ok(Some(head)),
            Err(Error::EmptyBranch { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The state that a revision names. `main` is the only branch where there is no branch of that name.
    pub async fn snapshot(&self, revision: &Revision) -> Result<Snapshot> {
        match revision {
            Revision::Version(branch, version) => {
                let (id, commit) = self.commit_at(branch, *version).await?;
                if commit.operation == Operation::DeleteBranch {
                    return Err(self.no_revision(&revision.to_string()).await);
                }
                let at = CommitParent { id, branch: branch.clone(), version: *version };
                Ok(Snapshot::new(self.clone(), at, commit))
            }
            Revision::Commit(id) => self.by_id(&id.to_string()).await,
            Revision::Named(name) => self.by_name(name).await,
        }
    }

    async fn by_name(&self, name: &str) -> Result<Snapshot> {
        if name.bytes().all(|b| b.is_ascii_digit()) {
            return self.by_id(name).await;
        }
        let branch: BranchName = name.parse()?;
        if let Some(head) = self.head(&branch).await? {
            return Ok(head);
        }
        if let Some(tag) = self.tag(&branch).await? {
            return self.at(&tag.commit).await;
        }
        if name.len() >= 8 && name.bytes().all(|b| b.is_ascii_hexdigit()) {
            return self.by_id(&name.to_ascii_lowercase()).await;
        }
        if branch == BranchName::main() {
            // Without a `main`, the only branch is what is read.
            let others = self.branches().await?;
            if let [only] = others.as_slice()
                && let Some(head) = self.head(only).await?
            {
                return Ok(head);
            }
            let others = others.iter().map(ToString::to_string).collect();
            return Err(Error::EmptyBranch { uri: self.store().uri().to_owned(), branch, others });
        }
        Err(self.no_revision(name).await)
    }

    /// The commit that a parent, a tag or a plan names.
    pub async fn at(&self, at: &CommitParent) -> Result<Snapshot> {
        let (id, commit) = self.commit_at(&at.branch, at.version).await?;
        if id != at.id {
            let path = format!("{}/{}", self.store().uri(), layout::commit(&at.branch, at.version));
            return Err(Error::wrong_hash(path, id));
        }
        Ok(Snapshot::new(self.clone(), at.clone(), commit))
    }

    async fn by_id(&self, beginning: &str) -> Result<Snapshot> {
        let mut found: Vec<(CommitParent, Commit)> = Vec::new();
        for branch in self.all_branches().await? {
            let Some(mut version) = self.head_version(&branch).await? else { continue };
            while let Some(json) = self.store().get(&layout::commit(&branch, version)).await? {
                let id = hash(&json);
                if id.to_string().starts_with(beginning) && !found.iter().any(|(at, _)| at.id == id) {
                    let (_, commit) = parse_commit(beginning, &json)?;
                    if commit.operation != Operation::DeleteBranch {
                        found.push((CommitParent { id, branch: branch.clone(), version }, commit));
                    }
                }
                let Some(before) = version.checked_sub(1) else { break };
                version = before;
            }
        }
        match found.len() {
            1 => {
                let (at, commit) = found.swap_remove(0);
                Ok(Snapshot::new(self.clone(), at, commit))
            }
            0 => Err(self.no_revision(beginning).await),
            count => Err(Error::Ambiguous { revision: beginning.to_owned(), count }),
        }
    }

    async fn no_revision(&self, revision: &str) -> Error {
        let names = |list: Result<Vec<BranchName>>| -> Vec<String> {
            list.unwrap_or_default().iter().map(ToString::to_string).collect()
        };
        Error::NoRevision {
            uri: self.store().uri().to_owned(),
            revision: revision.to_owned(),
            branches: names(self.branches().await),
            tags: names(self.tags().await),
        }
    }

    /// The folders of `refs/`: branches, deleted ones counted.
    pub(crate) async fn all_branches(&self) -> Result<Vec<BranchName>> {
        let folders = self.store().folders(layout::REFS).await?;
        let mut names: Vec<BranchName> = folders.iter().filter_map(|f| f.parse().ok()).collect();
        names.sort();
        Ok(names)
    }

    /// The branches that hold a commit, sorted.
    pub async fn branches(&self) -> Result<Vec<BranchName>> {
        let mut names = Vec::new();
        for branch in self.all_branches().await? {
            if self.head(&branch).await?.is_some() {
                names.push(branch);
            }
        }
        Ok(names)
    }

    /// The names of all tags, sorted.
    pub async fn tags(&self) -> Result<Vec<BranchName>> {
        let listed = self.store().list(layout::TAGS).try_filter_map(|o| async move {
            let name = o.path.strip_prefix("tags/").and_then(|f| f.strip_suffix(".json"));
            Ok(name.and_then(|n| n.parse::<BranchName>().ok()))
        });
        let mut names: Vec<_> = listed.try_collect().await?;
        names.sort();
        Ok(names)
    }

    /// A tag; `None` if it doesn't exist.
    pub async fn tag(&self, name: &BranchName) -> Result<Option<Tag>> {
        let path = layout::tag(name);
        let json = self.store().get(&path).await?;
        json.map(|json| from_json(&format!("{}/{path}", self.store().uri()), &json)).transpose()
    }
}

fn parse_commit(path: &str, json: &Bytes) -> Result<(CommitId, Commit)> {
    let commit: Commit = from_json(path, json)?;
    check_format(path, commit.format)?;
    Ok((hash(json), commit))
}
