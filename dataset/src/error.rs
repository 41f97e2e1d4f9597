//! What can go wrong with a data set, each with the place it happened at.

use hub_schema::{BranchName, ContentHash, LocationError, NameError, RowId, SchemaError};

use crate::commit::check::bad_commit::BadCommit;
use crate::sample::build::BuildError;
use crate::sample::extract::ExtractError;

/// The result of a data set operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong with a data set.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no data set at the location.
    #[error("{uri}: no data set here (no hub.json)")]
    NotFound {
        /// The location.
        uri: String,
    },
    /// There is one already.
    #[error("{uri}: there is a data set here already")]
    Exists {
        /// The location.
        uri: String,
    },
    /// Written by a newer version.
    #[error("{path}: format version {found}, this hub reads up to {known}; upgrade the hub")]
    NewerFormat {
        /// The file.
        path: String,
        /// Its version.
        found: u32,
        /// The newest known here.
        known: u32,
    },
    /// The store can't tell two writers apart.
    #[error(
        "{uri}: this store ignores conditional creates (it overwrote a file that it was told to create), so \
         two writers could both believe that their commit won; use a store that honours If-None-Match, or a \
         hub with a database"
    )]
    Unconditional {
        /// The location.
        uri: String,
    },
    /// The database of a hub decides between writers here.
    #[error(
        "{uri}: this store can't decide between two writers, so the database of its hub does; change the data \
         set through the hub's server (http://HOST/NAMESPACE/NAME)"
    )]
    Arbitrated {
        /// The location.
        uri: String,
    },
    /// The store failed.
    #[error("{uri}/{path}: can't {action}")]
    Store {
        /// The location.
        uri: String,
        /// The object.
        path: String,
        /// What was tried.
        action: &'static str,
        /// Why it failed.
        #[source]
        source: object_store::Error,
    },
    /// The store's settings are wrong.
    #[error("{uri}: can't be opened")]
    Open {
        /// The location.
        uri: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A location that this crate can't open by itself.
    #[error("{0}: a name or a server's address, not a directory or bucket")]
    NotAStore(String),
    /// A local file failed.
    #[error("{path}: can't {action}")]
    Io {
        /// The file.
        path: String,
        /// What was tried.
        action: &'static str,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// A file is not what its hash or its kind says.
    #[error("{path}: damaged: {problem}; run `hub fsck` to see all damage")]
    Damaged {
        /// The file.
        path: String,
        /// What was found.
        problem: String,
    },
    /// A split's name is too long.
    #[error(
        "the split '{split}…' has a name that is {found} bytes long, at most {most} are taken; give it a shorter one"
    )]
    SplitTooLong {
        /// How it begins.
        split: String,
        /// Its length in bytes.
        found: usize,
        /// The most.
        most: usize,
    },
    /// A Parquet file can't be read or written.
    #[error("{path}: Parquet")]
    Parquet {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: parquet::errors::ParquetError,
    },
    /// Arrow refused an operation.
    #[error("{context}")]
    Arrow {
        /// What was tried.
        context: String,
        /// Why.
        #[source]
        source: arrow::error::ArrowError,
    },
    /// JSON that can't be read.
    #[error("{path}: not the JSON that was expected")]
    Json {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// No such revision.
    #[error("{uri}: no revision '{revision}'; branches: {}; tags: {}", list(branches), list(tags))]
    NoRevision {
        /// The location.
        uri: String,
        /// What was asked for.
        revision: String,
        /// The branches there are.
        branches: Vec<String>,
        /// The tags there are.
        tags: Vec<String>,
    },
    /// The beginning of a commit id that fits several.
    #[error("'{revision}' is the beginning of {count} commit ids; give more digits")]
    Ambiguous {
        /// What was asked for.
        revision: String,
        /// How many fit.
        count: usize,
    },
    /// The branch has no commit yet.
    #[error("{uri}: branch '{branch}' holds no commit yet; push something first")]
    EmptyBranch {
        /// The location.
        uri: String,
        /// The branch.
        branch: BranchName,
    },
    /// The name is taken.
    #[error("{what} '{name}' is there already")]
    Taken {
        /// Branch or tag.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// A commit breaks a rule of the format.
    #[error("{path}: the commit can't stand: {problem}")]
    BadCommit {
        /// The version that it was to become.
        path: String,
        /// The rule, where it is broken, and what was expected.
        problem: Box<BadCommit>,
    },
    /// Another commit is the version that this one was to become.
    #[error("{path} is there already: another commit came first; apply yours to it")]
    CameSecond {
        /// The version.
        path: String,
    },
    /// Somebody else's commit gets in the way.
    #[error("branch '{branch}': {conflict}")]
    Conflict {
        /// The branch.
        branch: BranchName,
        /// What clashes.
        conflict: Conflict,
    },
    /// The columns changed while fragments were being written: they must be packed anew.
    #[error("branch '{branch}': its columns changed while this was written; try again")]
    SchemaMoved {
        /// The branch.
        branch: BranchName,
    },
    /// Other writers won every time.
    #[error("branch '{branch}': {tries} other commits came first; try again when fewer write to it")]
    Contended {
        /// The branch.
        branch: BranchName,
        /// How often it was tried.
        tries: u32,
    },
    /// No such row.
    #[error("no row {0} in this revision")]
    NoRow(RowId),
    /// No such position.
    #[error("no row {position}: this revision holds {rows} rows, counted from 0")]
    NoPosition {
        /// What was asked for.
        position: u64,
        /// How many there are.
        rows: u64,
    },
    /// No such split.
    #[error("no split '{split}'; there are: {}", list(known))]
    NoSplit {
        /// What was asked for.
        split: String,
        /// The splits there are.
        known: Vec<String>,
    },
    /// Bad columns.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// A bad name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A bad location.
    #[error(transparent)]
    Location(#[from] LocationError),
    /// A value that does not fit its column.
    #[error("column '{column}'")]
    Build {
        /// The column.
        column: String,
        /// What does not fit.
        #[source]
        source: BuildError,
    },
    /// A stored column that is not what its feature says.
    #[error("{path}")]
    Extract {
        /// The file.
        path: String,
        /// What is wrong.
        #[source]
        source: ExtractError,
    },
    /// A sample that is longer than a Parquet value may be, or a fragment of too many rows.
    #[error("a fragment holds at most {most} rows, this one has {found}")]
    TooManyRows {
        /// The limit.
        most: u32,
        /// What was found.
        found: usize,
    },
}

/// What clashes between two writers or two branches.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// The branch is not where the writer found it.
    #[error(
        "it moved from version {from} to {to} ({by}) while this was written; look at it with `hub log` and \
         try again"
    )]
    Moved {
        /// Where it was.
        from: u64,
        /// Where it is.
        to: u64,
        /// What was done meanwhile.
        by: String,
    },
    /// Both changed the same values.
    #[error("both sides changed column '{column}' of row {row} and {} more rows", rows - 1)]
    Values {
        /// The column.
        column: String,
        /// The first row.
        row: RowId,
        /// How many rows.
        rows: u64,
    },
    /// One side deleted rows that the other changed.
    #[error("one side deleted row {row} that the other changed in column '{column}'")]
    DeletedAndChanged {
        /// The column.
        column: String,
        /// The first row.
        row: RowId,
    },
    /// One side compacted or overwrote fragments that the other changed.
    #[error("one side rewrote fragment {fragment} that the other changed; merge before compacting")]
    Rewritten {
        /// The fragment.
        fragment: String,
    },
    /// The columns don't go together.
    #[error("both sides changed the columns: {0}")]
    Columns(String),
    /// The two histories have nothing in common.
    #[error("the two share no commit, so there is nothing to merge on; push the rows to this branch instead")]
    Unrelated,
    /// Two fragments share an id.
    #[error("both sides added a fragment {fragment} with other rows")]
    SameId {
        /// The fragment.
        fragment: String,
    },
}

impl Error {
    /// A file that is not what it should be.
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

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
