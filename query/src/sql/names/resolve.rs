//! Finds the column, or the member of a column, that a name in the query refers to.

use std::collections::HashSet;

use datafusion::sql::sqlparser::ast::{Expr, Ident};
use hub_schema::Feature;

use super::expr::{call, text};
use super::scope::Scope;
use crate::error::QueryError;
use crate::functions::names::MEMBER;
use crate::members::{member_names, member_of};
use crate::sql::position::find;
use crate::table::{SPLIT, SYSTEM};
use crate::text::list;

/// The columns that a query may name.
#[derive(Clone, Debug)]
pub struct Names<'a> {
    /// Names and features, without the system columns.
    pub columns: Vec<(&'a str, Option<&'a Feature>)>,
    /// The query's text, for the positions of errors.
    pub sql: &'a str,
    /// Another column, that the query can't name and `*` leaves out.
    pub position: Option<&'a str>,
    /// Tables beside `samples`.
    pub beside: Vec<&'a str>,
}

/// Resolves names, and collects the system columns among them.
#[derive(Debug)]
pub struct Resolver<'a> {
    pub names: &'a Names<'a>,
    pub scope: &'a Scope,
    /// The system columns that the query names.
    system: HashSet<&'static str>,
}

impl<'a> Resolver<'a> {
    pub fn new(names: &'a Names<'a>, scope: &'a Scope) -> Self {
        Self { names, scope, system: HashSet::new() }
    }

    /// The system columns that the query names.
    pub fn into_system(self) -> HashSet<&'static str> {
        self.system
    }

    /// `s.objects.category` without the table `s`.
    pub fn without_table(&mut self, parts: &[Ident]) -> String {
        let from = usize::from(
            parts.len() > 1 && self.scope.is_table(&parts[0]) && self.column(&parts[..1]).is_none(),
        );
        parts[from..].iter().map(|p| p.value.as_str()).collect::<Vec<_>>().join(".")
    }

    /// The expression that a name refers to; `None` where the planner resolves it correctly by itself.
    pub fn resolve(&mut self, parts: &[Ident]) -> Option<Expr> {
        if let [one] = parts
            && one.quote_style.is_none()
            && self.scope.aliases.contains(&one.value.to_lowercase())
            && !self.names.columns.iter().any(|(name, _)| *name == one.value)
        {
            return None;
        }
        let qualified = parts.len() > 1 && self.scope.is_table(&parts[0]);
        self.resolve_behind(None, parts)
            .or_else(|| if qualified { self.resolve_behind(Some(&parts[0]), &parts[1..]) } else { None })
    }

    /// The error for `column.member` where the column exists and has no such member.
    pub fn no_member(&mut self, parts: &[Ident]) -> Option<QueryError> {
        if self.scope.is_table(&parts[0]) {
            return None;
        }
        let (name, feature) = self.column(&parts[..1])?;
        let feature = feature?;
        let wanted = parts[1..].iter().map(|p| p.value.as_str()).collect::<Vec<_>>().join(".");
        let facts = self.names.columns.iter().filter_map(|(n, _)| n.strip_prefix(&name)?.strip_prefix('.'));
        let known: Vec<String> = facts.map(str::to_owned).chain(member_names(&feature)).collect();
        Some(QueryError::Sql {
            message: format!("column '{name}' ({}) has no member '{wanted}'", feature.describe()),
            position: find(self.names.sql, &parts[1].value),
            hint: Some(format!("there are: {}", list(&known))),
        })
    }

    fn resolve_behind(&mut self, table: Option<&Ident>, parts: &[Ident]) -> Option<Expr> {
        for length in (1..=parts.len()).rev() {
            let Some((name, feature)) = self.column(&parts[..length]) else { continue };
            let Some(members) = members(feature, &parts[length..]) else { continue };
            let column = Ident::with_quote('"', name);
            let mut expr = match table {
                Some(table) => Expr::CompoundIdentifier(vec![table.clone(), column]),
                None => Expr::Identifier(column),
            };
            for member in members {
                expr = call(MEMBER, vec![expr, text(member)]);
            }
            return Some(expr);
        }
        None
    }

    /// The column of a name: an exact match, else, if unquoted, the only one that ignores case.
    fn column(&mut self, parts: &[Ident]) -> Option<(String, Option<Feature>)> {
        let name = parts.iter().map(|p| p.value.as_str()).collect::<Vec<_>>().join(".");
        let spelled = |(name, feature): &(&str, Option<&Feature>)| ((*name).to_owned(), feature.cloned());
        let columns = &self.names.columns;
        if let Some(found) = columns.iter().find(|(n, _)| *n == name) {
            return Some(spelled(found));
        }
        if parts.iter().all(|p| p.quote_style.is_none()) {
            let mut alike = columns.iter().filter(|(n, _)| n.eq_ignore_ascii_case(&name));
            if let (Some(found), None) = (alike.next(), alike.next()) {
                return Some(spelled(found));
            }
        }
        let lower = name.to_ascii_lowercase();
        let system = SYSTEM.iter().find(|s| **s == lower).or_else(|| (lower == "split").then_some(&SPLIT))?;
        self.system.insert(system);
        Some(((*system).to_owned(), None))
    }
}

/// The members that a path after a column names; `None` where one of them doesn't exist.
fn members(feature: Option<Feature>, path: &[Ident]) -> Option<Vec<String>> {
    let mut at = feature;
    let mut members = Vec::with_capacity(path.len());
    for part in path {
        let of = at.as_ref()?;
        let found = member_names(of).into_iter().find(|n| *n == part.value).or_else(|| {
            member_names(of)
                .into_iter()
                .find(|n| part.quote_style.is_none() && n.eq_ignore_ascii_case(&part.value))
        })?;
        at = member_of(of, &found);
        members.push(found);
    }
    Some(members)
}
