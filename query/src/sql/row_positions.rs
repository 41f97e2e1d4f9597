//! Makes a query select the positions of its rows, or sort them in a given order.
//!
//! Both need the table's column of positions under a name that no column of a data set has, so that a column called
//! `_position` doesn't change which rows are found.

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, OrderBy, OrderByExpr, OrderByKind, OrderByOptions, Query, SelectItem, SetExpr, TableFactor,
};

use super::names::call;
use super::parse;
use crate::error::QueryError;
use crate::functions::names::ROW_RANK;
use crate::table::DATASET;

/// The name under which a query for positions gives the data set of a row.
const DATASET_OF_ROW: &str = "dataset of the row";

/// Makes a query of one SELECT give the position of each row; before it the data set's name, where there are several.
///
/// # Errors
/// The query is not one SELECT.
pub fn select(query: &mut Query, position: &str, several: bool) -> Result<(), QueryError> {
    let quoted = |name: &str| Ident::with_quote('"', name);
    let mut inner = vec![SelectItem::UnnamedExpr(Expr::Identifier(quoted(position)))];
    let mut outer = inner.clone();
    if several {
        let (expr, alias) = (Expr::Identifier(quoted(DATASET)), quoted(DATASET_OF_ROW));
        inner.insert(0, SelectItem::ExprWithAlias { expr, alias });
        outer.insert(0, SelectItem::UnnamedExpr(Expr::Identifier(quoted(DATASET_OF_ROW))));
    }
    let is_sorted = query.order_by.is_some();
    let SetExpr::Select(select) = query.body.as_mut() else {
        return Err(QueryError::sql("internal error: positions of a query that is not one SELECT"));
    };
    if !is_sorted {
        select.projection = inner;
        return Ok(());
    }
    // ORDER BY may name columns by their alias or place. They are not read where nothing else needs them.
    select.projection.extend(inner);
    let mut around = parse::query("SELECT 1 FROM (SELECT 1) AS selected")?;
    let around = around.query_mut()?;
    std::mem::swap(query, around);
    let SetExpr::Select(select) = query.body.as_mut() else { return Ok(()) };
    select.projection = outer;
    if let Some(TableFactor::Derived { subquery, .. }) =
        select.from.first_mut().map(|from| &mut from.relation)
    {
        std::mem::swap(subquery.as_mut(), around);
    }
    Ok(())
}

/// Sorts a query's rows by their rank: see [`crate::functions::row_rank`].
pub fn sort_by_rank(query: &mut Query, position: &str, several: bool) {
    let column = |name: &str| Expr::Identifier(Ident::with_quote('"', name));
    let dataset = several.then(|| column(DATASET));
    let arguments = dataset.into_iter().chain([column(position)]).collect();
    let by = OrderByExpr {
        expr: call(ROW_RANK, arguments),
        options: OrderByOptions { asc: None, nulls_first: None },
        with_fill: None,
    };
    query.order_by = Some(OrderBy { kind: OrderByKind::Expressions(vec![by]), interpolate: None });
}
