//! Views: a query whose rows are handled like a data set's.
//!
//! A view is some rows of one commit, in their order, with some of its columns: that is what streams and pulls
//! can take. So its query is a plain one: `SELECT <columns, or *> FROM samples [WHERE …] [ORDER BY … LIMIT …]`.
//! Groups, joins and computed columns have no row of the data set behind them.

use std::sync::Arc;

use datafusion::sql::sqlparser::ast::{
    Expr, GroupByExpr, Ident, Query, Select, SelectItem, SetExpr, TableFactor,
};
use hub_dataset::{Dataset, LabelIndex, Snapshot};
use hub_schema::View;
use roaring::RoaringBitmap;

use crate::error::QueryError;
use crate::filter;
use crate::planner_thread::on_a_deep_stack;
use crate::sql::names::{self, Names};
use crate::sql::parse;
use crate::table::{POSITION, SYSTEM};

/// The rows and columns of a view.
#[derive(Clone, Debug)]
pub struct ViewRows {
    /// The revision they are of.
    pub snapshot: Snapshot,
    /// The rows.
    pub positions: RoaringBitmap,
    /// The columns, in order; `None` for all.
    pub columns: Option<Vec<String>>,
}

/// The rows of a stored view.
///
/// # Errors
/// The commit that it is of is gone, or the query can't be answered.
pub async fn view_rows(
    dataset: &Dataset,
    view: &View,
    index: Option<Arc<dyn LabelIndex>>,
) -> Result<ViewRows, QueryError> {
    rows(&dataset.at(&view.base).await?, &view.sql, index).await
}

/// The rows that a query makes a view of; before it is stored, it is tried.
///
/// # Errors
/// [`QueryError::Refused`] where it is not a query for rows.
pub async fn rows(
    snapshot: &Snapshot,
    sql: &str,
    index: Option<Arc<dyn LabelIndex>>,
) -> Result<ViewRows, QueryError> {
    let (own, text) = (snapshot.clone(), sql.to_owned());
    let columns = on_a_deep_stack(async move { columns(&own, &text) }).await??;
    let positions = filter::positions(snapshot, sql, index, |sql| {
        let mut query = parse::query(sql)?;
        let select = plain(query.query_mut()?)?;
        select.projection = vec![SelectItem::UnnamedExpr(Expr::Identifier(Ident::new(POSITION)))];
        Ok(query)
    });
    let positions = positions.await?;
    Ok(ViewRows { snapshot: snapshot.clone(), positions, columns })
}

/// The columns that a query names, as the data set spells them.
fn columns(snapshot: &Snapshot, sql: &str) -> Result<Option<Vec<String>>, QueryError> {
    let mut query = parse::query(sql)?;
    if query.explain {
        return Err(refused("a view of a plan"));
    }
    let query = query.query_mut()?;
    if let [SelectItem::Wildcard(options)] = plain(query)?.projection.as_slice()
        && options.to_string().is_empty()
    {
        return Ok(None);
    }
    let columns = snapshot.schema().fields.iter().map(|f| (f.name.as_str(), Some(&f.feature))).collect();
    names::rewrite(query, &Names { columns, sql })?;
    let mut named = Vec::new();
    for item in &plain(query)?.projection {
        let name = match item {
            SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(name),
            SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts.last(),
            _ => None,
        };
        let Some(name) = name.filter(|n| !SYSTEM.contains(&n.value.as_str())) else {
            return Err(refused(&format!("a view with the column '{item}'")));
        };
        named.push(snapshot.schema().column(&name.value).map_err(hub_dataset::Error::from)?.name.clone());
    }
    Ok(Some(named))
}

/// The select of a query for rows.
fn plain(query: &mut Query) -> Result<&mut Select, QueryError> {
    if query.with.is_some() {
        return Err(refused("a view with WITH"));
    }
    let SetExpr::Select(select) = query.body.as_mut() else {
        return Err(refused("a view of several questions"));
    };
    let grouped = match &select.group_by {
        GroupByExpr::All(_) => true,
        GroupByExpr::Expressions(by, _) => !by.is_empty(),
    };
    if grouped || select.having.is_some() || select.distinct.is_some() || select.qualify.is_some() {
        return Err(refused("a view with GROUP BY, HAVING, DISTINCT or QUALIFY"));
    }
    match select.from.as_slice() {
        [from] if from.joins.is_empty() && matches!(from.relation, TableFactor::Table { .. }) => Ok(select),
        _ => Err(refused("a view of anything but the table `samples`")),
    }
}

fn refused(what: &str) -> QueryError {
    let why = "a view is rows of the data set: SELECT columns FROM samples WHERE …; compute when you ask it";
    QueryError::Refused { what: what.to_owned(), why }
}
