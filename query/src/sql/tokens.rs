//! A query's tokens, limited in number before the query is parsed.
//!
//! The parser limits the depth of parentheses, but chains (`a + a + a …`, `UNION … UNION …`) grow trees as deep
//! as they are long, and trees are walked by recursion. So the tokens that make a tree deeper are counted here, before
//! a tree is built. Lists (`IN (1, 2, …)`) are flat, so their length is not limited.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::position::{self, MAX_QUERY_BYTES, Position};
use crate::error::QueryError;

/// The most operators (and keywords that nest like them) of a query.
pub const MAX_OPERATORS: usize = 400;

/// The longest text literal, in bytes.
const MAX_LITERAL_BYTES: usize = 16 << 10;

/// The most dots in a name: `a.b.c` has 2.
const MAX_DOTS: usize = 16;

/// The tokens of a query within the limits of this module.
pub fn limited(sql: &str) -> Result<Vec<TokenWithSpan>, QueryError> {
    if sql.len() > MAX_QUERY_BYTES {
        let what = format!("a query of {} bytes", sql.len());
        return Err(QueryError::Refused { what, why: "a query has at most 1 MiB" });
    }
    let tokens = tokenize(sql)?;
    let operators = operators(&tokens);
    if operators > MAX_OPERATORS {
        let what = format!("a query with {operators} operators");
        let why = "a query has at most 400; write `x IN (…)` for `x = … OR x = …`";
        return Err(QueryError::Refused { what, why });
    }
    let long =
        |t: &TokenWithSpan| matches!(&t.token, Token::SingleQuotedString(s) if s.len() > MAX_LITERAL_BYTES);
    if tokens.iter().any(long) {
        let what = "a text literal of more than 16 KiB".to_owned();
        return Err(QueryError::Refused { what, why: "it would be repeated in memory for every row" });
    }
    let mut dots = 0;
    for token in tokens.iter().filter(|t| !matches!(t.token, Token::Whitespace(_))) {
        match token.token {
            Token::Period => dots += 1,
            Token::Word(_) => {}
            _ => dots = 0,
        }
        if dots > MAX_DOTS {
            let what = format!("a name of more than {MAX_DOTS} parts");
            return Err(QueryError::Refused { what, why: "the members of a column don't nest that deep" });
        }
    }
    Ok(tokens)
}

/// How many tokens may make a tree deeper. The sign of a number in a list makes none deeper: a vector may have any
/// number of negative elements.
fn operators(tokens: &[TokenWithSpan]) -> usize {
    let mut tokens =
        tokens.iter().map(|t| &t.token).filter(|t| !matches!(t, Token::Whitespace(_))).peekable();
    let (mut operators, mut in_list) = (0, false);
    while let Some(token) = tokens.next() {
        let is_sign = in_list && *token == Token::Minus && matches!(tokens.peek(), Some(Token::Number(..)));
        operators += usize::from(!is_sign && deepens(token));
        in_list = matches!(token, Token::Comma | Token::LParen | Token::LBracket);
    }
    operators
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
        _ => true,
    }
}
