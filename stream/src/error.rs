//! Why a stream can't be built, or ends early.

use crate::cache;

/// The result of a stream.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a stream can't be built, or ends early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The data set: an unknown column or split, a damaged file, a store that failed.
    #[error(transparent)]
    Dataset(#[from] hub_dataset::Error),
    /// The filter.
    #[cfg(feature = "query")]
    #[error(transparent)]
    Filter(#[from] hub_query::QueryError),
    /// The disk cache.
    #[error(transparent)]
    Cache(#[from] cache::Error),
    /// A setting that makes no sense.
    #[error("{setting} is {found}: {expected}")]
    Setting {
        /// Which.
        setting: &'static str,
        /// Its value.
        found: u64,
        /// What it must be.
        expected: String,
    },
    /// A state that belongs to another stream.
    #[error(
        "this state can't be resumed here: it was taken with {what} {taken}, this stream has {here}; give the \
         stream the same {what}, or begin a new epoch without the state"
    )]
    State {
        /// What differs.
        what: &'static str,
        /// Its value in the state.
        taken: String,
        /// Its value here.
        here: String,
    },
    /// Columns that can't be put into a batch.
    #[error("{context}")]
    Arrow {
        /// What was tried.
        context: &'static str,
        /// Why it failed.
        #[source]
        source: arrow::error::ArrowError,
    },
    /// A batch that is longer than Arrow's 32-bit offsets reach.
    #[error(
        "column '{column}': {rows} values don't fit into one batch, which holds at most 2 GiB of text or binary \
         values of a column; set a smaller batch size"
    )]
    TooLong {
        /// The column.
        column: String,
        /// Rows of the batch.
        rows: usize,
    },
    /// Nothing is being read that the next batch waits for.
    #[error("the next batch needs chunk {chunk}, but no task loads it; please report this bug")]
    Stalled {
        /// A chunk that it waits for.
        chunk: u32,
    },
    /// A read was cancelled: its tokio runtime was shut down.
    #[error("a prefetch was cancelled: the stream's tokio runtime was shut down")]
    Cancelled(#[source] tokio::task::JoinError),
}

impl Error {
    /// An Arrow error while doing something.
    pub(crate) fn arrow(context: &'static str) -> impl FnOnce(arrow::error::ArrowError) -> Self {
        move |source| Self::Arrow { context, source }
    }
}
