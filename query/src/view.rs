//! Views: stored queries whose rows can be read like a data set.
//!
//! A view is a subset of the rows of one commit, in their order, with some of its columns, so that it can be streamed
//! and pulled. So its query is a plain one: `SELECT <columns, or *> FROM samples [WHERE …] [ORDER BY … LIMIT …]`.
//! The rows of groups, joins and computed columns are not rows of the data set.

use std::sync::Arc;

use datafusion::sql::sqlparser::ast::{Expr, GroupByExpr, Query, Select, SelectItem, SetExpr, TableFactor};
use hub_dataset::{Dataset, LabelIndex, Snapshot};
use hub_schema::View;
use roaring::RoaringBitmap;

use crate::error::QueryError;
use crate::filter;
use crate::limits::Limits;
use crate::planner_thread::on_planner_thread;
use crate::sql::names::{self, Names};
use crate::sql::{meaning, parse};
use crate::table::SYSTEM;

/// The rows and columns of a view.
#[derive(Clone, Debug)]
pub struct ViewRows {
    /// The revision that the view was made of.
    pub snapshot: Snapshot,
    /// The rows: positions in the revision, from 0.
    pub positions: RoaringBitmap,
    /// The columns, in order; `None` for all.
    pub columns: Option<Vec<String>>,
}

/// The rows of a stored view.
///
/// # Errors
/// The commit was removed, or the query fails.
pub async fn view_rows(
    dataset: &Dataset,
    view: &View,
    index: Option<Arc<dyn LabelIndex>>,
) -> Result<ViewRows, QueryError> {
    rows(&dataset.at(&view.base).await?, &view.sql, index).await
}

/// The rows and columns that a query selects as a view; used to check a view before it is stored.
///
/// # Errors
/// [`QueryError::Refused`] where the query groups, joins or computes.
pub async fn rows(
    snapshot: &Snapshot,
    sql: &str,
    index: Option<Arc<dyn LabelIndex>>,
) -> Result<ViewRows, QueryError> {
    let (owned, text) = (snapshot.clone(), sql.to_owned());
    let columns = on_planner_thread(async move { columns(&owned, &text) }).await??;
    let positions = filter::positions(snapshot, sql, index, &Limits::default(), parse::query).await?;
    Ok(ViewRows { snapshot: snapshot.clone(), positions, columns })
}

/// The columns that a query names, as the data set spells them.
fn columns(snapshot: &Snapshot, sql: &str) -> Result<Option<Vec<String>>, QueryError> {
    let mut query = parse::query(sql)?;
    if query.explain {
        return Err(refused("EXPLAIN in a view"));
    }
    let query = query.query_mut()?;
    if let [SelectItem::Wildcard(options)] = plain(query)?.projection.as_slice()
        && options.to_string().is_empty()
    {
        return Ok(None);
    }
    let columns = snapshot.schema().fields.iter().map(|f| (f.name.as_str(), Some(&f.feature))).collect();
    names::rewrite(query, &Names { columns, sql, position: None, beside: Vec::new() })?;
    let mut named = Vec::new();
    for item in &plain(query)?.projection {
        let name = match item {
            SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(name),
            SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts.last(),
            _ => None,
        };
        let stored = name.map(|name| (name, snapshot.schema().column(&name.value)));
        match stored {
            Some((_, Ok(field))) => named.push(field.name.clone()),
            Some((name, Err(error))) if !SYSTEM.contains(&name.value.as_str()) => {
                return Err(hub_dataset::Error::from(error).into());
            }
            _ => return Err(refused(&format!("the column '{item}' in a view"))),
        }
    }
    Ok(Some(named))
}

/// The SELECT of a query that may be a view.
fn plain(query: &mut Query) -> Result<&mut Select, QueryError> {
    meaning::is_lasting(query)?;
    if query.with.is_some() {
        return Err(refused("WITH in a view"));
    }
    let SetExpr::Select(select) = query.body.as_mut() else {
        return Err(refused("UNION, INTERSECT, EXCEPT or VALUES in a view"));
    };
    let grouped = match &select.group_by {
        GroupByExpr::All(_) => true,
        GroupByExpr::Expressions(by, _) => !by.is_empty(),
    };
    if grouped || select.having.is_some() || select.distinct.is_some() || select.qualify.is_some() {
        return Err(refused("GROUP BY, HAVING, DISTINCT or QUALIFY in a view"));
    }
    match select.from.as_slice() {
        [from] if from.joins.is_empty() && matches!(from.relation, TableFactor::Table { .. }) => Ok(select),
        _ => Err(refused("a FROM clause other than the table `samples` in a view")),
    }
}

fn refused(what: &str) -> QueryError {
    let why = "a view selects stored columns of rows: SELECT columns FROM samples WHERE …; \
               group, join and compute in a query over the view";
    QueryError::Refused { what: what.to_owned(), why }
}
