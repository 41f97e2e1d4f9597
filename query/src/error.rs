//! What can be wrong with a query, said so that it can be put right.
//!
//! Errors of SQL carry the line and column they are about. DataFusion keeps positions for few of its errors, so
//! the name or text that an error is about is looked up in the query's own tokens.

mod from_datafusion;

use std::sync::Arc;
use std::time::Duration;

use hub_dataset::LabelIndexError;
use hub_wordnet::ResolveError;

pub(crate) use from_datafusion::external;

pub use crate::sql::position::Position;
use crate::text::list;

/// What went wrong with a query.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The SQL is wrong.
    #[error("{}{message}{}", at(*position), shown_hint(hint))]
    Sql {
        /// What is wrong.
        message: String,
        /// Where, as far as it is known.
        position: Option<Position>,
        /// How to go on.
        hint: Option<String>,
    },
    /// It would change something, or is too big to be looked at.
    #[error("{what} is refused: {why}")]
    Refused {
        /// What was asked for.
        what: String,
        /// Why it can't be.
        why: &'static str,
    },
    /// A synset that doesn't exist, or a word with several.
    #[error("{}{source}", at(*position))]
    Synset {
        /// Where.
        position: Option<Position>,
        /// The suggestions or the senses.
        source: ResolveError,
    },
    /// A class that the labels of a column don't have.
    #[error("{}column '{column}' has no class '{name}'{}", at(*position), did_you_mean(suggestions))]
    NoClass {
        /// The column.
        column: String,
        /// The class asked for.
        name: String,
        /// Where.
        position: Option<Position>,
        /// Classes of similar names.
        suggestions: Vec<String>,
    },
    /// A function of labels was given something else.
    #[error(
        "{}{function}() asks for a class label, {found} is none; class labels are: {}", at(*position), list(labels)
    )]
    NotALabel {
        /// Where.
        position: Option<Position>,
        /// The function.
        function: &'static str,
        /// What it was given.
        found: String,
        /// The labels there are.
        labels: Vec<String>,
    },
    /// The time is over.
    #[error("the question took longer than {0:?}: narrow it with WHERE or LIMIT")]
    Time(Duration),
    /// The memory is used up.
    #[error(
        "the question needs more than {bytes} bytes of memory: narrow it with WHERE or LIMIT, or sort fewer columns"
    )]
    Memory {
        /// The limit.
        bytes: usize,
    },
    /// Too many rows.
    #[error("the answer has more than {0} rows: narrow it with WHERE or LIMIT, or count instead")]
    Rows(u64),
    /// The data set can't be read.
    #[error(transparent)]
    Dataset(#[from] hub_dataset::Error),
    /// One of several data sets can't be read; the others could be asked without it.
    #[error("data set '{dataset}' can't be read")]
    Member {
        /// Its name.
        dataset: String,
        /// Why.
        source: Arc<hub_dataset::Error>,
    },
    /// The index can't answer.
    #[error(transparent)]
    Index(#[from] LabelIndexError),
    /// The answer can't be written.
    #[error("the answer can't be written")]
    Write(#[source] std::io::Error),
}

impl QueryError {
    /// Wrong SQL without a known place.
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
