//! The errors of the SDK.

use hub_dataset::sample::SampleError;
use hub_schema::similar::listed;
use hub_schema::{LocationError, NameError, SchemaError, Skipped};

/// The result of an SDK call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call of the SDK failed. Errors of the crates below are passed on as they are.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Reading or writing the data set failed: its store, its files, its commits.
    #[error(transparent)]
    Dataset(#[from] hub_dataset::Error),
    /// A sample or file of a source, or of an export.
    #[error(transparent)]
    Sample(#[from] SampleError),
    /// A condition on rows, or a stream of batches.
    #[error(transparent)]
    Stream(#[from] hub_stream::Error),
    /// The embedded hub holds no data set of that name.
    #[error("data set '{name}' not found in the hub at {home}; existing data sets: {}", listed(name, known))]
    NoDataset {
        /// The name, as `namespace/name`.
        name: String,
        /// The hub's directory.
        home: String,
        /// The names of all data sets of the hub.
        known: Vec<String>,
    },
    /// A request to a server failed.
    #[error(transparent)]
    Remote(#[from] crate::remote::Error),
    /// The server has no data set of that name, or none that the caller may see.
    #[error("data set '{name}' not found at {server}, or you may not see it")]
    NotAtServer {
        /// The name, as `namespace/name`.
        name: String,
        /// The server's address.
        server: String,
        /// Whether a token was sent; without one, private data sets are not found.
        with_token: bool,
        /// The names of the data sets that the caller may see; empty where the server didn't list them.
        known: Vec<String>,
    },
    /// A bare name was pushed to a server where the caller may not write to the namespace of bare names.
    #[error(
        "at {server} you may not write to the namespace of a bare name: push to NAMESPACE/{name} instead of \
         '{name}', with a namespace that you may write to"
    )]
    NoNamespace {
        /// The name without its namespace.
        name: String,
        /// The server's address.
        server: String,
    },
    /// Neither `HUB_HOME` nor the user's home directory is known.
    #[error("the user's home directory is unknown; set HUB_HOME to the directory of the hub")]
    NoHome,
    /// The hub's directory can't be read or changed.
    #[error("{path}: can't {action}")]
    Io {
        /// The file or directory.
        path: String,
        /// The operation that failed, as `list it`.
        action: &'static str,
        /// The file system's error.
        #[source]
        source: std::io::Error,
    },
    /// The source has no samples, or all were left out.
    #[error("{source_name}: no samples found ({skipped} left out); nothing was committed{}", first(why))]
    NoSamples {
        /// The format that the source was read as.
        source_name: String,
        /// The number of samples that were left out.
        skipped: u64,
        /// The first samples that were left out, and why.
        why: Vec<Skipped>,
    },
    /// A replacing push whose rows have no labels, though the data set's have.
    #[error(
        "read as {format}, these samples have no '{column}', but the rows that this push would replace have: \
         their labels would be lost. Name the right format with --format, add the rows with --append, or push \
         to another name; nothing was committed"
    )]
    LabelsLost {
        /// The label column's name.
        column: String,
        /// The format that the source was read as.
        format: String,
    },
    /// The caller decided against replacing so many rows.
    #[error("the push would have replaced {removed} of {of} rows; nothing was committed")]
    NotConfirmed {
        /// Rows that it would have replaced.
        removed: u64,
        /// Rows of the branch.
        of: u64,
    },
    /// [`crate::push::Progress::cancel`] was called, as `hub push` does on Ctrl-C.
    #[error(
        "stopped; nothing was committed, and what was uploaded is kept: run the same push again to go on"
    )]
    Cancelled,
    /// A worker thread panicked or can't be started.
    #[error("a worker thread ended without a result: {0}")]
    Worker(String),
    /// The card is longer than a hub keeps.
    #[error("the card has {bytes} bytes; expected at most {max}")]
    CardTooLong {
        /// Its length in bytes.
        bytes: usize,
        /// The greatest length allowed, in bytes.
        max: usize,
    },
    /// A data set was to be renamed to a name that is taken.
    #[error("data set '{0}' already exists")]
    Taken(String),
    /// A text is not a location.
    #[error(transparent)]
    Location(#[from] LocationError),
    /// A text is not a data set's name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The source's columns don't fit those of the data set.
    #[error(transparent)]
    Schema(#[from] SchemaError),
}

/// The first samples that were left out, a line each.
fn first(skipped: &[Skipped]) -> String {
    skipped.iter().take(5).map(|Skipped { place, problem }| format!("\n  {place}: {problem}")).collect()
}
