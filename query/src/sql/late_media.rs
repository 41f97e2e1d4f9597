//! `ORDER BY … LIMIT` over media, in two steps: which rows, then their media.
//!
//! A sort reads all columns of all rows before it gives the first row. Ten images of a million, by their width, would
//! read a million images. So a plain query (columns of `samples`, no groups, no joins) is run for positions first,
//! and then for the columns of those rows alone, in the order that was found. Conditions are evaluated in the first
//! step only: a sub-question is about all rows, and `random()` would decide anew.

use datafusion::sql::sqlparser::ast::{Expr, LimitClause, Query, Select, SelectItem, SetExpr, Value};

use super::parse::{self, ParsedQuery};
use crate::error::QueryError;

/// A query with a greater LIMIT is run in one step.
const MAX_LATE_ROWS: u64 = 10_000;

/// The second of a query's two steps: the original query for the rows that the first found. Its condition and its
/// OFFSET are already applied. `None` for a query that has to be run as it is. The first step is the original query for
/// the positions of its rows.
pub fn split(query: &ParsedQuery) -> Result<Option<ParsedQuery>, QueryError> {
    if query.explain {
        return Ok(None);
    }
    let mut empty = parse::query("SELECT 1 FROM samples")?;
    let (mut plain, mut rows) = (query.clone(), query.clone());
    let (rows_query, plain_query, empty) = (rows.query_mut()?, plain.query_mut()?, empty.query_mut()?);
    if !is_plain(rows_query) {
        return Ok(None);
    }
    (plain_query.order_by, plain_query.limit_clause) = (None, None);
    let (Some(select), Some(empty_select)) = (select(plain_query), select(empty)) else {
        return Ok(None);
    };
    select.projection.clone_from(&empty_select.projection);
    select.selection = None;
    // Equal but for the condition: no DISTINCT, no groups, no other table.
    if plain_query != empty {
        return Ok(None);
    }
    if let SetExpr::Select(select) = rows_query.body.as_mut() {
        select.selection = None;
    }
    if let Some(LimitClause::LimitOffset { offset, .. }) = &mut rows_query.limit_clause {
        *offset = None;
    }
    Ok(Some(rows))
}

fn select(query: &mut Query) -> Option<&mut Select> {
    match query.body.as_mut() {
        SetExpr::Select(select) => Some(select),
        _ => None,
    }
}

/// Does a query select plain columns, with a small LIMIT and an ORDER BY over the table's columns?
fn is_plain(query: &Query) -> bool {
    let SetExpr::Select(select) = query.body.as_ref() else { return false };
    let small_limit = match &query.limit_clause {
        Some(LimitClause::LimitOffset { limit: Some(Expr::Value(limit)), .. }) => match &limit.value {
            Value::Number(number, _) => number.parse().is_ok_and(|n: u64| n <= MAX_LATE_ROWS),
            _ => false,
        },
        _ => false,
    };
    let is_column = |expr: &Expr| matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
    let columns = select.projection.iter().all(|item| match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => is_column(expr),
        SelectItem::Wildcard(_) => true,
        _ => false,
    });
    small_limit && columns && query.order_by.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second_step(sql: &str) -> Option<String> {
        let mut rows = split(&parse::query(sql).unwrap()).unwrap()?;
        Some(rows.query_mut().unwrap().to_string())
    }

    #[test]
    fn a_plain_query_has_two() {
        let sql = "SELECT image, label AS l FROM samples WHERE n > (SELECT avg(n) FROM samples) ORDER BY l LIMIT 5 OFFSET 2";
        let rows = "SELECT image, label AS l FROM samples ORDER BY l LIMIT 5";
        assert_eq!(second_step(sql), Some(rows.to_owned()));
    }

    #[test]
    fn others_are_run_as_they_are() {
        for sql in [
            "SELECT image FROM samples LIMIT 5",
            "SELECT image FROM samples ORDER BY label",
            "SELECT image FROM samples ORDER BY label LIMIT 20000",
            "SELECT image, n + 1 FROM samples ORDER BY 2 LIMIT 5",
            "SELECT DISTINCT image FROM samples ORDER BY label LIMIT 5",
            "SELECT label, count(*) FROM samples GROUP BY label ORDER BY label LIMIT 5",
            "SELECT a.image FROM samples a ORDER BY a.label LIMIT 5",
            "SELECT image FROM samples, samples b ORDER BY label LIMIT 5",
            "EXPLAIN SELECT image FROM samples ORDER BY label LIMIT 5",
            "WITH s AS (SELECT * FROM samples) SELECT image FROM samples ORDER BY label LIMIT 5",
        ] {
            assert_eq!(second_step(sql), None, "{sql}");
        }
    }
}
