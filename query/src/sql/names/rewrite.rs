//! Walks a statement and rewrites the names in it.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Query, Select, SelectItem, TableFactor, VisitMut, VisitorMut,
};

use super::expr::{accessed, text};
use super::hide::Hider;
use super::label_text;
use super::resolve::{Names, Resolver};
use super::scope::{Scope, last};
use crate::error::QueryError;
use crate::sql::position::find;
use crate::table::{PREDICTIONS, SPLIT, TABLE};
use crate::text::nearest;

/// Rewrites a query; returns the system columns that it names.
///
/// # Errors
/// A table other than `samples`.
pub fn rewrite(query: &mut Query, names: &Names<'_>) -> Result<HashSet<&'static str>, QueryError> {
    let scope = Scope::of(query);
    let mut rewriter = Rewriter { resolver: Resolver::new(names, &scope), written: Vec::new() };
    if let ControlFlow::Break(error) = query.visit(&mut rewriter) {
        return Err(error);
    }
    let system = rewriter.resolver.into_system();
    let hidden: Vec<&str> = system.iter().copied().chain(names.position).collect();
    if !hidden.is_empty() {
        // Only a table with system columns has to hide them.
        let mut hider = Hider { scope: &scope, hidden: &hidden };
        let _ = query.visit(&mut hider);
    }
    Ok(system)
}

struct Rewriter<'a> {
    resolver: Resolver<'a>,
    /// The projections of the selects that are being visited, as written.
    written: Vec<Vec<SelectItem>>,
}

impl VisitorMut for Rewriter<'_> {
    type Break = QueryError;

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<QueryError> {
        let TableFactor::Table { name, .. } = factor else { return ControlFlow::Continue(()) };
        let text = name.to_string();
        let plain = (name.0.len() == 1).then(|| last(name)).flatten();
        let lower = plain.map(|i| i.value.to_lowercase()).unwrap_or_default();
        let is_beside = self.resolver.names.beside.contains(&lower.as_str());
        if lower == TABLE || is_beside || self.resolver.scope.ctes.contains(&lower) {
            return ControlFlow::Continue(());
        }
        let near = nearest(&lower, self.resolver.scope.ctes.iter().map(String::as_str));
        let hint = match near.first() {
            Some(cte) => format!("did you mean {cte}? The data set is the table `{TABLE}`"),
            None if lower == PREDICTIONS => format!(
                "`{PREDICTIONS}` are those of a run, which is named with --run; the data set is the table `{TABLE}`"
            ),
            None => format!("the data set is the table `{TABLE}`"),
        };
        let position = last(name).and_then(|i| find(self.resolver.names.sql, &i.value));
        ControlFlow::Break(QueryError::Sql {
            message: format!("no table '{text}'"),
            position,
            hint: Some(hint),
        })
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<QueryError> {
        for item in &mut select.projection {
            if let SelectItem::ExprWithAlias { alias, .. } = item
                && alias.quote_style.is_none()
                && self.resolver.names.columns.iter().any(|(name, _)| *name == alias.value)
            {
                // Unquoted, the alias would be lowered to another name, and references to it would find the column.
                alias.quote_style = Some('"');
            }
        }
        self.written.push(select.projection.clone());
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<QueryError> {
        let written = self.written.pop().unwrap_or_default();
        for (item, before) in select.projection.iter_mut().zip(written) {
            let (SelectItem::UnnamedExpr(now), SelectItem::UnnamedExpr(before)) = (&mut *item, &before)
            else {
                continue;
            };
            if matches!(now, Expr::Identifier(_) | Expr::CompoundIdentifier(_)) && !is_system(now)
                || now == before
            {
                continue;
            }
            let name = match before {
                Expr::CompoundIdentifier(parts) => self.resolver.without_table(parts),
                other => other.to_string(),
            };
            *item = SelectItem::ExprWithAlias { expr: now.clone(), alias: Ident::with_quote('"', name) };
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<QueryError> {
        if let Expr::CompoundFieldAccess { root, access_chain } = expr {
            let root = std::mem::replace(root.as_mut(), text(String::new()));
            *expr = accessed(root, std::mem::take(access_chain));
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<QueryError> {
        let new = match expr {
            Expr::Identifier(name) => self.resolver.resolve(std::slice::from_ref(name)),
            Expr::CompoundIdentifier(parts) => match self.resolver.resolve(parts) {
                None => match self.resolver.no_member(parts) {
                    Some(error) => return ControlFlow::Break(error),
                    None => None,
                },
                found => found,
            },
            _ => label_text::any_by_name(self.resolver.names, expr),
        };
        if let Some(new) = new {
            *expr = new;
        }
        ControlFlow::Continue(())
    }
}

fn is_system(expr: &Expr) -> bool {
    let name = match expr {
        Expr::Identifier(name) => Some(name),
        Expr::CompoundIdentifier(parts) => parts.last(),
        _ => None,
    };
    name.is_some_and(|n| n.value == SPLIT)
}
