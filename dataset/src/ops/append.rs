//! Append: rows at the end.

use hub_schema::{
    AppendKey, BranchName, CommitCounts, CommitParent, ContentHash, Fragment, Operation, Schema,
};
use uuid::Uuid;

use super::append_key::NewKey;
use super::packed_rows::PackedRows;
use crate::author::Author;
use crate::commit::{AppendKeys, Change, Committed, NewState};
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::manifest::list;
use crate::read::Snapshot;

impl Dataset {
    /// Adds rows at the end of a branch. Appends of several writers all succeed.
    ///
    /// # Errors
    /// [`Error::SchemaMoved`] if the branch's columns changed since the rows were packed: pack them again.
    pub async fn append(&self, branch: &BranchName, author: &Author, rows: &PackedRows) -> Result<Committed> {
        self.commit(branch, author, &Append { dataset: self, branch, rows, once: None }).await
    }

    /// [`append`](Self::append), unless an append of that key led to the branch's head: so a caller that didn't learn
    /// whether its append succeeded can repeat it. `content` identifies the rows.
    ///
    /// # Errors
    /// [`Error::KeyTaken`] if the append of that key had other rows; the errors of [`append`](Self::append).
    pub async fn append_once(
        &self,
        branch: &BranchName,
        author: &Author,
        rows: &PackedRows,
        key: &str,
        content: ContentHash,
    ) -> Result<AppendedOnce> {
        let append = Append { dataset: self, branch, rows, once: Some((key, content)) };
        match self.commit(branch, author, &append).await? {
            Committed::New(snapshot) => Ok(AppendedOnce::New(snapshot)),
            Committed::Unchanged(Some(head)) => {
                let earlier = head.keyed_append(key).await?.map(|found| found.at);
                Ok(AppendedOnce::Before { head, earlier })
            }
            Committed::Unchanged(None) => Ok(AppendedOnce::Nothing),
        }
    }
}

/// The outcome of an append with a key.
#[derive(Clone, Debug)]
pub enum AppendedOnce {
    /// The rows were appended.
    New(Snapshot),
    /// They were appended before, or there were none.
    Before {
        /// The branch's head.
        head: Snapshot,
        /// The commit that appended them.
        earlier: Option<CommitParent>,
    },
    /// There were no rows, and the branch has no commit.
    Nothing,
}

pub(super) struct Append<'a> {
    pub dataset: &'a Dataset,
    pub branch: &'a BranchName,
    pub rows: &'a PackedRows,
    /// The key, and what identifies the rows.
    pub once: Option<(&'a str, ContentHash)>,
}

impl Append<'_> {
    /// The keys after this append; `None` if it was made before.
    async fn keys(&self, head: Option<&Snapshot>) -> Result<Option<AppendKeys>> {
        let Some((key, content)) = self.once else {
            return Ok(Some(head.map(AppendKeys::of).unwrap_or_default()));
        };
        let Some(head) = head else {
            let new = AppendKey { key: key.to_owned(), content, links: Vec::new() };
            return Ok(Some(AppendKeys { new: Some(new), before: Vec::new() }));
        };
        match head.new_key(key, content).await? {
            NewKey::New(keys) => Ok(Some(keys)),
            NewKey::Taken(earlier) if earlier.content == content => Ok(None),
            NewKey::Taken(earlier) => Err(Error::KeyTaken { key: key.to_owned(), at: Box::new(earlier.at) }),
        }
    }
}

impl Change for Append<'_> {
    async fn apply(&self, head: Option<&Snapshot>, _: Uuid) -> Result<Option<NewState>> {
        if self.rows.fragments.is_empty() {
            return Ok(None);
        }
        let Some(keys) = self.keys(head).await? else { return Ok(None) };
        self.rows.check_files(self.dataset).await?;
        let (manifests, before) = match head {
            Some(head) => (head.commit().manifests.clone(), head.commit().counts.clone()),
            None => Default::default(),
        };
        let schema = joined_schema(self.branch, head, &self.rows.schema)?;
        let mut used = self.dataset.used_ids(&manifests).await?;
        let fragments: Vec<Fragment> = self.rows.fragments.iter().map(|f| f.with_id(&mut used)).collect();
        let mut counts = list::count(&fragments);
        let added = counts.rows;
        counts.rows += before.rows;
        counts.fragments += before.fragments;
        counts.bytes += before.bytes;
        for (split, rows) in before.splits {
            *counts.splits.entry(split).or_default() += rows;
        }
        Ok(Some(NewState {
            schema,
            manifests: list::append(self.dataset.store(), manifests.into(), &fragments).await?,
            is_copy: false,
            operation: Operation::Append,
            counts: CommitCounts { added, skipped: self.rows.skipped_count, ..counts },
            skipped: self.rows.skipped.clone(),
            merged: None,
            keys,
        }))
    }
}

/// The columns of the head together with those that rows were packed for.
///
/// # Errors
/// [`Error::SchemaMoved`] if packed files would be read wrongly with them.
pub(super) fn joined_schema(branch: &BranchName, head: Option<&Snapshot>, packed: &Schema) -> Result<Schema> {
    let Some(head) = head else { return Ok(packed.clone()) };
    let joined = head.schema().union(packed)?;
    if packed.is_prefix_of(&joined) {
        return Ok(joined);
    }
    Err(Error::SchemaMoved { branch: branch.clone() })
}
