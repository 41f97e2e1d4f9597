//! The errors of queries.
//!
//! Errors in SQL carry the line and column they are about. DataFusion keeps positions for few of its errors, so
//! the name or text that an error is about is looked up in the query's own tokens.

mod from_datafusion;

use std::sync::Arc;
use std::time::Duration;

use hub_dataset::LabelIndexError;
use hub_wordnet::ResolveError;

pub(crate) use from_datafusion::external;

pub use crate::sql::position::Position;
use crate::text::list;

/// Why a query failed.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The SQL is invalid.
    #[error("{}{message}{}", at(*position), shown_hint(hint))]
    Sql {
        /// What is invalid, without the position.
        message: String,
        /// Where in the query, if known.
        position: Option<Position>,
        /// A suggestion, appended to the message.
        hint: Option<String>,
    },
    /// The query does something that is not allowed, or exceeds a size limit.
    #[error("{what} is refused: {why}")]
    Refused {
        /// The statement, function or size, as the subject of the message.
        what: String,
        /// The rule that it breaks, and what is allowed instead.
        why: &'static str,
    },
    /// An unknown synset, or a word with several senses.
    #[error("{}{source}", at(*position))]
    Synset {
        /// Where in the query, if known.
        position: Option<Position>,
        /// Names similar synsets, or the senses of the word.
        source: ResolveError,
    },
    /// A class that the label column doesn't have.
    #[error("{}column '{column}' has no class '{name}'{}", at(*position), did_you_mean(suggestions))]
    NoClass {
        /// The column, or the path to a member: `objects.category`.
        column: String,
        /// The class that the query names.
        name: String,
        /// Where in the query, if known.
        position: Option<Position>,
        /// Classes with similar names.
        suggestions: Vec<String>,
    },
    /// A function of class labels was called with something else.
    #[error(
        "{}{function}() expects a class label, {found} is not one; class labels are: {}",
        at(*position),
        list(labels)
    )]
    NotALabel {
        /// Where in the query, if known.
        position: Option<Position>,
        /// The function's name.
        function: &'static str,
        /// The argument, as written.
        found: String,
        /// The label columns of the table.
        labels: Vec<String>,
    },
    /// The query exceeded [`crate::Limits::time`].
    #[error(
        "the query was canceled after the time limit of {0:?}: narrow it with WHERE or LIMIT, or use cheaper conditions"
    )]
    Time(Duration),
    /// The query exceeded [`crate::Limits::memory_bytes`].
    #[error(
        "out of memory: the query needs more than the limit of {bytes} bytes; narrow it with WHERE or LIMIT, \
         or select and sort fewer columns"
    )]
    Memory {
        /// The limit in bytes.
        bytes: usize,
    },
    /// The result exceeded [`crate::Limits::rows`].
    #[error("the result has more than the limit of {0} rows: narrow it with WHERE or LIMIT, or use count(*)")]
    Rows(u64),
    /// The data set can't be read.
    #[error(transparent)]
    Dataset(#[from] hub_dataset::Error),
    /// One of several data sets can't be read; the query can be repeated without it, see [`crate::Tables::without`].
    #[error("data set '{dataset}' can't be read")]
    Member {
        /// The data set's name.
        dataset: String,
        /// The error of reading it.
        source: Arc<hub_dataset::Error>,
    },
    /// The label index failed.
    #[error(transparent)]
    Index(#[from] LabelIndexError),
    /// The result can't be written.
    #[error("the query's result can't be written")]
    Write(#[source] std::io::Error),
}

impl QueryError {
    /// Invalid SQL without a known position.
    pub(crate) fn sql(message: impl Into<String>) -> Self {
        Self::Sql { message: message.into(), position: None, hint: None }
    }
}

fn at(position: Option<Position>) -> String {
    position.map(|p| format!("{p}: ")).unwrap_or_default()
}

fn shown_hint(hint: &Option<String>) -> String {
    hint.as_ref().map(|h| format!("; {h}")).unwrap_or_default()
}

fn did_you_mean(suggestions: &[String]) -> String {
    if suggestions.is_empty() { String::new() } else { format!("; did you mean {}?", suggestions.join(", ")) }
}
