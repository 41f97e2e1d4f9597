//! `ORDER BY … LIMIT` over media, in two steps: which rows, then their media.
//!
//! A sort reads all columns of all rows before it gives the first row. Ten images of a million, by their width, would
//! read a million images. So a plain query (columns of `samples`, no groups, no joins) is run for positions first,
//! and then again for those rows alone.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, LimitClause, Query, Select, SelectItem, SetExpr, Value, visit_expressions,
};

use super::parse::{self, ParsedQuery};
use crate::error::QueryError;
use crate::table::{DATASET, POSITION};

/// A query with a greater LIMIT is run in one step.
const MAX_LATE_ROWS: u64 = 10_000;

/// A query split into two.
#[derive(Debug)]
pub struct LateMedia {
    /// Selects the positions of the rows, preceded by the data set's name where there are several.
    pub positions: ParsedQuery,
    /// The original query, to be run for those rows alone; its OFFSET is already applied.
    pub rows: ParsedQuery,
}

/// The two steps of a query; `None` for one that has to be run as it is.
pub fn split(query: &ParsedQuery, several: bool) -> Result<Option<LateMedia>, QueryError> {
    if query.explain {
        return Ok(None);
    }
    let columns = if several { format!("{DATASET}, {POSITION}") } else { POSITION.to_owned() };
    let mut empty = parse::query(&format!("SELECT {columns} FROM samples"))?;
    let (mut positions, mut rows) = (query.clone(), query.clone());
    let (rows_query, positions_query, empty) =
        (rows.query_mut()?, positions.query_mut()?, empty.query_mut()?);
    if !is_plain(rows_query) {
        return Ok(None);
    }
    let (order_by, limit) = (positions_query.order_by.take(), positions_query.limit_clause.take());
    let (Some(select), Some(empty_select)) = (select(positions_query), select(empty)) else {
        return Ok(None);
    };
    select.projection.clone_from(&empty_select.projection);
    let selection = select.selection.take();
    // Equal but for the condition: no DISTINCT, no groups, no other table.
    if positions_query != empty {
        return Ok(None);
    }
    if let SetExpr::Select(select) = positions_query.body.as_mut() {
        select.selection = selection;
    }
    (positions_query.order_by, positions_query.limit_clause) = (order_by, limit);
    if let Some(LimitClause::LimitOffset { offset, .. }) = &mut rows_query.limit_clause {
        *offset = None;
    }
    Ok(Some(LateMedia { positions, rows }))
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
    // `ORDER BY 2` and `ORDER BY alias` refer to the output columns, which the query for positions doesn't have.
    let uses_output_columns = visit_expressions(&query.order_by, |expr: &Expr| match expr {
        Expr::Value(_) => ControlFlow::Break(()),
        Expr::Identifier(name) if aliases.contains(&name.value.to_lowercase()) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    small_limit && columns && query.order_by.is_some() && uses_output_columns.is_continue()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(sql: &str) -> Option<(String, String)> {
        let mut steps = split(&parse::query(sql).unwrap(), false).unwrap()?;
        let text = |query: &mut ParsedQuery| query.query_mut().unwrap().to_string();
        Some((text(&mut steps.positions), text(&mut steps.rows)))
    }

    #[test]
    fn a_plain_query_has_two() {
        let sql = "SELECT image, label AS l FROM samples WHERE label = 'cat' ORDER BY image.width DESC LIMIT 5 OFFSET 2";
        let positions =
            "SELECT _position FROM samples WHERE label = 'cat' ORDER BY image.width DESC LIMIT 5 OFFSET 2";
        let rows =
            "SELECT image, label AS l FROM samples WHERE label = 'cat' ORDER BY image.width DESC LIMIT 5";
        assert_eq!(steps(sql), Some((positions.to_owned(), rows.to_owned())));
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
