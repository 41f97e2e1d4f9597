//! The names that people write → the names that the table has.
//!
//! `image.width` is one column whose name holds a dot, `objects.category` a member of every struct in a list,
//! and `Label` a column that SQL alone would look for in small letters. None of them is what SQL takes them
//! for, so they are rewritten in the statement, before it is planned:
//!
//! | written | becomes |
//! |---|---|
//! | `image.width` | `"image.width"` |
//! | `objects.category`, `bbox.x` | `member(objects, 'category')`, `member(bbox, 'x')` |
//! | `LABEL` | `"Label"`, where that is the only column so spelt |
//! | `objects.category = 'dog'`, `label IN ('cat', 'dog')` | `label_is(…, 'cat', 'dog')` |
//! | `unnest(objects.category)` | `unnest(label_name(…))`: each label by its name |
//! | `split` | `"_split"`, where no column has that name |
//! | `*` | all but the columns of the system |
//!
//! A fact goes before a member: `image.bytes` is the number of bytes; the bytes are `image['bytes']`.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    AccessExpr, BinaryOperator, ExcludeSelectItem, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentList, FunctionArguments, Ident, ObjectName, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, TableFactor, UnaryOperator, Value, VisitMut, VisitorMut,
};
use hub_schema::{Feature, MaskEncoding};

use super::tokens;
use crate::error::{QueryError, list, nearest};
use crate::functions::{LABEL_IS, LABEL_NAME, MEMBER};
use crate::table::{SPLIT, SYSTEM, TABLE};

/// The columns that a question may name.
#[derive(Clone, Debug)]
pub struct Names<'a> {
    /// Names and features, those of the system not among them.
    pub columns: Vec<(&'a str, Option<&'a Feature>)>,
    /// The question, for positions.
    pub sql: &'a str,
}

/// Rewrites a query; says which columns of the system it names.
///
/// # Errors
/// A table other than `samples`.
pub fn rewrite(query: &mut Query, names: &Names<'_>) -> Result<HashSet<&'static str>, QueryError> {
    let mut seen = Seen::default();
    let _ = query.visit(&mut seen);
    let mut rewriter = Rewriter { names, seen: &seen, system: HashSet::new(), written: Vec::new() };
    let mut run = |query: &mut Query| match query.visit(&mut rewriter) {
        ControlFlow::Continue(()) => Ok(rewriter.system.clone()),
        ControlFlow::Break(error) => Err(error),
    };
    let system = run(query)?;
    if !system.is_empty() {
        // Only a table that has such columns must hide them.
        let mut hider = Hider { seen: &seen, system: &system };
        let _ = query.visit(&mut hider);
    }
    Ok(system)
}

/// What a query defines itself.
#[derive(Debug, Default)]
struct Seen {
    /// Names of `WITH`, in small letters.
    ctes: HashSet<String>,
    /// Names that tables go by, in small letters.
    tables: HashSet<String>,
    /// Names given to columns, in small letters.
    aliases: HashSet<String>,
}

impl VisitorMut for Seen {
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
        let (name, alias) = named(factor);
        self.tables.extend(name.or(alias.clone()).map(|n| n.to_lowercase()));
        self.tables.extend(alias.map(|n| n.to_lowercase()));
        ControlFlow::Continue(())
    }
}

/// The name and the alias of a table.
fn named(factor: &TableFactor) -> (Option<String>, Option<String>) {
    let alias = |alias: &Option<datafusion::sql::sqlparser::ast::TableAlias>| {
        alias.as_ref().map(|a| a.name.value.clone())
    };
    match factor {
        TableFactor::Table { name, alias: a, .. } => (last(name).map(|i| i.value.clone()), alias(a)),
        TableFactor::Derived { alias: a, .. }
        | TableFactor::UNNEST { alias: a, .. }
        | TableFactor::NestedJoin { alias: a, .. } => (None, alias(a)),
        _ => (None, None),
    }
}

fn last(name: &ObjectName) -> Option<&Ident> {
    name.0.last().and_then(|part| part.as_ident())
}

struct Rewriter<'a> {
    names: &'a Names<'a>,
    seen: &'a Seen,
    system: HashSet<&'static str>,
    /// Columns of the selects that are being visited, as they were written.
    written: Vec<Vec<SelectItem>>,
}

impl VisitorMut for Rewriter<'_> {
    type Break = QueryError;

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<QueryError> {
        let TableFactor::Table { name, .. } = factor else { return ControlFlow::Continue(()) };
        let text = name.to_string();
        let plain = (name.0.len() == 1).then(|| last(name)).flatten();
        let lower = plain.map(|i| i.value.to_lowercase()).unwrap_or_default();
        if lower == TABLE || self.seen.ctes.contains(&lower) {
            return ControlFlow::Continue(());
        }
        let near = nearest(&lower, self.seen.ctes.iter().map(String::as_str));
        let hint = match near.first() {
            Some(cte) => format!("did you mean {cte}? The data set is the table `{TABLE}`"),
            None => format!("the data set is the table `{TABLE}`"),
        };
        let position = last(name).and_then(|i| tokens::find(self.names.sql, &i.value));
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
                && self.names.columns.iter().any(|(name, _)| *name == alias.value)
            {
                // Else the name is put in small letters, and whoever names it gets the column.
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
                Expr::CompoundIdentifier(parts) => self.without_table(parts),
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
            Expr::Identifier(name) => self.resolve(std::slice::from_ref(name)),
            Expr::CompoundIdentifier(parts) => match self.resolve(parts) {
                None => match self.no_member(parts) {
                    Some(error) => return ControlFlow::Break(error),
                    None => None,
                },
                found => found,
            },
            _ => self.text_of_a_label(expr),
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

impl Rewriter<'_> {
    /// `s.objects.category` without the table `s`.
    fn without_table(&mut self, parts: &[Ident]) -> String {
        let from =
            usize::from(parts.len() > 1 && self.is_table(&parts[0]) && self.column(&parts[..1]).is_none());
        parts[from..].iter().map(|p| p.value.as_str()).collect::<Vec<_>>().join(".")
    }

    fn is_table(&self, name: &Ident) -> bool {
        self.seen.tables.contains(&name.value.to_lowercase())
    }

    /// What a name stands for, where that isn't what SQL takes it for.
    fn resolve(&mut self, parts: &[Ident]) -> Option<Expr> {
        if let [one] = parts
            && one.quote_style.is_none()
            && self.seen.aliases.contains(&one.value.to_lowercase())
            && !self.names.columns.iter().any(|(name, _)| *name == one.value)
        {
            return None;
        }
        let qualified = parts.len() > 1 && self.is_table(&parts[0]);
        self.resolve_behind(None, parts)
            .or_else(|| if qualified { self.resolve_behind(Some(&parts[0]), &parts[1..]) } else { None })
    }

    /// A column's name with something behind it that it has no member of.
    fn no_member(&mut self, parts: &[Ident]) -> Option<QueryError> {
        if self.is_table(&parts[0]) {
            return None;
        }
        let (name, feature) = self.column(&parts[..1])?;
        let feature = feature?;
        let wanted = parts[1..].iter().map(|p| p.value.as_str()).collect::<Vec<_>>().join(".");
        let facts = self.names.columns.iter().filter_map(|(n, _)| n.strip_prefix(&name)?.strip_prefix('.'));
        let known: Vec<String> = facts.map(str::to_owned).chain(member_names(&feature)).collect();
        Some(QueryError::Sql {
            message: format!("column '{name}' ({}) has no member '{wanted}'", feature.describe()),
            position: tokens::find(self.names.sql, &parts[1].value),
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

    /// The column of a name: spelt just so, or alike and unquoted.
    fn column(&mut self, parts: &[Ident]) -> Option<(String, Option<Feature>)> {
        let name = parts.iter().map(|p| p.value.as_str()).collect::<Vec<_>>().join(".");
        let own = |(name, feature): &(&str, Option<&Feature>)| ((*name).to_owned(), feature.cloned());
        let columns = &self.names.columns;
        if let Some(found) = columns.iter().find(|(n, _)| *n == name) {
            return Some(own(found));
        }
        if parts.iter().all(|p| p.quote_style.is_none()) {
            let mut alike = columns.iter().filter(|(n, _)| n.eq_ignore_ascii_case(&name));
            if let (Some(found), None) = (alike.next(), alike.next()) {
                return Some(own(found));
            }
        }
        let lower = name.to_ascii_lowercase();
        let system = SYSTEM.iter().find(|s| **s == lower).or_else(|| (lower == "split").then_some(&SPLIT))?;
        self.system.insert(system);
        Some(((*system).to_owned(), None))
    }

    /// Texts that are compared with a label become its classes' names.
    fn text_of_a_label(&mut self, expr: &Expr) -> Option<Expr> {
        match expr {
            // A label that leaves its list forgets its classes: it goes by its name.
            Expr::Function(unnest) if unnest.name.to_string().eq_ignore_ascii_case("unnest") => {
                let FunctionArguments::List(list) = &unnest.args else { return None };
                let [FunctionArg::Unnamed(FunctionArgExpr::Expr(labels))] = list.args.as_slice() else {
                    return None;
                };
                self.is_label(labels).then(|| call("unnest", vec![call(LABEL_NAME, vec![labels.clone()])]))
            }
            Expr::BinaryOp { left, op: op @ (BinaryOperator::Eq | BinaryOperator::NotEq), right } => {
                let (label, name) = match (self.is_label(left), literal(right)) {
                    (true, Some(name)) => (left, name),
                    _ if self.is_label(right) => (right, literal(left)?),
                    _ => return None,
                };
                let is = call(LABEL_IS, vec![label.as_ref().clone(), text(name.to_owned())]);
                Some(if *op == BinaryOperator::Eq { is } else { not(is) })
            }
            Expr::InList { expr, list, negated } if self.is_label(expr) && !list.is_empty() => {
                let names: Option<Vec<_>> =
                    list.iter().map(|n| literal(n).map(|n| text(n.to_owned()))).collect();
                let mut arguments = vec![expr.as_ref().clone()];
                arguments.extend(names?);
                let is = call(LABEL_IS, arguments);
                Some(if *negated { not(is) } else { is })
            }
            _ => None,
        }
    }

    /// Is it a class label, or a list of them?
    fn is_label(&self, expr: &Expr) -> bool {
        self.feature(expr).is_some_and(|f| crate::labels::Classes::of_feature(&f).is_some())
    }

    fn feature(&self, expr: &Expr) -> Option<Feature> {
        match expr {
            Expr::Identifier(name) => self.feature_of(&name.value),
            Expr::CompoundIdentifier(parts) => self.feature_of(&parts.last()?.value),
            Expr::Nested(inner) => self.feature(inner),
            Expr::Function(f) if last(&f.name)?.value == MEMBER => {
                let FunctionArguments::List(list) = &f.args else { return None };
                let [
                    FunctionArg::Unnamed(FunctionArgExpr::Expr(of)),
                    FunctionArg::Unnamed(FunctionArgExpr::Expr(m)),
                ] = list.args.as_slice()
                else {
                    return None;
                };
                member_of(&self.feature(of)?, literal(m)?)
            }
            _ => None,
        }
    }

    fn feature_of(&self, name: &str) -> Option<Feature> {
        self.names.columns.iter().find(|(n, _)| *n == name).and_then(|(_, f)| f.cloned())
    }
}

/// Takes the system's columns out of `*`.
struct Hider<'a> {
    seen: &'a Seen,
    system: &'a HashSet<&'static str>,
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
                let (name, alias) = named(factor);
                let is_base = name
                    .as_ref()
                    .is_some_and(|n| n.eq_ignore_ascii_case(TABLE) && !self.seen.ctes.contains(TABLE));
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
        for system in self.system {
            if !names.iter().any(|n| last(n).is_some_and(|n| n.value.eq_ignore_ascii_case(system))) {
                names.push(ObjectName::from(vec![Ident::new(*system)]));
            }
        }
        *exclude = Some(ExcludeSelectItem::Multiple(names));
    }
}

/// The members that a path behind a column names; `None` where there is none of that name.
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

/// The names of the members of a feature, or of the items of a list.
fn member_names(feature: &Feature) -> Vec<String> {
    let fixed = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    match feature {
        Feature::Struct { fields } => fields.iter().map(|f| f.name.clone()).collect(),
        Feature::List { item } => member_names(item),
        Feature::Bbox => fixed(&["x", "y", "width", "height"]),
        Feature::Polygon => fixed(&["x", "y"]),
        Feature::Keypoints { .. } => fixed(&["x", "y", "visibility"]),
        Feature::Link => fixed(&["url", "bytes", "hash"]),
        Feature::Mask { encoding: MaskEncoding::Rle } => fixed(&["height", "width", "counts"]),
        Feature::Image | Feature::Audio | Feature::Video | Feature::Mask { encoding: MaskEncoding::Png } => {
            fixed(&["bytes", "path"])
        }
        _ => Vec::new(),
    }
}

/// The feature of a member, or of that member of every item of a list.
pub fn member_of(feature: &Feature, name: &str) -> Option<Feature> {
    match feature {
        Feature::Struct { fields } => fields.iter().find(|f| f.name == name).map(|f| f.feature.clone()),
        Feature::List { item } => member_of(item, name).map(Feature::list),
        Feature::Bbox => Some(Feature::float64()),
        Feature::Keypoints { .. } if name != "visibility" => Some(Feature::list(Feature::float64())),
        Feature::Polygon => Some(Feature::list(Feature::list(Feature::float64()))),
        _ => None,
    }
}

/// `s.objects[1].bbox` → `member(s.objects[1], 'bbox')`.
fn accessed(root: Expr, chain: Vec<AccessExpr>) -> Expr {
    let mut at = root;
    for access in chain {
        at = match (at, access) {
            (Expr::Identifier(first), AccessExpr::Dot(Expr::Identifier(next))) => {
                Expr::CompoundIdentifier(vec![first, next])
            }
            (Expr::CompoundIdentifier(mut parts), AccessExpr::Dot(Expr::Identifier(next))) => {
                parts.push(next);
                Expr::CompoundIdentifier(parts)
            }
            (at, AccessExpr::Dot(Expr::Identifier(name))) => call(MEMBER, vec![at, text(name.value)]),
            (at, access) => Expr::CompoundFieldAccess { root: Box::new(at), access_chain: vec![access] },
        };
    }
    at
}

fn literal(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

fn text(text: String) -> Expr {
    Expr::Value(Value::SingleQuotedString(text).into())
}

fn not(expr: Expr) -> Expr {
    Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(expr) }
}

fn call(name: &str, arguments: Vec<Expr>) -> Expr {
    let args = arguments.into_iter().map(|a| FunctionArg::Unnamed(FunctionArgExpr::Expr(a))).collect();
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args,
            clauses: vec![],
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: vec![],
    })
}
