//! Commits, tags and the file that makes a directory a data set: JSON, as it lies in the store.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{CommitId, ContentHash};
use crate::name::BranchName;
use crate::schema::Schema;

/// `hub.json`: says that a data set is here. Written once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubFile {
    /// The format's version, see [`crate::FORMAT_VERSION`].
    pub format: u32,
    /// The data set's id, drawn at random.
    pub uuid: Uuid,
    /// When the data set was created.
    pub created: DateTime<Utc>,
    /// What decides which of two concurrent commits wins: `store` where the store supports conditional creates,
    /// `catalog` where a database must arbitrate.
    pub arbiter: Arbiter,
}

/// What decides which of two concurrent commits wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Arbiter {
    /// The store: it refuses to create a file that is there.
    Store,
    /// The catalog's database: one row a branch and version.
    Catalog,
}

/// One state of a data set: `refs/<branch>/<version>.json`. Its id is the BLAKE3 of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Commit {
    /// The format's version.
    pub format: u32,
    /// Drawn at random: a writer that lost the response recognizes its own commit by it.
    pub nonce: Uuid,
    /// None for the first, two for a merge; the first parent is the branch's own past.
    pub parents: Vec<CommitParent>,
    /// The columns of this state.
    pub schema: Schema,
    /// The manifests that list the fragments, in the order of the rows.
    pub manifests: Vec<ManifestRef>,
    /// The operation that made this state from its first parent.
    pub operation: Operation,
    /// The author's name, see [`crate::author`].
    pub author: String,
    /// The commit message; may be empty.
    pub message: String,
    /// When it was made, in UTC.
    pub time: DateTime<Utc>,
    /// Numbers of rows, fragments and bytes, and what this commit changed.
    pub counts: CommitCounts,
    /// Samples that the push left out, at most [`Skipped::LISTED`] of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Skipped>,
    /// The key that the caller gave this append.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub append_key: Option<AppendKey>,
    /// The newest appends with a key before this commit, from which all earlier ones are found. If this commit has a
    /// key, those that its own links lead to are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub append_keys: Vec<CommitParent>,
}

/// Names an earlier commit, and where its file lies.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CommitParent {
    /// The commit's id.
    pub id: CommitId,
    /// A branch that has the commit.
    pub branch: BranchName,
    /// The commit's version on that branch, from 1.
    pub version: u64,
}

/// The key of an append, by which a repetition is recognised (`hub push --append --once KEY`).
///
/// Commits with a key form a binary trie over the hashes of the keys, of which each commit holds one path: a key is
/// found, or found missing, by reading about log2(n) of n commits, and a commit holds about as many links.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppendKey {
    /// The key.
    pub key: String,
    /// Identifies the rows that were appended, in any order. Only compared.
    pub content: ContentHash,
    /// Earlier appends with other keys, the bits rising.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<KeyLink>,
}

/// An earlier append whose key has the same hash up to a bit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyLink {
    /// The first bit (0: the highest of the first byte) in which the BLAKE3 hashes of the two keys differ.
    pub bit: u8,
    /// The commit of that append.
    pub at: CommitParent,
}

impl AppendKey {
    /// Maximum length of a key in bytes.
    pub const MAX_BYTES: usize = 256;

    /// Whether a text can be a key: 1 to 256 bytes, no control characters.
    pub fn is_key(text: &str) -> bool {
        (1..=Self::MAX_BYTES).contains(&text.len()) && !text.chars().any(char::is_control)
    }
}

/// A reference to the manifest file `manifests/<hash>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ManifestRef {
    /// The BLAKE3 hash of the manifest file.
    pub hash: ContentHash,
    /// Length of the manifest file in bytes.
    pub bytes: u64,
    /// Number of fragments in it.
    pub fragments: u32,
    /// Rows in it that are not deleted.
    pub rows: u64,
}

/// The operation that a commit performed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Operation {
    /// Rows were added at the end.
    Append,
    /// The rows became exactly those of a push.
    Overwrite,
    /// Rows were deleted.
    Delete,
    /// A column was added.
    AddColumn { columns: Vec<String> },
    /// Values of a column were replaced.
    ReplaceValues { columns: Vec<String> },
    /// A column was dropped.
    DropColumn { column: String },
    /// A column was renamed.
    RenameColumn { from: String, to: String },
    /// Classes of a label column got their synsets.
    MapLabels { column: String },
    /// An earlier state came back.
    Revert { to: CommitId },
    /// Another branch was taken in.
    Merge { from: BranchName },
    /// Small fragments became big ones.
    Compact,
    /// The branch ended here; a later commit under its name begins it anew.
    DeleteBranch,
}

impl Operation {
    /// The operation in a word or two, for `hub log`.
    pub fn describe(&self) -> String {
        match self {
            Self::Append => "append".into(),
            Self::Overwrite => "overwrite".into(),
            Self::Delete => "delete rows".into(),
            Self::AddColumn { columns } => format!("add column {}", columns.join(", ")),
            Self::ReplaceValues { columns } => format!("replace values of {}", columns.join(", ")),
            Self::DropColumn { column } => format!("drop column {column}"),
            Self::RenameColumn { from, to } => format!("rename column {from} to {to}"),
            Self::MapLabels { column } => format!("map labels of {column}"),
            Self::Revert { to } => format!("revert to {}", to.short()),
            Self::Merge { from } => format!("merge {from}"),
            Self::Compact => "compact".into(),
            Self::DeleteBranch => "delete branch".into(),
        }
    }
}

/// Sums over a commit, and what it changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitCounts {
    /// Rows that are not deleted.
    pub rows: u64,
    /// Number of fragments.
    pub fragments: u64,
    /// Size of the fragments' files in bytes.
    pub bytes: u64,
    /// Rows of each split; rows without one count under the empty name.
    pub splits: BTreeMap<String, u64>,
    /// Rows that this commit added.
    pub added: u64,
    /// Rows that this commit removed.
    pub removed: u64,
    /// Rows whose values this commit replaced.
    pub changed: u64,
    /// Samples that the push left out, listed or not.
    #[serde(default)]
    pub skipped: u64,
}

/// A sample that a push with `--on-error skip` left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// The file, and the place in it.
    pub place: String,
    /// Why the sample was left out.
    pub problem: String,
}

impl Skipped {
    /// The most that a commit lists; the rest is counted.
    pub const LISTED: usize = 1000;
}

/// The file `tags/<name>.json`. It is written once and never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// The commit that the tag points to.
    pub commit: CommitParent,
    /// Who set the tag.
    pub author: String,
    /// The tag's message; may be empty.
    pub message: String,
    /// When it was made, in UTC.
    pub time: DateTime<Utc>,
}
