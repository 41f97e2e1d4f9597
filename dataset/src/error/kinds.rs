//! All errors.

use hub_schema::similar::listed;
use hub_schema::{BranchName, CommitParent, ContentHash, LocationError, NameError, RowId, SchemaError};

use super::conflict::Conflict;
use crate::commit::check::bad_commit::BadCommit;
use crate::ops::row_edits::EditError;
use crate::sample::build::BuildError;
use crate::sample::extract::ExtractError;

/// The result of a data set operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an arbiter of creates could not decide.
pub type ArbitrationError = Box<dyn std::error::Error + Send + Sync>;

/// Why an operation on a data set failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The location holds no `hub.json`.
    #[error("{uri}: no data set here (no hub.json)")]
    NotFound {
        /// The data set's location.
        uri: String,
    },
    /// A data set was to be created where one exists.
    #[error("{uri}: a data set already exists here")]
    Exists {
        /// The data set's location.
        uri: String,
    },
    /// A data set was to be created among other files.
    #[error(
        "{uri} holds files that are not a data set's, such as {file}; give a place that is new, empty or a data set"
    )]
    Occupied {
        /// The location.
        uri: String,
        /// One of the files, below the location.
        file: String,
    },
    /// A data set was to be created where the commits of another are, whose `hub.json` is missing.
    #[error(
        "{uri} holds files of a data set ({file}) but no hub.json: restore that file, or remove what is left with \
         `hub rm`"
    )]
    Remains {
        /// The location.
        uri: String,
        /// A commit, tag or view, below the location.
        file: String,
    },
    /// The data set was removed since it was opened.
    #[error(
        "{uri}: the data set was removed, or replaced by another, while this was being written; nothing was committed"
    )]
    Removed {
        /// The data set's location.
        uri: String,
    },
    /// A revision whose files were deleted or lost.
    #[error("revision {revision} can't be used, its files are no longer stored: {path}: {problem}")]
    NotStored {
        /// The revision, as `branch:version`.
        revision: String,
        /// A file that it needs.
        path: String,
        /// What is wrong with that file.
        problem: String,
    },
    /// Garbage collection with a short grace time where writers can't be seen.
    #[error(
        "{uri}: a grace time of {grace_secs} s could delete files of a push that is under way, which can't be seen \
         here; give {min_secs} s (a day) or more"
    )]
    GraceTooShort {
        /// The data set's location.
        uri: String,
        /// The requested grace time in seconds.
        grace_secs: u64,
        /// The shortest grace time in seconds.
        min_secs: u64,
    },
    /// The branch `main` was to be deleted.
    #[error(
        "branch '{0}' can't be deleted: every data set has it; delete the whole data set, or revert the branch"
    )]
    MainBranch(BranchName),
    /// The file was written by a newer version of this software.
    #[error("{path}: format version {found}, this version of hub reads at most {known}; upgrade hub")]
    NewerFormat {
        /// The file's path or address.
        path: String,
        /// The format version it states.
        found: u32,
        /// The newest format version that can be read.
        known: u32,
    },
    /// A create-only write overwrote a file: concurrent commits could overwrite each other.
    #[error(
        "{uri}: this store ignores conditional creates (a create-only write overwrote an existing file), so two \
         concurrent commits could both seem to succeed; use a store that honours If-None-Match, or a hub with a \
         database"
    )]
    Unconditional {
        /// The data set's location.
        uri: String,
    },
    /// The store ignores conditional creates, so a hub's database decides which of two concurrent commits succeeds.
    #[error(
        "{uri}: this store ignores conditional creates, so concurrent commits are decided in the hub's database; \
         change the data set through the hub's server (http://HOST/NAMESPACE/NAME)"
    )]
    Arbitrated {
        /// The data set's location.
        uri: String,
    },
    /// A request to the object store failed.
    #[error("{uri}/{path}: can't {action}")]
    Store {
        /// The data set's location.
        uri: String,
        /// The object's path below the location.
        path: String,
        /// What was attempted, as it follows "can't": `read it`.
        action: &'static str,
        /// The store's own error.
        #[source]
        source: object_store::Error,
    },
    /// The store can't be set up: bad options, no credentials, or a folder that can't be created.
    #[error("{uri}: the store can't be opened")]
    Open {
        /// The data set's location.
        uri: String,
        /// The store's own error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A name or a server's address: this crate opens directories and buckets only.
    #[error("{0}: expected a directory or a bucket, found a data set's name or a server's address")]
    NotAStore(String),
    /// An operation on a local file failed.
    #[error("{path}: can't {action}")]
    Io {
        /// The file's path or address.
        path: String,
        /// What was attempted, as it follows "can't": `read it`.
        action: &'static str,
        /// The operating system's error.
        #[source]
        source: std::io::Error,
    },
    /// A file is missing, or its content doesn't fit its hash, its manifest or its kind.
    #[error("{path}: damaged: {problem}; run `hub fsck` to see all damage")]
    Damaged {
        /// The file's path or address.
        path: String,
        /// What was found, and what was expected.
        problem: String,
    },
    /// A split's name is longer than a manifest stores.
    #[error(
        "split '{split}…': its name is {found} bytes long, at most {max} are allowed; give it a shorter one"
    )]
    SplitTooLong {
        /// The first characters of the name.
        split: String,
        /// The name's length in bytes.
        found: usize,
        /// The greatest length allowed, in bytes.
        max: usize,
    },
    /// The Parquet library failed to read or write a file.
    #[error("{path}: can't be read or written as Parquet")]
    Parquet {
        /// The file, or what it is for while it has no name.
        path: String,
        /// The library's own error.
        #[source]
        source: parquet::errors::ParquetError,
    },
    /// An operation on Arrow arrays failed.
    #[error("{context}")]
    Arrow {
        /// The operation, as a sentence: `rows can't be put together`.
        context: String,
        /// The library's own error.
        #[source]
        source: arrow::error::ArrowError,
    },
    /// A stored JSON file is malformed or lacks fields.
    #[error("{path}: not valid JSON of the expected form")]
    Json {
        /// The file's path or address.
        path: String,
        /// The parser's error, with line and column.
        #[source]
        source: serde_json::Error,
    },
    /// The revision is neither a branch, a tag, a version of a branch nor a commit id.
    #[error(
        "{uri}: no revision '{revision}'; branches: {}; tags: {}",
        listed(revision, branches),
        listed(revision, tags)
    )]
    NoRevision {
        /// The data set's location.
        uri: String,
        /// The requested revision.
        revision: String,
        /// The existing branches.
        branches: Vec<String>,
        /// The existing tags.
        tags: Vec<String>,
    },
    /// An abbreviated commit id that matches several commits.
    #[error("'{revision}' is a prefix of {count} commit ids; give more digits")]
    Ambiguous {
        /// The requested prefix.
        revision: String,
        /// How many commit ids begin with it.
        count: usize,
    },
    /// An operation needs the branch's head, but the branch has no commit yet.
    #[error("{uri}: branch '{branch}' has no commit yet; {}", others_or_push(others))]
    EmptyBranch {
        /// The data set's location.
        uri: String,
        /// The branch's name.
        branch: BranchName,
        /// The branches that have commits.
        others: Vec<String>,
    },
    /// A branch or tag of that name exists.
    #[error("{what} '{name}' already exists")]
    Taken {
        /// `branch` or `tag`.
        what: &'static str,
        /// The name that is taken.
        name: String,
    },
    /// Two data sets that share no commit.
    #[error("{to} is not a copy of {from}: they have no commit in common")]
    Unrelated {
        /// The location of the source.
        from: String,
        /// The location of the destination.
        to: String,
    },
    /// A copy and its source were both changed.
    #[error(
        "{to} and {from} have diverged: version {version} of branch '{branch}' is another commit in each"
    )]
    Diverged {
        /// The location of the source.
        from: String,
        /// The location of the destination.
        to: String,
        /// The branch that both changed.
        branch: BranchName,
        /// The first version that differs.
        version: u64,
    },
    /// A commit breaks a rule of the format.
    #[error("{path}: invalid commit: {problem}")]
    BadCommit {
        /// The path of the version that the commit was to become.
        path: String,
        /// The rule, where it is broken, and what was expected.
        problem: Box<BadCommit>,
    },
    /// An append of the same key had other rows.
    #[error(
        "an append with the key '{key}' was made before, with other rows: {}:{} ({}); nothing was appended",
        at.branch, at.version, at.id.short()
    )]
    KeyTaken {
        /// The append key, as the caller gave it.
        key: String,
        /// The commit of the earlier append.
        at: Box<CommitParent>,
    },
    /// Another commit was published as the version that this one was to become.
    #[error("{path} already exists: another commit came first; apply yours to it and try again")]
    CameSecond {
        /// The path of the version that both were to become.
        path: String,
    },
    /// Another commit on the branch conflicts with this one.
    #[error("branch '{branch}': {conflict}")]
    Conflict {
        /// The branch's name.
        branch: BranchName,
        /// What both of them changed.
        conflict: Conflict,
    },
    /// The columns changed while fragments were being written; the rows must be encoded again.
    #[error("branch '{branch}': its columns changed while this commit was being written; try again")]
    SchemaMoved {
        /// The branch's name.
        branch: BranchName,
    },
    /// Every attempt to commit lost against another writer.
    #[error(
        "branch '{branch}': gave up after {tries} attempts, each time another commit came first; try again when \
         fewer writers commit to it"
    )]
    Contended {
        /// The branch's name.
        branch: BranchName,
        /// The number of attempts.
        tries: u32,
    },
    /// The revision holds no row of that id; it may be deleted.
    #[error("no row {0} in this revision")]
    NoRow(RowId),
    /// A position at or beyond the revision's number of rows.
    #[error("no row {position}: this revision holds {rows} rows, counted from 0")]
    NoPosition {
        /// The requested position, counted from 0.
        position: u64,
        /// The revision's number of rows.
        rows: u64,
    },
    /// The arbiter of creates failed, so that nothing was created.
    #[error("{path}: the arbiter of creates failed")]
    Arbitration {
        /// The object that was to be created.
        path: String,
        /// The arbiter's own error.
        #[source]
        source: ArbitrationError,
    },
    /// An edit that can't be made, and why.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// Rows that can't be ordered by a column.
    #[error(
        "rows can't be ordered by '{column}', which is of type {kind}; order by a number, a class label, text, a time, \
         true or false, or the length of a list, such as {example}"
    )]
    NotOrdered {
        /// The column, or member of one, that was requested.
        column: String,
        /// Its type in words.
        kind: String,
        /// A column that rows can be ordered by.
        example: String,
    },
    /// A column whose values can't be counted as a facet.
    #[error("column '{column}' is of type {kind}, whose values aren't counted")]
    NoFacet {
        /// The column, or member of one, that was requested.
        column: String,
        /// Its type in words.
        kind: String,
    },
    /// A column without pictures that could be compared.
    #[error("column '{column}' is of type {kind}; expected encoded images or raw images of bytes")]
    NoPictures {
        /// The column's name.
        column: String,
        /// Its type in words.
        kind: String,
    },
    /// A column whose values aren't vectors.
    #[error("column '{column}' is of type {kind}; expected vectors of floats, such as an embedding")]
    NoVectors {
        /// The column's name.
        column: String,
        /// Its type in words.
        kind: String,
    },
    /// A column of more rows than are held in memory at once.
    #[error("{what} takes at most {max} rows, this revision has {found}; use a query instead")]
    TooLong {
        /// What holds a whole column: "an order", "a facet".
        what: &'static str,
        /// The greatest number of rows.
        max: u64,
        /// The number of rows found.
        found: u64,
    },
    /// The revision holds no row of that split.
    #[error("split '{split}' not found; available: {}", listed(split, known))]
    NoSplit {
        /// The requested split.
        split: String,
        /// The revision's splits.
        known: Vec<String>,
    },
    /// Columns that don't form a schema.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// An invalid name of a data set, branch or tag.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A location that can't be parsed.
    #[error(transparent)]
    Location(#[from] LocationError),
    /// A value that doesn't fit its column's type.
    #[error("column '{column}'")]
    Build {
        /// The column's name.
        column: String,
        /// The value, and what was expected.
        #[source]
        source: BuildError,
    },
    /// A stored column whose Arrow type isn't that of its feature.
    #[error("{path}")]
    Extract {
        /// The file that holds it.
        path: String,
        /// The type found, and the expected one.
        #[source]
        source: ExtractError,
    },
    /// A fragment with more rows than row ids can count, or a revision with more than label positions can.
    #[error("too many rows: found {found}, at most {max} are allowed")]
    TooManyRows {
        /// The greatest number of rows.
        max: u32,
        /// The number of rows found.
        found: usize,
    },
}

impl Error {
    /// Whether files of the data set are damaged or missing, rather than the store failing or the request being wrong.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Store { source, .. } => matches!(source, object_store::Error::NotFound { .. }),
            Self::Damaged { .. } | Self::Parquet { .. } | Self::Json { .. } | Self::Extract { .. } => true,
            _ => false,
        }
    }

    /// [`Error::Damaged`] for a file.
    pub(crate) fn damaged(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Damaged { path: path.into(), problem: problem.into() }
    }

    /// A Parquet error about a file.
    pub(crate) fn parquet(path: &str) -> impl FnOnce(parquet::errors::ParquetError) -> Self + '_ {
        move |source| Self::Parquet { path: path.to_owned(), source }
    }

    /// An Arrow error while doing something.
    pub(crate) fn arrow(context: &str) -> impl FnOnce(arrow::error::ArrowError) -> Self + '_ {
        move |source| Self::Arrow { context: context.to_owned(), source }
    }

    /// An object's hash is not its name.
    pub(crate) fn wrong_hash(path: String, found: ContentHash) -> Self {
        Self::damaged(path, format!("its BLAKE3 is {found}"))
    }
}

/// How to go on where a branch has no commit.
fn others_or_push(others: &[String]) -> String {
    match others {
        [] => "push something first".to_owned(),
        others => format!("name one that has: {}", others.join(", ")),
    }
}
