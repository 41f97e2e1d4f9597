//! The names that a query defines itself: tables of `WITH`, aliases of tables and of columns.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Ident, ObjectName, Query, Select, SelectItem, TableAlias, TableFactor, VisitMut, VisitorMut,
};

/// The names that a query defines itself, in lower case.
#[derive(Debug, Default)]
pub struct Scope {
    /// Names of `WITH`.
    pub ctes: HashSet<String>,
    /// Names and aliases of tables.
    pub tables: HashSet<String>,
    /// Aliases of columns.
    pub aliases: HashSet<String>,
}

impl Scope {
    /// The scope of a query.
    pub fn of(query: &mut Query) -> Self {
        let mut scope = Self::default();
        let _ = query.visit(&mut scope);
        scope
    }

    /// Is this the name or alias of a table?
    pub fn is_table(&self, name: &Ident) -> bool {
        self.tables.contains(&name.value.to_lowercase())
    }
}

impl VisitorMut for Scope {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        for cte in query.with.iter().flat_map(|w| &w.cte_tables) {
            self.ctes.insert(cte.alias.name.value.to_lowercase());
            self.tables.insert(cte.alias.name.value.to_lowercase());
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        for item in &select.projection {
            if let SelectItem::ExprWithAlias { alias, .. } = item {
                self.aliases.insert(alias.value.to_lowercase());
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        let (name, alias) = table_name(factor);
        self.tables.extend(name.or(alias.clone()).map(|n| n.to_lowercase()));
        self.tables.extend(alias.map(|n| n.to_lowercase()));
        ControlFlow::Continue(())
    }
}

/// The name and the alias of a table.
pub fn table_name(factor: &TableFactor) -> (Option<String>, Option<String>) {
    let alias = |alias: &Option<TableAlias>| alias.as_ref().map(|a| a.name.value.clone());
    match factor {
        TableFactor::Table { name, alias: a, .. } => (last(name).map(|i| i.value.clone()), alias(a)),
        TableFactor::Derived { alias: a, .. }
        | TableFactor::UNNEST { alias: a, .. }
        | TableFactor::NestedJoin { alias: a, .. } => (None, alias(a)),
        _ => (None, None),
    }
}

/// The last part of a name: `samples` of `public.samples`.
pub fn last(name: &ObjectName) -> Option<&Ident> {
    name.0.last().and_then(|part| part.as_ident())
}
