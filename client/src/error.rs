//! What can go wrong in the SDK.

use hub_dataset::sample::SampleError;
use hub_schema::{LocationError, NameError, SchemaError, Skipped};

/// The result of an SDK call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong in the SDK.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The data set itself.
    #[error(transparent)]
    Dataset(#[from] hub_dataset::Error),
    /// A sample or file of a source, or of an export.
    #[error(transparent)]
    Sample(#[from] SampleError),
    /// A condition on rows, or a stream of batches.
    #[error(transparent)]
    Stream(#[from] hub_stream::Error),
    /// No data set of that name.
    #[error("data set '{name}' not found in the hub at {home}; existing data sets: {}", list(known))]
    NoDataset {
        /// The name.
        name: String,
        /// The hub's directory.
        home: String,
        /// The data sets there are.
        known: Vec<String>,
    },
    /// A server.
    #[error(transparent)]
    Remote(#[from] crate::remote::Error),
    /// No data set of that name at a server.
    #[error("data set '{name}' not found at {server}, or you may not see it")]
    NotAtServer {
        /// The name.
        name: String,
        /// The server.
        server: String,
        /// Was a token sent?
        with_token: bool,
    },
    /// A bare name, at a server where nobody may write to the namespace that bare names are in.
    #[error(
        "at {server} you may not write to the namespace of a bare name: push to NAMESPACE/{name} instead of \
         '{name}', with a namespace that you may write to"
    )]
    NoNamespace {
        /// The name without its namespace.
        name: String,
        /// The server.
        server: String,
    },
    /// Where the hub is can't be told.
    #[error("the user's home directory is unknown; set HUB_HOME to the directory of the hub")]
    NoHome,
    /// The hub's directory can't be read.
    #[error("{path}: can't {action}")]
    Io {
        /// The file or directory.
        path: String,
        /// What was tried.
        action: &'static str,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// The source gave nothing.
    #[error("{source_name}: no samples found ({skipped} left out); nothing was committed{}", first(why))]
    NoSamples {
        /// The source.
        source_name: String,
        /// Samples that were left out.
        skipped: u64,
        /// The first of them.
        why: Vec<Skipped>,
    },
    /// A replacing push whose rows have no labels, though the data set's have.
    #[error(
        "read as {format}, these samples have no '{column}', but the rows that this push would replace have: \
         their labels would be lost. Name the right format with --format, add the rows with --append, or push \
         to another name; nothing was committed"
    )]
    LabelsLost {
        /// The label column.
        column: String,
        /// The format of the source.
        format: String,
    },
    /// Ctrl-C, or a call of [`crate::push::Progress::cancel`].
    #[error(
        "stopped; nothing was committed, and what was uploaded is kept: run the same push again to go on"
    )]
    Cancelled,
    /// A worker thread died.
    #[error("a worker thread ended without a result: {0}")]
    Worker(String),
    /// A bad location.
    #[error(transparent)]
    Location(#[from] LocationError),
    /// A bad name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Columns that don't go together.
    #[error(transparent)]
    Schema(#[from] SchemaError),
}

/// The first samples that were left out, a line each.
fn first(skipped: &[Skipped]) -> String {
    skipped.iter().take(5).map(|Skipped { place, problem }| format!("\n  {place}: {problem}")).collect()
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
