//! `ORDER BY … LIMIT` over media, in two steps: which rows, then their media.
//!
//! A sort has all columns of all rows before it gives the first. Ten pictures of a million, by their width, would
//! read a million pictures. So a plain query (columns of `samples`, no groups, no joins) is run for positions first,
//! and then again for those rows alone.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, LimitClause, Query, Select, SelectItem, SetExpr, Value, visit_expressions,
};

use super::parse::{self, ParsedQuery};
use crate::error::QueryError;
use crate::table::{DATASET, POSITION};

/// More rows than this are read in one go.
const MOST_ROWS: u64 = 10_000;

/// The two queries.
#[derive(Debug)]
pub struct LateMedia {
    /// The positions of the rows, in front of them the data set where there are several.
    pub which: ParsedQuery,
    /// What was written, for those rows alone.
    pub then: ParsedQuery,
}

/// The two steps of a query; `None` for one that has to be run as it is.
pub fn split(query: &ParsedQuery, several: bool) -> Result<Option<LateMedia>, QueryError> {
    if query.explain {
        return Ok(None);
    }
    let columns = if several { format!("{DATASET}, {POSITION}") } else { POSITION.to_owned() };
    let mut empty = parse::query(&format!("SELECT {columns} FROM samples"))?;
    let (mut which, mut then) = (query.clone(), query.clone());
    let (whole, first, empty) = (then.query_mut()?, which.query_mut()?, empty.query_mut()?);
    if !is_plain(whole) {
        return Ok(None);
    }
    let (order_by, limit) = (first.order_by.take(), first.limit_clause.take());
    let (Some(select), Some(empty_select)) = (select(first), select(empty)) else { return Ok(None) };
    select.projection.clone_from(&empty_select.projection);
    let selection = select.selection.take();
    // Nothing else is in it: no DISTINCT, no groups, no other table.
    if first != empty {
        return Ok(None);
    }
    if let SetExpr::Select(select) = first.body.as_mut() {
        select.selection = selection;
    }
    (first.order_by, first.limit_clause) = (order_by, limit);
    if let Some(LimitClause::LimitOffset { offset, .. }) = &mut whole.limit_clause {
        *offset = None;
    }
    Ok(Some(LateMedia { which, then }))
}

fn select(query: &mut Query) -> Option<&mut Select> {
    match query.body.as_mut() {
        SetExpr::Select(select) => Some(select),
        _ => None,
    }
}

/// Does a query give columns as they are, some rows in an order that the columns of the table make?
fn is_plain(query: &Query) -> bool {
    let SetExpr::Select(select) = query.body.as_ref() else { return false };
    let few = match &query.limit_clause {
        Some(LimitClause::LimitOffset { limit: Some(Expr::Value(limit)), .. }) => match &limit.value {
            Value::Number(number, _) => number.parse().is_ok_and(|n: u64| n <= MOST_ROWS),
            _ => false,
        },
        _ => false,
    };
    let is_column = |expr: &Expr| matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
    let mut aliases = Vec::new();
    let columns = select.projection.iter().all(|item| match item {
        SelectItem::UnnamedExpr(expr) => is_column(expr),
        SelectItem::ExprWithAlias { expr, alias } => {
            aliases.push(alias.value.to_lowercase());
            is_column(expr)
        }
        SelectItem::Wildcard(_) => true,
        _ => false,
    });
    // `ORDER BY 2` and `ORDER BY alias` speak of what is given.
    let of_given = visit_expressions(&query.order_by, |expr: &Expr| match expr {
        Expr::Value(_) => ControlFlow::Break(()),
        Expr::Identifier(name) if aliases.contains(&name.value.to_lowercase()) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    few && columns && query.order_by.is_some() && of_given.is_continue()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(sql: &str) -> Option<(String, String)> {
        let mut steps = split(&parse::query(sql).unwrap(), false).unwrap()?;
        let text = |query: &mut ParsedQuery| query.query_mut().unwrap().to_string();
        Some((text(&mut steps.which), text(&mut steps.then)))
    }

    #[test]
    fn a_plain_query_has_two() {
        let sql = "SELECT image, label AS l FROM samples WHERE label = 'cat' ORDER BY image.width DESC LIMIT 5 OFFSET 2";
        let which =
            "SELECT _position FROM samples WHERE label = 'cat' ORDER BY image.width DESC LIMIT 5 OFFSET 2";
        let then =
            "SELECT image, label AS l FROM samples WHERE label = 'cat' ORDER BY image.width DESC LIMIT 5";
        assert_eq!(steps(sql), Some((which.to_owned(), then.to_owned())));
    }

    #[test]
    fn others_are_run_as_they_are() {
        for sql in [
            "SELECT image FROM samples LIMIT 5",
            "SELECT image FROM samples ORDER BY label",
            "SELECT image FROM samples ORDER BY label LIMIT 20000",
            "SELECT image, score AS s FROM samples ORDER BY s LIMIT 5",
            "SELECT image, score FROM samples ORDER BY 2 LIMIT 5",
            "SELECT DISTINCT image FROM samples ORDER BY label LIMIT 5",
            "SELECT label, count(*) FROM samples GROUP BY label ORDER BY label LIMIT 5",
            "SELECT a.image FROM samples a ORDER BY a.label LIMIT 5",
            "SELECT image FROM samples, samples b ORDER BY label LIMIT 5",
            "EXPLAIN SELECT image FROM samples ORDER BY label LIMIT 5",
            "WITH s AS (SELECT * FROM samples) SELECT image FROM samples ORDER BY label LIMIT 5",
        ] {
            assert_eq!(steps(sql), None, "{sql}");
        }
    }
}
