//! Regular expressions in queries: constants that compile to little.

use datafusion::logical_expr::Expr;
use regex::RegexBuilder;

use crate::error::QueryError;

/// The most bytes that a regular expression compiles to: matching a text takes time by its length times this.
const MAX_COMPILED_BYTES: usize = 1 << 20;

/// Checks the pattern of a regular expression, which must be a constant: one of each row would be compiled for each row.
///
/// # Errors
/// [`QueryError::Refused`]. An invalid pattern is left to the function that is called with it.
pub fn check(pattern: &Expr) -> Result<(), QueryError> {
    let text = match pattern {
        Expr::Literal(value, _) if value.is_null() => return Ok(()),
        Expr::Literal(value, _) => value.try_as_str().flatten(),
        Expr::Cast(cast) => return check(&cast.expr),
        Expr::TryCast(cast) => return check(&cast.expr),
        Expr::Alias(alias) => return check(&alias.expr),
        _ => None,
    };
    let Some(text) = text else {
        let why = "a regular expression is written into the query, as a text such as '^a.*z$'";
        return Err(QueryError::Refused { what: "a regular expression that is computed".to_owned(), why });
    };
    match RegexBuilder::new(text).size_limit(MAX_COMPILED_BYTES).build() {
        Err(regex::Error::CompiledTooBig(_)) => Err(QueryError::Refused {
            what: "a regular expression this large".to_owned(),
            why: "it compiles to at most 1 MiB; use smaller counts in {…} and fewer alternatives",
        }),
        _ => Ok(()),
    }
}
