//! A query's tokens, limited in number before the query is parsed.
//!
//! The parser guards the depth of parentheses, but chains (`a + a + a …`, `UNION … UNION …`) grow trees as deep
//! as they are long, and trees are walked by recursion. So what makes a tree deeper is counted here, where
//! nothing nests yet. Long lists (`IN (1, 2, …)`) are flat and may be long.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::position::{self, MOST_BYTES, Position};
use crate::error::QueryError;

/// The most operators (and keywords that join as they do) of a query.
pub const MOST_OPERATORS: usize = 400;

/// The longest text.
const MOST_TEXT_BYTES: usize = 16 << 10;

/// The most names behind dots: `a.b.c`.
const MOST_DOTS: usize = 16;

/// The tokens of a query that is not too big.
pub fn limited(sql: &str) -> Result<Vec<TokenWithSpan>, QueryError> {
    if sql.len() > MOST_BYTES {
        let what = format!("a query of {} bytes", sql.len());
        return Err(QueryError::Refused { what, why: "at most 1 MiB is read" });
    }
    let tokens = tokenize(sql)?;
    let operators = tokens.iter().filter(|t| deepens(&t.token)).count();
    if operators > MOST_OPERATORS {
        let what = format!("a query with {operators} operators");
        let why = "at most 400 are planned; write `x IN (…)` for `x = … OR x = …`";
        return Err(QueryError::Refused { what, why });
    }
    let long =
        |t: &TokenWithSpan| matches!(&t.token, Token::SingleQuotedString(s) if s.len() > MOST_TEXT_BYTES);
    if tokens.iter().any(long) {
        let what = "a text of more than 16 KiB".to_owned();
        return Err(QueryError::Refused { what, why: "it would stand in every row" });
    }
    let mut dots = 0;
    for token in tokens.iter().filter(|t| !matches!(t.token, Token::Whitespace(_))) {
        match token.token {
            Token::Period => dots += 1,
            Token::Word(_) => {}
            _ => dots = 0,
        }
        if dots > MOST_DOTS {
            let what = format!("a name of more than {MOST_DOTS} parts");
            return Err(QueryError::Refused { what, why: "columns have fewer members" });
        }
    }
    Ok(tokens)
}

fn tokenize(sql: &str) -> Result<Vec<TokenWithSpan>, QueryError> {
    position::tokenize(sql).map_err(|e| QueryError::Sql {
        message: e.message,
        position: Some(Position { line: e.location.line, column: e.location.column }),
        hint: None,
    })
}

fn deepens(token: &Token) -> bool {
    match token {
        Token::Word(word) => matches!(
            word.keyword,
            Keyword::AND
                | Keyword::OR
                | Keyword::NOT
                | Keyword::XOR
                | Keyword::IS
                | Keyword::LIKE
                | Keyword::ILIKE
                | Keyword::BETWEEN
                | Keyword::IN
                | Keyword::UNION
                | Keyword::EXCEPT
                | Keyword::INTERSECT
                | Keyword::JOIN
                | Keyword::SELECT
                | Keyword::WITH
                | Keyword::CASE
                | Keyword::WHEN
                | Keyword::COLLATE
                | Keyword::AT
                | Keyword::OVER
        ),
        Token::Whitespace(_)
        | Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::DoubleQuotedString(_)
        | Token::Comma
        | Token::Period
        | Token::LParen
        | Token::RParen
        | Token::SemiColon
        | Token::EOF => false,
        // A negative number in a list deepens nothing, but a chain of them does; lists of them are short.
        Token::Minus => true,
        _ => true,
    }
}
