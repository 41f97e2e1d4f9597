//! Positions in a query's text, and the first occurrence of a name or text.

use std::fmt;

use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer, TokenizerError};

use super::dialect::QueryDialect;

/// The longest query, in bytes: 1 MiB.
pub const MAX_QUERY_BYTES: usize = 1 << 20;

/// A position in a query's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: u64,
    /// The character in the line, from 1.
    pub column: u64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// The tokens of a text, with their positions.
pub fn tokenize(sql: &str) -> Result<Vec<TokenWithSpan>, TokenizerError> {
    Tokenizer::new(&QueryDialect, sql).tokenize_with_location()
}

/// The position of the first name or text literal `text` in a query; an exact match before one that ignores case.
pub fn find(sql: &str, text: &str) -> Option<Position> {
    if sql.len() > MAX_QUERY_BYTES {
        return None;
    }
    let tokens = tokenize(sql).ok()?;
    let is_it = |token: &Token, like: bool| match token {
        Token::Word(word) => word.value == text || like && word.value.eq_ignore_ascii_case(text),
        Token::SingleQuotedString(s) | Token::DoubleQuotedString(s) => {
            s == text || like && s.trim() == text.trim()
        }
        _ => false,
    };
    let found = tokens
        .iter()
        .find(|t| is_it(&t.token, false))
        .or_else(|| tokens.iter().find(|t| is_it(&t.token, true)));
    found.map(|t| Position { line: t.span.start.line, column: t.span.start.column })
}
