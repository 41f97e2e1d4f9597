//! Excludes the system columns from `*`.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    ExcludeSelectItem, Ident, ObjectName, Select, SelectItem, SelectItemQualifiedWildcardKind, VisitorMut,
};

use super::scope::{Scope, last, table_name};
use crate::table::TABLE;

/// Rewrites `*` and `t.*` to `* EXCLUDE (…)`.
pub struct Hider<'a> {
    pub scope: &'a Scope,
    pub hidden: &'a [&'a str],
}

impl VisitorMut for Hider<'_> {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        let factors = select
            .from
            .iter()
            .flat_map(|t| std::iter::once(&t.relation).chain(t.joins.iter().map(|j| &j.relation)));
        let tables: Vec<(Option<String>, bool)> = factors
            .map(|factor| {
                let (name, alias) = table_name(factor);
                let is_base = name
                    .as_ref()
                    .is_some_and(|n| n.eq_ignore_ascii_case(TABLE) && !self.scope.ctes.contains(TABLE));
                (alias.or(name), is_base)
            })
            .collect();
        if !tables.iter().any(|(_, base)| *base) {
            return ControlFlow::Continue(());
        }
        let mut projection = Vec::with_capacity(select.projection.len());
        for item in std::mem::take(&mut select.projection) {
            match item {
                SelectItem::Wildcard(options)
                    if tables.len() > 1 && tables.iter().all(|(n, _)| n.is_some()) =>
                {
                    for (name, base) in &tables {
                        let name = ObjectName::from(vec![Ident::new(name.clone().unwrap_or_default())]);
                        let mut options = options.clone();
                        if *base {
                            self.hide(&mut options.opt_exclude);
                        }
                        let kind = SelectItemQualifiedWildcardKind::ObjectName(name);
                        projection.push(SelectItem::QualifiedWildcard(kind, options));
                    }
                }
                SelectItem::Wildcard(mut options) => {
                    self.hide(&mut options.opt_exclude);
                    projection.push(SelectItem::Wildcard(options));
                }
                SelectItem::QualifiedWildcard(
                    SelectItemQualifiedWildcardKind::ObjectName(name),
                    mut options,
                ) => {
                    let of = last(&name).map(|n| n.value.to_lowercase());
                    let base = tables.iter().find(|(n, _)| n.as_ref().map(|n| n.to_lowercase()) == of);
                    if base.is_some_and(|(_, base)| *base) {
                        self.hide(&mut options.opt_exclude);
                    }
                    let kind = SelectItemQualifiedWildcardKind::ObjectName(name);
                    projection.push(SelectItem::QualifiedWildcard(kind, options));
                }
                other => projection.push(other),
            }
        }
        select.projection = projection;
        ControlFlow::Continue(())
    }
}

impl Hider<'_> {
    fn hide(&self, exclude: &mut Option<ExcludeSelectItem>) {
        let mut names = match exclude.take() {
            None => Vec::new(),
            Some(ExcludeSelectItem::Single(name)) => vec![name],
            Some(ExcludeSelectItem::Multiple(names)) => names,
        };
        for hidden in self.hidden {
            if !names.iter().any(|n| last(n).is_some_and(|n| n.value.eq_ignore_ascii_case(hidden))) {
                names.push(ObjectName::from(vec![Ident::with_quote('"', *hidden)]));
            }
        }
        *exclude = Some(ExcludeSelectItem::Multiple(names));
    }
}
