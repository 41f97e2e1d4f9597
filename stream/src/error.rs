//! Why a stream can't be built, or ends early.

use hub_decode::DecodeError;
use hub_schema::RowId;

use crate::cache;

/// The result of a call of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a stream can't be built, or ends early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The data set: an unknown column or split, a damaged file, a store that failed.
    #[error(transparent)]
    Dataset(#[from] hub_dataset::Error),
    /// The filter's condition can't be parsed or evaluated.
    #[cfg(feature = "query")]
    #[error(transparent)]
    Filter(#[from] hub_query::QueryError),
    /// The disk cache can't be used, or one chunk exceeds its limit.
    #[error(transparent)]
    Cache(#[from] cache::Error),
    /// A setting out of range: a size of 0, a rank or worker that is not below its count, a window with too many rows.
    #[error("{setting} is {found}: {expected}")]
    Setting {
        /// The builder's setting, as `batch_size`.
        setting: &'static str,
        /// The value that was set.
        found: u64,
        /// The valid values, in words.
        expected: String,
    },
    /// A column can't be decoded, or not so.
    #[error("column '{column}' can't be decoded: {problem}")]
    ImageColumn {
        /// The column's name.
        column: String,
        /// What is wrong, and what was expected.
        problem: String,
    },
    /// A column that can't be used as weights.
    #[error("column '{column}' can't be used for weights: {problem}")]
    Weights {
        /// The column's name.
        column: String,
        /// What is wrong, and what was expected.
        problem: String,
    },
    /// Batches can't be planned as asked: by mix, bucket or cost.
    #[error("{setting}: {problem}")]
    Plan {
        /// The builder's setting, as `bucket`.
        setting: &'static str,
        /// What is wrong, and what was expected.
        problem: String,
    },
    /// A column that can't tell the classes of rows.
    #[error("column '{column}' holds no classes: found {found}, expected class labels, text or int64")]
    LabelColumn {
        /// The column's name.
        column: String,
        /// Its type.
        found: String,
    },
    /// An image, audio file or video can't be decoded: it is damaged, or exceeds the limits.
    #[error("{dataset}: row {position} (id {id}) in {file}: column '{column}', {name}: {source}")]
    Image {
        /// The data set's location.
        dataset: String,
        /// The file that holds the row, below the location.
        file: String,
        /// The column.
        column: String,
        /// The row's position in the revision, from 0.
        position: u64,
        /// The row's permanent id.
        id: RowId,
        /// What it is called.
        name: String,
        /// What is wrong with it.
        source: DecodeError,
    },
    /// [`resume`](crate::StreamBuilder::resume) was given a state of a stream with another order or other rows.
    #[error(
        "this state can't be resumed here: it was taken with {what} {taken}, this stream has {here}; give the \
         stream the same {what}, or begin a new epoch without the state"
    )]
    State {
        /// The setting that differs, as `batch size`.
        what: &'static str,
        /// Its value in the state.
        taken: String,
        /// Its value in the stream that was to be resumed.
        here: String,
    },
    /// Arrow rejects the columns of a batch; the data or this crate is at fault, not the settings.
    #[error("{context}")]
    Arrow {
        /// The step that failed.
        context: &'static str,
        /// Arrow's error.
        #[source]
        source: arrow::error::ArrowError,
    },
    /// A batch that is longer than Arrow's 32-bit offsets reach.
    #[error(
        "column '{column}': {rows} values don't fit into one batch, which holds at most 2 GiB of text or binary \
         values of a column; set a smaller batch size"
    )]
    TooLong {
        /// The column's name.
        column: String,
        /// The batch's number of rows.
        rows: usize,
    },
    /// The next batch needs a chunk that no task loads: a bug of this crate.
    #[error("the next batch needs chunk {chunk}, but no task loads it; please report this bug")]
    Stalled {
        /// The chunk's number in the selection, from 0.
        chunk: u32,
    },
    /// A prefetch was cancelled: the tokio runtime that the stream was built in was shut down.
    #[error("a prefetch was cancelled: the stream's tokio runtime was shut down")]
    Cancelled(#[source] tokio::task::JoinError),
}

impl Error {
    /// An Arrow error while doing something.
    pub(crate) fn arrow(context: &'static str) -> impl FnOnce(arrow::error::ArrowError) -> Self {
        move |source| Self::Arrow { context, source }
    }
}
