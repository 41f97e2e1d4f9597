//! Rewrites functions of class labels, and comparisons of labels with the names of classes.
//!
//! A label is its class's name. The table has a second column with the class numbers, which queries can't name. This
//! rule runs on the logical plan before DataFusion's own rules, where every expression still knows the feature of its
//! column, and lets the functions of labels use the numbers:
//!
//! | expression | becomes |
//! |---|---|
//! | `isa(label, 'canine.n.02')` | `number IN (3, 17, …)` |
//! | `isa(objects.category, …)` | `label_in[3, 17, …](…)`: true if any |
//! | `label = 'DOG'`, `label IN ('CAT', 'dog')` | the same with the names as the classes are spelled |
//! | `synset(label)` | a look-up in the classes' synsets |
//! | `label_id(label)` | `number` |
//! | `lca(label, 'dog.n.01')` | `lca(synset(label), 'n02084071')` |
//! | `cosine_distance(embedding, …)` | the same, with the embedding's element type |
//!
//! Where the numbers are not at hand (the label comes out of a subquery), the functions go by the classes' names.
//! `isa` is false for a class without a synset; `synset(label)` is null for it. Where no class matches at all, the
//! condition is `number IN (-1)`, a number that no class has, so that statistics rule out every row group. Conditions
//! on names become conditions on numbers at the scan: see [`crate::table::by_class`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::expr::{Between, InList, ScalarFunction};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    BinaryExpr, Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder, Operator, ScalarUDF, TableScan,
    TableScanBuilder, TableSource, lit,
};
use datafusion::optimizer::AnalyzerRule;
use hub_schema::Feature;

use super::classes::{Classes, NO_CLASS, feature_of};
use super::concept;
use super::numbers;
use crate::error::{QueryError, external};
use crate::functions::cosine::Cosine;
use crate::functions::label_in::LabelIn;
use crate::functions::label_lookup::{LabelLookup, Wanted};
use crate::functions::names::{COSINE, ISA, LABEL_ID, LABEL_IS, LABEL_NAME, LCA, SYNSET, WUP};

/// The analyzer rule. It records the labels that `isa` was called with, so that a note can list those of their classes
/// that have no synset.
pub struct LabelRewrite {
    /// The table with all its columns, also those that queries can't name.
    table: Arc<dyn TableSource>,
    /// Is this that table, without those columns?
    is_table: fn(&Arc<dyn TableSource>) -> bool,
    /// The names of all label columns, for messages.
    labels: Vec<String>,
    isa_labels: Arc<Mutex<BTreeMap<String, Classes>>>,
}

impl std::fmt::Debug for LabelRewrite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LabelRewrite").field("labels", &self.labels).finish_non_exhaustive()
    }
}

impl LabelRewrite {
    /// The rule for a table with these labels.
    pub fn new(
        table: Arc<dyn TableSource>,
        is_table: fn(&Arc<dyn TableSource>) -> bool,
        labels: Vec<String>,
    ) -> Self {
        Self { table, is_table, labels, isa_labels: Arc::default() }
    }

    /// The labels that `isa` was called with, filled while a query is planned.
    pub fn isa_labels(&self) -> Arc<Mutex<BTreeMap<String, Classes>>> {
        Arc::clone(&self.isa_labels)
    }
}

impl AnalyzerRule for LabelRewrite {
    fn name(&self) -> &'static str {
        "label_rewrite"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        let columns = plan.schema().columns();
        let plan = plan.transform_up_with_subqueries(|plan| {
            if let LogicalPlan::TableScan(scan) = plan {
                return Ok(Transformed::yes(LogicalPlan::TableScan(self.with_numbers(scan)?)));
            }
            let schema = merge_schema(&plan.inputs());
            let names = NamePreserver::new(&plan);
            let mapped = plan.map_expressions(|expr| {
                let name = names.save(&expr);
                let mapped = expr.transform_up(|expr| self.rewrite(expr, &schema))?;
                Ok(mapped.update_data(|expr| name.restore(expr)))
            })?;
            // The columns of the inputs are others now.
            mapped.map_data(LogicalPlan::recompute_schema)
        })?;
        let plan = plan.data;
        if plan.schema().fields().len() == columns.len() {
            return Ok(plan);
        }
        LogicalPlanBuilder::from(plan).project(columns.into_iter().map(Expr::Column))?.build()
    }
}

impl LabelRewrite {
    /// The scan of `samples` with all columns; any other scan as it is.
    fn with_numbers(&self, scan: TableScan) -> Result<TableScan> {
        if !(self.is_table)(&scan.source) {
            return Ok(scan);
        }
        TableScanBuilder::new(scan.table_name, Arc::clone(&self.table)).build()
    }

    fn rewrite(&self, expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
        let new = match &expr {
            Expr::ScalarFunction(call) => self.function(call, schema)?,
            Expr::BinaryExpr(BinaryExpr { left, op, right }) if is_comparison(*op) => {
                let (found, side, other) = match (label(left, schema), label(right, schema)) {
                    (Some(found), None) => (found, left, right),
                    (None, Some(found)) => (found, right, left),
                    _ => return Ok(Transformed::no(expr)),
                };
                not_a_number(&found.0, other, schema)?;
                comparison(&found, side, *op, other)?
            }
            Expr::InList(InList { expr: of, list, negated }) => match label(of, schema) {
                Some(label) => {
                    let mut spelled = Vec::with_capacity(list.len());
                    for item in list {
                        not_a_number(&label.0, item, schema)?;
                        match text(item) {
                            Some(name) => spelled.extend(label.spelled(name)?.into_iter().map(lit)),
                            None => spelled.push(item.clone()),
                        }
                    }
                    Some(of.as_ref().clone().in_list(spelled, *negated))
                }
                None => None,
            },
            Expr::Between(Between { expr: of, low, high, .. }) => {
                if let Some(label) = label(of, schema) {
                    not_a_number(&label.0, low, schema)?;
                    not_a_number(&label.0, high, schema)?;
                }
                None
            }
            _ => None,
        };
        Ok(new.map_or_else(|| Transformed::no(expr), Transformed::yes))
    }

    fn function(&self, call: &ScalarFunction, schema: &DFSchema) -> Result<Option<Expr>> {
        let arguments = call.args.as_slice();
        Ok(match (call.func.name(), arguments) {
            (ISA, [label, concept]) => {
                let found = self.need(ISA, label, schema)?;
                let Some(concept) = text(concept) else {
                    return Err(external(QueryError::sql(format!(
                        "isa(label, synset) expects one synset as a text literal, found {concept}"
                    ))));
                };
                if let Ok(mut labels) = self.isa_labels.lock() {
                    labels.insert(shown(label), found.classes.clone());
                }
                let below = concept::below(concept::resolve(concept).map_err(external)?);
                Some(found.is_one_of(found.classes.with_synsets(&below)))
            }
            (LABEL_IS, [label, names @ ..]) => {
                let texts: Vec<&str> = names.iter().filter_map(text).collect();
                let Some(found) = classes(label, schema) else {
                    // A computed column that has the name of a label column, and is not a label.
                    return Ok(Some(label.clone().in_list(names.to_vec(), false)));
                };
                let mut numbers: BTreeSet<i64> = names
                    .iter()
                    .filter_map(|n| match n {
                        Expr::Literal(ScalarValue::Int64(number), _) => *number,
                        _ => None,
                    })
                    .collect();
                for name in texts {
                    numbers.extend(found.classes.named(&shown(label), name).map_err(external)?);
                }
                Some(found.is_one_of(numbers))
            }
            (SYNSET, [label]) => Some(self.need(SYNSET, label, schema)?.look_up(SYNSET, Wanted::Synset)),
            // A label is its name, and what is cast to text or computed from one is text too.
            (LABEL_NAME, [label]) if is_text(label, schema) => Some(label.clone()),
            (LABEL_NAME, [label]) => {
                Some(self.need(LABEL_NAME, label, schema)?.look_up(LABEL_NAME, Wanted::Name))
            }
            (LABEL_ID, [label]) => {
                let found = self.need(LABEL_ID, label, schema)?;
                Some(if found.numbers { found.expr } else { found.look_up(LABEL_ID, Wanted::Number) })
            }
            (LCA | WUP, [a, b]) => {
                let (one, other) = (synset(a, schema)?, synset(b, schema)?);
                if one.is_none() && other.is_none() {
                    return Ok(None);
                }
                let arguments = vec![one.unwrap_or_else(|| a.clone()), other.unwrap_or_else(|| b.clone())];
                Some(Expr::ScalarFunction(ScalarFunction::new_udf(Arc::clone(&call.func), arguments)))
            }
            (COSINE, [a, b]) => {
                let function = Cosine::new(elements(a, schema), elements(b, schema));
                let function = Arc::new(ScalarUDF::from(function));
                if *function == *call.func {
                    return Ok(None);
                }
                Some(Expr::ScalarFunction(ScalarFunction::new_udf(function, arguments.to_vec())))
            }
            _ => None,
        })
    }

    fn need(
        &self,
        function: &'static str,
        label: &Expr,
        schema: &DFSchema,
    ) -> Result<Label, DataFusionError> {
        classes(label, schema).ok_or_else(|| {
            let (found, labels) = (shown(label), self.labels.clone());
            external(QueryError::NotALabel { position: None, function, found, labels })
        })
    }
}

/// A label, or a list of labels, in an expression.
struct Label {
    /// The class numbers, or where they are not at hand the classes' names.
    expr: Expr,
    numbers: bool,
    classes: Classes,
}

impl Label {
    /// The condition that the label is one of these, or that one of a list is.
    fn is_one_of(&self, mut numbers: BTreeSet<i64>) -> Expr {
        let names = if self.numbers { BTreeSet::new() } else { self.classes.names_of(&numbers) };
        if numbers.is_empty() {
            numbers.insert(NO_CLASS);
        }
        if self.classes.many {
            let function = Arc::new(ScalarUDF::from(LabelIn::new(numbers, names)));
            return Expr::ScalarFunction(ScalarFunction::new_udf(function, vec![self.expr.clone()]));
        }
        let label = self.expr.clone();
        match (self.numbers, names.is_empty()) {
            (true, _) => label.in_list(numbers.into_iter().map(lit).collect(), false),
            // False for every class; null for null.
            (false, true) => label.clone().not_eq(label),
            (false, false) => label.in_list(names.into_iter().map(lit).collect(), false),
        }
    }

    fn look_up(self, name: &'static str, wanted: Wanted) -> Expr {
        let function = Arc::new(ScalarUDF::from(LabelLookup::new(name, wanted, self.classes)));
        Expr::ScalarFunction(ScalarFunction::new_udf(function, vec![self.expr]))
    }
}

/// The label, or list of labels, that an expression is.
fn classes(expr: &Expr, schema: &DFSchema) -> Option<Label> {
    if let Some((expr, feature)) = numbers::of(expr, schema) {
        return Some(Label { expr, numbers: true, classes: Classes::of_feature(&feature)? });
    }
    let (_, field) = expr.to_field(schema).ok()?;
    Some(Label { expr: expr.clone(), numbers: false, classes: Classes::of(&field)? })
}

/// A single label that is compared, for messages about it.
struct Compared(String, Classes);

impl Compared {
    fn spelled(&self, name: &str) -> Result<Vec<String>> {
        self.1.spelled(&self.0, name).map_err(external)
    }
}

/// The single label, by its name, that an expression is.
fn label(expr: &Expr, schema: &DFSchema) -> Option<Compared> {
    if matches!(expr, Expr::Literal(..) | Expr::Cast(_) | Expr::TryCast(_)) {
        return None;
    }
    let Label { classes, .. } = classes(expr, schema)?;
    (!classes.many && is_text(expr, schema)).then(|| Compared(shown(expr), classes))
}

fn is_text(expr: &Expr, schema: &DFSchema) -> bool {
    expr.get_type(schema).is_ok_and(|found| found.is_string())
}

const fn is_comparison(op: Operator) -> bool {
    use Operator::{Eq, Gt, GtEq, IsDistinctFrom, IsNotDistinctFrom, Lt, LtEq, NotEq};
    matches!(op, Eq | NotEq | Lt | LtEq | Gt | GtEq | IsDistinctFrom | IsNotDistinctFrom)
}

/// The comparison of a label with the name of a class, as the class is spelled; `None` where it is spelled so, or
/// compared with anything else.
fn comparison(label: &Compared, side: &Expr, op: Operator, other: &Expr) -> Result<Option<Expr>> {
    use Operator::{Eq, IsDistinctFrom, IsNotDistinctFrom, NotEq};
    let Some(name) = text(other).filter(|_| matches!(op, Eq | NotEq | IsDistinctFrom | IsNotDistinctFrom))
    else {
        return Ok(None);
    };
    let names = label.spelled(name)?;
    if names == [name] {
        return Ok(None);
    }
    let is = side.clone().in_list(names.into_iter().map(lit).collect(), false);
    Ok(Some(match op {
        Eq => is,
        NotEq => Expr::Not(Box::new(is)),
        IsNotDistinctFrom => Expr::IsTrue(Box::new(is)),
        _ => Expr::IsNotTrue(Box::new(is)),
    }))
}

/// An error where a label is compared with a number: a class number is `label_id(label)`.
fn not_a_number(label: &str, other: &Expr, schema: &DFSchema) -> Result<()> {
    if other.get_type(schema).is_ok_and(|found| found.is_numeric()) {
        let number = match other {
            Expr::Literal(value, _) => value.to_string(),
            other => other.schema_name().to_string(),
        };
        return Err(external(QueryError::Sql {
            message: format!(
                "'{label}' is the name of a class, and can't be compared with the number {number}"
            ),
            position: None,
            hint: Some(format!("the number of its class is label_id({label})")),
        }));
    }
    Ok(())
}

/// The expression for messages: `objects.category` where it is a path, else as DataFusion names it.
fn shown(expr: &Expr) -> String {
    match crate::functions::member::path_of(expr) {
        Some(path) => path.join("."),
        None => expr.schema_name().to_string(),
    }
}

fn text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Literal(value, _) => value.try_as_str().flatten(),
        _ => None,
    }
}

fn elements(expr: &Expr, schema: &DFSchema) -> Option<hub_schema::DType> {
    let (_, field) = expr.to_field(schema).ok()?;
    match feature_of(&field)? {
        Feature::Tensor { dtype, .. } => Some(dtype),
        _ => None,
    }
}

/// An argument of `lca` or `wup` rewritten to a synset's id; `None` where it can stay as it is.
fn synset(side: &Expr, schema: &DFSchema) -> Result<Option<Expr>> {
    if let Some(name) = text(side) {
        let id = concept::resolve(name).map_err(external)?.to_string();
        return Ok((id != name).then(|| Expr::Literal(ScalarValue::Utf8(Some(id)), None)));
    }
    Ok(classes(side, schema).map(|label| label.look_up(SYNSET, Wanted::Synset)))
}
