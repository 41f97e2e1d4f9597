//! Refuses what would be answered differently from what it says, or differently each time.
//!
//! DataFusion parses some clauses and plans the query without them (`TABLESAMPLE`), or as if they were others
//! (`EXCEPT ALL` drops every equal row, not as many as there are). A view or a filter stands for certain rows, and is
//! evaluated as often as they are read, so it has no function of chance or of time.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, ObjectName, Query, Select, SetExpr, SetOperator, SetQuantifier, TableFactor, Visit,
    visit_expressions,
};

use crate::error::QueryError;

/// Functions that give another value in the next evaluation.
const CHANGING_FUNCTIONS: [&str; 13] = [
    "uuid",
    "random",
    "rand",
    "now",
    "today",
    "current_date",
    "current_time",
    "current_timestamp",
    "localtime",
    "localtimestamp",
    "get_current_time",
    "transaction_timestamp",
    "statement_timestamp",
];

fn refused(what: &str, why: &'static str) -> QueryError {
    QueryError::Refused { what: what.to_owned(), why }
}

/// Clauses of a query that would be ignored.
pub fn of_query(query: &Query) -> Result<(), QueryError> {
    let ignored = [
        (query.for_clause.is_some(), "FOR"),
        (query.settings.is_some(), "SETTINGS"),
        (query.format_clause.is_some(), "FORMAT"),
    ];
    if let Some((_, name)) = ignored.iter().find(|(used, _)| *used) {
        return Err(refused(name, "queries don't have this clause"));
    }
    set_operations(&query.body)
}

fn set_operations(body: &SetExpr) -> Result<(), QueryError> {
    let SetExpr::SetOperation { op, set_quantifier, left, right } = body else { return Ok(()) };
    let is_all = matches!(set_quantifier, SetQuantifier::All | SetQuantifier::AllByName);
    match op {
        SetOperator::Except | SetOperator::Minus if is_all => {
            return Err(refused(
                "EXCEPT ALL",
                "it is not supported; use EXCEPT, or number equal rows with row_number() and use EXCEPT",
            ));
        }
        SetOperator::Intersect if is_all => {
            return Err(refused(
                "INTERSECT ALL",
                "it is not supported; use INTERSECT, or number equal rows with row_number() and use INTERSECT",
            ));
        }
        _ => {}
    }
    set_operations(left)?;
    set_operations(right)
}

/// Clauses of a SELECT that would be ignored.
pub fn of_select(select: &Select) -> Result<(), QueryError> {
    let ignored = [
        (select.prewhere.is_some(), "PREWHERE"),
        (!select.connect_by.is_empty(), "CONNECT BY"),
        (!select.distribute_by.is_empty(), "DISTRIBUTE BY"),
        (select.value_table_mode.is_some(), "SELECT AS STRUCT"),
        (select.exclude.is_some(), "EXCLUDE behind the columns"),
    ];
    match ignored.iter().find(|(used, _)| *used) {
        Some((_, name)) => Err(refused(name, "queries don't have this clause")),
        None => Ok(()),
    }
}

/// Clauses of a table that would be ignored.
pub fn of_table(factor: &TableFactor) -> Result<(), QueryError> {
    let sampled = match factor {
        TableFactor::Table { sample, .. } | TableFactor::Derived { sample, .. } => sample.is_some(),
        _ => false,
    };
    if sampled {
        let why = "it is not supported; for a fixed sample use a condition, such as _position % 10 = 0";
        return Err(refused("TABLESAMPLE", why));
    }
    match factor {
        TableFactor::Table { version: Some(_), .. } => {
            Err(refused("a table's version", "name the revision with the data set: NAME@REV"))
        }
        TableFactor::Table { with_ordinality: true, .. } => {
            Err(refused("WITH ORDINALITY", "queries don't have this clause"))
        }
        _ => Ok(()),
    }
}

/// Operators that would compute something else.
pub fn of_expr(expr: &Expr) -> Result<(), QueryError> {
    match expr {
        Expr::SimilarTo { .. } => Err(refused(
            "SIMILAR TO",
            "it is not supported; use LIKE, or regexp_like(text, pattern) with ^ and $ around the pattern",
        )),
        Expr::BinaryOp { op: BinaryOperator::BitwiseXor | BinaryOperator::Xor, .. } => Err(refused(
            "^",
            "it is a power in some databases and an exclusive or in others; write power(a, b), or a <> b for booleans",
        )),
        _ => Ok(()),
    }
}

/// Refuses functions of chance and time in a view or filter.
///
/// # Errors
/// [`QueryError::Refused`], with the function's name.
pub fn is_lasting(part: &impl Visit) -> Result<(), QueryError> {
    let found = visit_expressions(part, |expr: &Expr| match changing_function(expr) {
        Some(name) => ControlFlow::Break(name),
        None => ControlFlow::Continue(()),
    });
    match found {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(name) => Err(QueryError::Refused {
            what: format!("{name}() in a view or filter"),
            why: "its rows would differ from one reading to the next; write the value as a literal",
        }),
    }
}

/// Whether an expression, or a part of it, gives another value in the next evaluation.
pub fn changes(part: &impl Visit) -> bool {
    is_lasting(part).is_err()
}

fn changing_function(expr: &Expr) -> Option<String> {
    let last = |name: &ObjectName| Some(name.0.last()?.as_ident()?.value.to_lowercase());
    let name = match expr {
        Expr::Function(call) => last(&call.name)?,
        // `current_date` without parentheses.
        Expr::Identifier(name) if name.quote_style.is_none() => {
            let name = name.value.to_lowercase();
            return (name.starts_with("current_") && CHANGING_FUNCTIONS.contains(&name.as_str()))
                .then_some(name);
        }
        _ => return None,
    };
    CHANGING_FUNCTIONS.contains(&name.as_str()).then_some(name)
}
