//! The history of a data set, to be copied to another place: commits, branches, tags and views, byte for byte.
//!
//! Commits keep their ids, since an id is the hash of the file, and their places (branch and version), since other commits
//! name them. So a copy can be compared with its source commit by commit: it is behind it, ahead of it, or has diverged
//! ([`History::missing_in`]). What was copied is checked like what is uploaded: a source is not trusted.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use bytes::Bytes;
use futures::stream::{self, StreamExt, TryStreamExt};
use hub_schema::{
    BranchName, Commit, CommitId, CommitParent, ContentHash, ManifestRef, Operation, Tag, View,
};

use crate::commit::{Checked, Proposal};
use crate::dataset::{Dataset, from_json};
use crate::error::{Error, Result};
use crate::hash::hash;
use crate::layout;
use crate::manifest::list;
use crate::store::Created;

/// Files of the history that are read at a time.
const READERS: usize = 16;

/// A commit of a history.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its id, branch and version.
    pub at: CommitParent,
    /// Its file.
    json: Bytes,
    /// The commit; `None` where the file can't be parsed.
    commit: Option<Commit>,
    /// Whether a branch, a tag or a view leads to it. Files of other commits may have been deleted.
    pub is_reachable: bool,
}

/// The commits, tags and views of a data set.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The commits, by branch and version.
    entries: BTreeMap<(BranchName, u64), Entry>,
    tags: BTreeMap<BranchName, (Bytes, Tag)>,
    views: BTreeMap<(BranchName, u64), (Bytes, View)>,
}

/// A file that commits name.
pub type Object = (String, ContentHash, u64);

/// What a copy of a data set lacks of its source.
#[derive(Clone, Debug, Default)]
pub struct Missing {
    /// Commits, each after those that it builds on.
    pub commits: Vec<Entry>,
    tags: Vec<(BranchName, Bytes)>,
    views: Vec<(BranchName, u64, Bytes)>,
    /// Tags that name another commit in the copy, and stay as they are there.
    pub other_tags: Vec<BranchName>,
    /// The number of commits that only the copy has.
    pub own_commits: usize,
}

/// What was added to a copy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Commits, those of deleted branches among them.
    pub commits: usize,
    /// Tags that the copy lacked.
    pub tags: usize,
    /// Versions of views.
    pub views: usize,
}

impl Missing {
    /// Whether the copy has all that its source has.
    pub fn is_empty(&self) -> bool {
        self.commits.is_empty() && self.tags.is_empty() && self.views.is_empty()
    }
}

impl History {
    /// Whether nothing was ever committed.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The part of the history that leads to a commit; `None` if no version of `main` is that commit, so that a copy of
    /// the part would not have it as the head of its `main`.
    pub fn up_to(&self, at: &CommitParent) -> Option<Self> {
        let main = BranchName::main();
        let end = self.entries.values().find(|e| e.at.branch == main && e.at.id == at.id)?;
        let reached = self.reach([end.at.clone()]);
        // Versions have no gaps, so the earlier ones of each branch go along.
        let mut last: BTreeMap<BranchName, u64> = BTreeMap::new();
        for (branch, version) in reached {
            let last = last.entry(branch).or_default();
            *last = version.max(*last);
        }
        let is_in = |at: &CommitParent| last.get(&at.branch).is_some_and(|last| at.version <= *last);
        let mut part = self.clone();
        part.entries.retain(|_, entry| is_in(&entry.at));
        part.tags.retain(|_, (_, tag)| is_in(&tag.commit));
        part.views.retain(|_, (_, view)| is_in(&view.base));
        Some(part)
    }

    /// The places that commits lead to through their parents.
    fn reach(&self, from: impl IntoIterator<Item = CommitParent>) -> HashSet<(BranchName, u64)> {
        let mut reached = HashSet::new();
        let mut waiting: Vec<(BranchName, u64)> =
            from.into_iter().map(|at| (at.branch, at.version)).collect();
        while let Some(place) = waiting.pop() {
            let Some(entry) = self.entries.get(&place) else { continue };
            if reached.insert(place) {
                let parents = entry.commit.iter().flat_map(|commit| &commit.parents);
                waiting.extend(parents.map(|parent| (parent.branch.clone(), parent.version)));
            }
        }
        reached
    }

    /// Marks the commits that branches, tags and views lead to.
    fn mark_reachable(&mut self) {
        let mut heads: Vec<CommitParent> = Vec::new();
        let branches: BTreeSet<BranchName> = self.entries.keys().map(|(branch, _)| branch.clone()).collect();
        for branch in branches {
            let newest = self.entries.range((branch.clone(), 0)..=(branch, u64::MAX)).next_back();
            heads.extend(newest.map(|(_, entry)| entry.at.clone()));
        }
        heads.extend(self.tags.values().map(|(_, tag)| tag.commit.clone()));
        heads.extend(self.views.values().map(|(_, view)| view.base.clone()));
        // The commit that ends a branch has no rows of its own, and doesn't hold its parents.
        let is_end = |at: &CommitParent| {
            let entry = self.entries.get(&(at.branch.clone(), at.version));
            entry.and_then(|e| e.commit.as_ref()).is_some_and(|c| c.operation == Operation::DeleteBranch)
        };
        heads.retain(|at| !is_end(at));
        let reached = self.reach(heads);
        for (place, entry) in &mut self.entries {
            entry.is_reachable = reached.contains(place);
        }
    }

    /// What `copy` lacks of this history.
    ///
    /// # Errors
    /// [`Error::Unrelated`] if the two share no commit; [`Error::Diverged`] if a version of a branch is one commit here and
    /// another one there.
    pub fn missing_in(&self, copy: &Self, (here, there): (&str, &str)) -> Result<Missing> {
        let mut missing = Missing::default();
        let mut shared = 0;
        for (place, theirs) in &copy.entries {
            match self.entries.get(place) {
                Some(ours) if ours.at.id == theirs.at.id => shared += 1,
                Some(_) => {
                    let is_other = !copy.entries.values().any(|e| self.has(e.at.id));
                    return Err(match is_other {
                        true => Error::Unrelated { from: here.to_owned(), to: there.to_owned() },
                        false => Error::Diverged {
                            from: here.to_owned(),
                            to: there.to_owned(),
                            branch: place.0.clone(),
                            version: place.1,
                        },
                    });
                }
                None => missing.own_commits += 1,
            }
        }
        if shared == 0 && !copy.entries.is_empty() && !self.entries.is_empty() {
            return Err(Error::Unrelated { from: here.to_owned(), to: there.to_owned() });
        }
        missing.commits = self.in_order(copy);
        for (name, (json, tag)) in &self.tags {
            match copy.tags.get(name) {
                None => missing.tags.push((name.clone(), json.clone())),
                Some((_, there)) if there.commit.id != tag.commit.id => missing.other_tags.push(name.clone()),
                Some(_) => {}
            }
        }
        let views = self.views.iter().filter(|(place, _)| !copy.views.contains_key(place));
        missing.views =
            views.map(|((name, version), (json, _))| (name.clone(), *version, json.clone())).collect();
        Ok(missing)
    }

    /// Whether a commit has these rows and columns: a copy of one state has its own commit for them.
    pub fn has_state(&self, of: &Commit) -> bool {
        let commits = self.entries.values().filter_map(|entry| entry.commit.as_ref());
        commits.into_iter().any(|c| c.manifests == of.manifests && c.schema.fields == of.schema.fields)
    }

    /// Whether two histories have a commit in common.
    pub fn shares_with(&self, other: &Self) -> bool {
        let ids: HashSet<CommitId> = self.entries.values().map(|entry| entry.at.id).collect();
        other.entries.values().any(|entry| ids.contains(&entry.at.id))
    }

    /// Whether a commit is in its place in this history.
    pub fn holds(&self, at: &CommitParent) -> bool {
        self.entries.get(&place(at)).is_some_and(|entry| entry.at.id == at.id)
    }

    fn has(&self, id: CommitId) -> bool {
        self.entries.values().any(|entry| entry.at.id == id)
    }

    /// The commits that `copy` lacks, each after the version before it, after its parents, and, where it is a copy of a
    /// commit of another branch, after that one.
    fn in_order(&self, copy: &Self) -> Vec<Entry> {
        let mut done: HashSet<(BranchName, u64)> = copy.entries.keys().cloned().collect();
        let mut ids: HashSet<CommitId> = copy.entries.values().map(|entry| entry.at.id).collect();
        let mut waiting: Vec<&Entry> =
            self.entries.values().filter(|e| !done.contains(&place(&e.at))).collect();
        // Mostly the order of time is one already.
        waiting.sort_by_key(|e| (e.commit.as_ref().map(|c| c.time), e.at.version));
        let mut ordered = Vec::with_capacity(waiting.len());
        while !waiting.is_empty() {
            let before = ordered.len();
            waiting.retain(|entry| {
                let is_ready =
                    self.follows(entry, &done) && (self.is_original(entry) || ids.contains(&entry.at.id));
                if is_ready {
                    done.insert(place(&entry.at));
                    ids.insert(entry.at.id);
                    ordered.push((*entry).clone());
                }
                !is_ready
            });
            if ordered.len() == before {
                // Their parents are missing here too; the check of the first one says so.
                ordered.extend(waiting.iter().map(|entry| (*entry).clone()));
                break;
            }
        }
        ordered
    }

    /// Whether the version before a commit and its parents are there.
    fn follows(&self, entry: &Entry, done: &HashSet<(BranchName, u64)>) -> bool {
        let is_next = match entry.at.version.checked_sub(1) {
            Some(before) => done.contains(&(entry.at.branch.clone(), before)),
            None => true,
        };
        let mut parents = entry.commit.iter().flat_map(|commit| &commit.parents);
        is_next
            && parents
                .all(|parent| done.contains(&place(parent)) || !self.entries.contains_key(&place(parent)))
    }

    /// Whether a commit was made where it is, rather than copied from another branch by a fast-forward.
    fn is_original(&self, entry: &Entry) -> bool {
        let Some(commit) = &entry.commit else { return true };
        let before =
            entry.at.version.checked_sub(1).and_then(|v| self.entries.get(&(entry.at.branch.clone(), v)));
        let Some(before) = before else { return true };
        let is_end = before.commit.as_ref().is_some_and(|c| c.operation == Operation::DeleteBranch);
        let is_next = commit.parents.first().is_some_and(|parent| parent.id == before.at.id);
        is_end || is_next || matches!(commit.operation, Operation::Revert { .. })
    }
}

fn place(at: &CommitParent) -> (BranchName, u64) {
    (at.branch.clone(), at.version)
}

impl Dataset {
    /// The whole history: every commit, tag and view.
    pub async fn history(&self) -> Result<History> {
        let listed = self.store().list(layout::REFS);
        let places = listed.try_filter_map(|o| async move { Ok(layout::parse_commit(&o.path)) });
        let places: Vec<(BranchName, u64)> = places.try_collect().await?;
        let read = places.into_iter().map(|(branch, version)| {
            let store = self.store().clone();
            async move {
                let json = store.need(&layout::commit(&branch, version)).await?;
                let commit = serde_json::from_slice::<Commit>(&json).ok();
                let at = CommitParent { id: hash(&json), branch: branch.clone(), version };
                Ok::<_, Error>(((branch, version), Entry { at, json, commit, is_reachable: false }))
            }
        });
        let entries: Vec<_> =
            stream::iter(read.collect::<Vec<_>>()).buffer_unordered(READERS).try_collect::<Vec<_>>().await?;
        let mut history = History { entries: entries.into_iter().collect(), ..History::default() };
        for name in self.tags().await? {
            let path = layout::tag(&name);
            let Some(json) = self.store().get(&path).await? else { continue };
            let tag = from_json(&format!("{}/{path}", self.store().uri()), &json)?;
            history.tags.insert(name, (json, tag));
        }
        for (name, version) in self.all_views().await? {
            let path = layout::view(&name, version);
            let json = self.store().need(&path).await?;
            let view = from_json(&format!("{}/{path}", self.store().uri()), &json)?;
            history.views.insert((name, version), (json, view));
        }
        history.mark_reachable();
        Ok(history)
    }

    /// The files that commits of this data set name, each once. Of commits that nothing leads to, those that are left.
    pub async fn objects_of(&self, commits: &[Entry]) -> Result<BTreeSet<Object>> {
        let (mut certain, mut left): (HashSet<&ManifestRef>, HashSet<&ManifestRef>) = Default::default();
        for entry in commits {
            let manifests = entry.commit.iter().flat_map(|commit| &commit.manifests);
            if entry.is_reachable { &mut certain } else { &mut left }.extend(manifests);
        }
        let mut objects = BTreeSet::new();
        let lists: Vec<ManifestRef> = certain.iter().map(|m| (*m).clone()).collect();
        for (manifest, fragments) in lists.iter().zip(list::read_all(self.store(), &lists).await?) {
            objects.insert((layout::manifest(manifest.hash), manifest.hash, manifest.bytes));
            fragments.iter().for_each(|fragment| add_files(fragment, &mut objects));
        }
        for manifest in left.difference(&certain) {
            let Ok(fragments) = list::read(self.store(), manifest).await else { continue };
            let mut found =
                BTreeSet::from([(layout::manifest(manifest.hash), manifest.hash, manifest.bytes)]);
            fragments.iter().for_each(|fragment| add_files(fragment, &mut found));
            for object in found {
                if self.store().head(&object.0).await?.is_some() {
                    objects.insert(object);
                }
            }
        }
        Ok(objects)
    }

    /// Adds commits, tags and views of another data set, whose files must have been copied, in their order.
    ///
    /// # Errors
    /// [`Error::BadCommit`] with the rule that a commit breaks; [`Error::CameSecond`] if another writer was faster.
    pub async fn import(&self, missing: &Missing) -> Result<Imported> {
        let mut imported = Imported::default();
        let mut heads: BTreeMap<BranchName, u64> = BTreeMap::new();
        for entry in &missing.commits {
            self.import_commit(entry).await?;
            heads.insert(entry.at.branch.clone(), entry.at.version);
            imported.commits += 1;
        }
        for (branch, version) in heads {
            // A lost hint costs later readers a few requests.
            let _ = self.write_hint(&branch, version).await;
        }
        for (name, json) in &missing.tags {
            self.import_file(layout::tag(name), json.clone()).await?;
            imported.tags += 1;
        }
        for (name, version, json) in &missing.views {
            self.import_file(layout::view(name, *version), json.clone()).await?;
            imported.views += 1;
        }
        Ok(imported)
    }

    async fn import_commit(&self, entry: &Entry) -> Result<()> {
        let CommitParent { branch, version, .. } = &entry.at;
        // A server checks what it gets. Commits that nothing leads to may lack their files, as they do in the source.
        if !self.store().is_served() && entry.is_reachable {
            let proposal = Proposal::parse(branch, *version, &entry.json)?;
            if let Checked::There(_) = self.check_commit(proposal).await? {
                return Ok(());
            }
        }
        self.import_file(layout::commit(branch, *version), entry.json.clone()).await
    }

    async fn import_file(&self, path: String, json: Bytes) -> Result<()> {
        let created = match self.store().is_served() {
            true => self.store().create_imported(&path, json).await?,
            false => self.create_once(&path, json).await?,
        };
        match created {
            Created::Yes => self.store().settle(&path).await,
            Created::Taken => Err(Error::CameSecond { path }),
        }
    }
}

fn add_files(fragment: &hub_schema::Fragment, objects: &mut BTreeSet<Object>) {
    for file in &fragment.files {
        objects.insert((layout::data(file.hash), file.hash, file.bytes));
        objects.extend(file.blobs.iter().map(|(hash, len)| (layout::blob(*hash), *hash, *len)));
    }
}
