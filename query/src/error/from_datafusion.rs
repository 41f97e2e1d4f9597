//! Converts DataFusion's errors to this crate's, with the position that they are about.
//!
//! DataFusion keeps positions for few of its errors, so the name or text that an error is about is looked up in
//! the query's own tokens. An error of this crate that passed through DataFusion is unwrapped unchanged.

use std::sync::Arc;

use datafusion::common::{DataFusionError, SchemaError};
use hub_wordnet::ResolveError;

use super::QueryError;
use crate::sql::position::{Position, find};
use crate::table::names::ROW_POSITION;
use crate::text::{list, nearest};

/// Subqueries that are planned as joins, which are not possible everywhere: in SQL, and as DataFusion names them.
const SUBQUERIES: [(&str, &str); 4] = [
    ("IN (SELECT …)", "InSubquery("),
    ("EXISTS (SELECT …)", "Exists("),
    ("a comparison with ANY or ALL (SELECT …)", "SetComparison("),
    ("(SELECT …)", "ScalarSubquery("),
];

impl QueryError {
    /// The same error with the position of the name or text that it is about.
    fn placed(mut self, sql: &str) -> Self {
        match &mut self {
            Self::Synset { position: position @ None, source } => {
                let (ResolveError::Unknown { text, .. } | ResolveError::Ambiguous { word: text, .. }) =
                    source;
                *position = find(sql, text);
            }
            Self::NoClass { position: position @ None, name, .. } => *position = find(sql, name),
            Self::NotALabel { position: position @ None, found, .. } => {
                // `image.width` is several tokens: look for its last part.
                let last = found.rsplit('.').next().unwrap_or(found);
                *position = find(sql, found).or_else(|| find(sql, last));
            }
            _ => {}
        }
        self
    }

    /// A DataFusion error as an error about this query.
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

    /// The error of a data set that several steps of a plan share, so that it can't be moved out.
    fn shared(error: &DataFusionError) -> Option<Self> {
        let DataFusionError::External(inner) = error.find_root() else { return None };
        match inner.downcast_ref()? {
            Self::Member { dataset, source } => {
                Some(Self::Member { dataset: dataset.clone(), source: Arc::clone(source) })
            }
            _ => None,
        }
    }

    /// Reads the position from the parser's message: `… at Line: 1, Column: 8`.
    fn from_parser(text: &str, sql: &str) -> Self {
        let text = text.trim_start_matches("sql parser error: ");
        let Some((message, place)) = text.rsplit_once(" at Line: ") else {
            let nested = text.contains("recursion");
            let message = if nested { "the query is nested too deeply" } else { text };
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
                let names = valid_fields.iter().map(|c| c.name.as_str());
                let names: Vec<&str> = names.filter(|name| !name.starts_with(ROW_POSITION)).collect();
                let near = nearest(&field.name, names.iter().copied());
                let hint = if near.is_empty() {
                    format!("there are: {}", list(&names.iter().map(ToString::to_string).collect::<Vec<_>>()))
                } else {
                    format!("did you mean {}?", near.join(", "))
                };
                let message = format!("no column '{}'", field.flat_name());
                Self::Sql { message, position: find(sql, &field.name), hint: Some(hint) }
            }
            SchemaError::AmbiguousReference { field } => Self::Sql {
                message: format!("column reference '{}' is ambiguous", field.name),
                position: find(sql, &field.name),
                hint: Some(format!("qualify it with a table's name or alias: alias.{}", field.name)),
            },
            other => Self::sql(other.to_string()),
        }
    }

    /// The position is that of the first quoted name of the message that occurs in the query.
    fn from_message(text: &str, sql: &str) -> Self {
        if let Some((_, rest)) = text.split_once("Physical plan does not support logical expression ")
            && let Some((what, _)) = SUBQUERIES.iter().find(|(_, found)| rest.starts_with(found))
        {
            let why = "a sub-question of this kind is answered in WHERE, HAVING and ON only; \
                       join with it, or move it into a condition";
            return Self::Refused { what: format!("{what} in this place"), why };
        }
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
            position = quoted.filter(|n| !n.is_empty()).find_map(|name| find(sql, name));
        }
        Self::Sql { message: message.trim().to_owned(), position, hint: None }
    }
}

impl From<QueryError> for DataFusionError {
    fn from(error: QueryError) -> Self {
        Self::External(Box::new(error))
    }
}

/// Wraps an error so that it passes through DataFusion.
pub(crate) fn external(error: impl Into<QueryError>) -> DataFusionError {
    DataFusionError::External(Box::new(error.into()))
}

/// The position behind the last character.
fn end_of(sql: &str) -> Position {
    let last = sql.rsplit('\n').next().unwrap_or_default();
    let line = 1 + sql.matches('\n').count() as u64;
    Position { line, column: 1 + last.chars().count() as u64 }
}
