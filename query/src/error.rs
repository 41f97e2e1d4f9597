//! What can be wrong with a question, said so that it can be put right.
//!
//! Errors of SQL carry the line and column they are about. DataFusion keeps positions for few of its errors, so
//! the name or text that an error is about is looked up in the question's own tokens.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use datafusion::common::{DataFusionError, SchemaError};
use hub_dataset::LabelIndexError;
use hub_wordnet::ResolveError;

use crate::sql::tokens;

/// A place in a question, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: u64,
    /// The character in it.
    pub column: u64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// What went wrong with a question.
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

    /// The same error, placed where `needle` stands in the question.
    fn placed(mut self, sql: &str) -> Self {
        match &mut self {
            Self::Synset { position: position @ None, source } => {
                let (ResolveError::Unknown { text, .. } | ResolveError::Ambiguous { word: text, .. }) =
                    source;
                *position = tokens::find(sql, text);
            }
            Self::NoClass { position: position @ None, name, .. } => *position = tokens::find(sql, name),
            Self::NotALabel { position: position @ None, found, .. } => {
                // Of `image.width` the last part: the parts are tokens of their own.
                let last = found.rsplit('.').next().unwrap_or(found);
                *position = tokens::find(sql, found).or_else(|| tokens::find(sql, last));
            }
            _ => {}
        }
        self
    }

    /// The error behind one of DataFusion's, about this question.
    pub(crate) fn from_datafusion(error: DataFusionError, sql: &str) -> Self {
        match error {
            DataFusionError::External(inner) => match inner.downcast::<Self>() {
                Ok(own) => own.placed(sql),
                Err(other) => Self::sql(other.to_string()),
            },
            DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => {
                Self::from_datafusion(*inner, sql)
            }
            DataFusionError::Shared(shared) => match Arc::try_unwrap(shared) {
                Ok(inner) => Self::from_datafusion(inner, sql),
                Err(shared) => Self::shared(&shared).unwrap_or_else(|| Self::sql(shared.strip_backtrace())),
            },
            DataFusionError::ArrowError(inner, _) => match *inner {
                arrow::error::ArrowError::ExternalError(source) => match source.downcast::<DataFusionError>()
                {
                    Ok(inner) => Self::from_datafusion(*inner, sql),
                    Err(other) => Self::sql(other.to_string()),
                },
                other => Self::sql(other.to_string()),
            },
            DataFusionError::SQL(parser, _) => Self::from_parser(&parser.to_string(), sql),
            DataFusionError::SchemaError(schema, _) => Self::from_schema(&schema, sql),
            DataFusionError::Collection(mut errors) if !errors.is_empty() => {
                Self::from_datafusion(errors.swap_remove(0), sql)
            }
            other => Self::from_message(&other.strip_backtrace(), sql),
        }
    }

    /// An error that several steps of a plan wait for, where it is of a data set.
    fn shared(error: &DataFusionError) -> Option<Self> {
        let DataFusionError::External(inner) = error.find_root() else { return None };
        match inner.downcast_ref()? {
            Self::Member { dataset, source } => {
                Some(Self::Member { dataset: dataset.clone(), source: Arc::clone(source) })
            }
            _ => None,
        }
    }

    /// `… at Line: 1, Column: 8` is how the parser says it.
    fn from_parser(text: &str, sql: &str) -> Self {
        let text = text.trim_start_matches("sql parser error: ");
        let Some((message, place)) = text.rsplit_once(" at Line: ") else {
            let nested = text.contains("recursion");
            let message = if nested { "the question is nested too deeply" } else { text };
            let position = text.ends_with("found: EOF").then(|| end_of(sql));
            return Self::Sql { message: message.to_owned(), position, hint: None };
        };
        let position = place.split_once(", Column: ").and_then(|(line, column)| {
            Some(Position { line: line.parse().ok()?, column: column.parse().ok()? })
        });
        Self::Sql { message: message.to_owned(), position, hint: None }
    }

    fn from_schema(error: &SchemaError, sql: &str) -> Self {
        match error {
            SchemaError::FieldNotFound { field, valid_fields } => {
                let names: Vec<&str> = valid_fields.iter().map(|c| c.name.as_str()).collect();
                let near = nearest(&field.name, names.iter().copied());
                let hint = if near.is_empty() {
                    format!("there are: {}", list(&names.iter().map(ToString::to_string).collect::<Vec<_>>()))
                } else {
                    format!("did you mean {}?", near.join(", "))
                };
                let message = format!("no column '{}'", field.flat_name());
                Self::Sql { message, position: tokens::find(sql, &field.name), hint: Some(hint) }
            }
            SchemaError::AmbiguousReference { field } => Self::Sql {
                message: format!("'{}' may be a column of several tables", field.name),
                position: tokens::find(sql, &field.name),
                hint: Some("put the table's name and a dot in front".to_owned()),
            },
            other => Self::sql(other.to_string()),
        }
    }

    /// The place is that of the first quoted name of the message which the question has too.
    fn from_message(text: &str, sql: &str) -> Self {
        let mut message = text;
        for prefix in [
            "Error during planning: ",
            "Execution error: ",
            "This feature is not implemented: ",
            "Optimizer rule",
        ] {
            message = message.strip_prefix(prefix).unwrap_or(message);
        }
        let mut position = None;
        if text.starts_with("Error during planning") || text.starts_with("This feature") {
            let quoted = message.split(['\'', '`', '"']).skip(1).step_by(2);
            position = quoted.filter(|n| !n.is_empty()).find_map(|name| tokens::find(sql, name));
        }
        Self::Sql { message: message.trim().to_owned(), position, hint: None }
    }
}

impl From<QueryError> for DataFusionError {
    fn from(error: QueryError) -> Self {
        Self::External(Box::new(error))
    }
}

/// The place behind the last character.
fn end_of(sql: &str) -> Position {
    let last = sql.rsplit('\n').next().unwrap_or_default();
    let line = 1 + sql.matches('\n').count() as u64;
    Position { line, column: 1 + last.chars().count() as u64 }
}

/// A data set's error on its way through DataFusion.
pub(crate) fn external(error: impl Into<QueryError>) -> DataFusionError {
    DataFusionError::External(Box::new(error.into()))
}

/// The names that are most like another, at most three.
pub(crate) fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let lower = wanted.to_lowercase();
    let mut scored: Vec<(f64, &str)> = names
        .into_iter()
        .map(|name| (likeness(&lower, &name.to_lowercase()), name))
        .filter(|(score, _)| *score > 0.6)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut near: Vec<String> = Vec::new();
    for (_, name) in scored {
        if near.len() < 3 && !near.iter().any(|n| n == name) {
            near.push(name.to_owned());
        }
    }
    near
}

/// 0 to 1: letters that were swapped, or a beginning in common.
fn likeness(a: &str, b: &str) -> f64 {
    let begins = strsim::jaro_winkler(a, b);
    strsim::normalized_damerau_levenshtein(a, b).max(if begins > 0.85 { begins } else { 0.0 })
}

/// At most this many names in a message.
const LISTED: usize = 30;

/// Names in a message.
pub(crate) fn list(names: &[String]) -> String {
    match names.len() {
        0 => "none".to_owned(),
        n if n > LISTED => format!("{} and {} more", names[..LISTED].join(", "), n - LISTED),
        _ => names.join(", "),
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
