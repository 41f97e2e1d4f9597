//! Rewrites expressions on class labels to plain conditions on numbers.
//!
//! Runs on the logical plan before DataFusion's own rules, where every expression still knows the feature of its
//! column:
//!
//! | expression | becomes |
//! |---|---|
//! | `isa(label, 'canine.n.02')` | `label IN (3, 17, …)` |
//! | `isa(objects.category, …)` | `label_in[3, 17, …](…)`: true if any |
//! | `label = 'dog'`, `label IN ('cat', 'dog')` | `label IN (…)` |
//! | `label LIKE 'd%'` | `label_name(label) LIKE 'd%'` |
//! | `synset(label)`, `label_name(label)` | a look-up in the classes' synsets or names |
//! | `lca(label, 'dog.n.01')` | `lca(synset(label), 'n02084071')` |
//! | `cosine_distance(embedding, …)` | the same, with the embedding's element type |
//!
//! `isa` is false for a class without a synset; `synset(label)` is null for it. Where no class matches at all, the
//! condition is `label IN (-1)`, a number that no class has, so that statistics rule out every row group.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::expr::{InList, Like, ScalarFunction};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, LogicalPlan, Operator, ScalarUDF, lit};
use datafusion::optimizer::AnalyzerRule;
use hub_schema::Feature;

use super::classes::{Classes, NO_CLASS, feature_of};
use super::concept;
use crate::error::{QueryError, external};
use crate::functions::cosine::Cosine;
use crate::functions::label_in::LabelIn;
use crate::functions::label_text::LabelText;
use crate::functions::names::{COSINE, ISA, LABEL_IS, LABEL_NAME, LCA, SYNSET, WUP};

/// The analyzer rule. It records the labels that `isa` was called with, so that a note can list those of their classes
/// that have no synset.
#[derive(Debug, Default)]
pub struct LabelRewrite {
    /// The names of all label columns, for messages.
    labels: Vec<String>,
    isa_labels: Arc<Mutex<BTreeMap<String, Classes>>>,
}

impl LabelRewrite {
    /// The rule for a table with these labels.
    pub fn new(labels: Vec<String>) -> Self {
        Self { labels, isa_labels: Arc::default() }
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
        plan.transform_up_with_subqueries(|plan| {
            let mut schema = merge_schema(&plan.inputs());
            if let LogicalPlan::TableScan(scan) = &plan {
                let table =
                    DFSchema::try_from_qualified_schema(scan.table_name.clone(), &scan.source.schema())?;
                schema.merge(&table);
            }
            let names = NamePreserver::new(&plan);
            let mapped = plan.map_expressions(|expr| {
                let name = names.save(&expr);
                let mapped = expr.transform_up(|expr| self.rewrite(expr, &schema))?;
                Ok(mapped.update_data(|expr| name.restore(expr)))
            })?;
            if mapped.transformed { mapped.map_data(LogicalPlan::recompute_schema) } else { Ok(mapped) }
        })
        .map(|done| done.data)
    }
}

impl LabelRewrite {
    fn rewrite(&self, expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
        let new = match &expr {
            Expr::ScalarFunction(call) => self.function(call, schema)?,
            Expr::BinaryExpr(BinaryExpr { left, op: op @ (Operator::Eq | Operator::NotEq), right }) => {
                let sides = match (text(left), text(right)) {
                    (None, Some(name)) => Some((left, name)),
                    (Some(name), None) => Some((right, name)),
                    _ => None,
                };
                sides
                    .and_then(|(label, name)| Some((label, name, classes(label, schema)?)))
                    .map(|(label, name, classes)| named(label, &classes, [name], *op == Operator::NotEq))
                    .transpose()?
            }
            Expr::InList(InList { expr: label, list, negated }) => {
                let names: Option<Vec<&str>> = list.iter().map(text).collect();
                match (names, classes(label, schema)) {
                    (Some(names), Some(classes)) if !names.is_empty() => {
                        Some(named(label, &classes, names, *negated)?)
                    }
                    _ => None,
                }
            }
            Expr::Like(like) | Expr::SimilarTo(like) => match classes(&like.expr, schema) {
                Some(classes) if !classes.many => {
                    let name = Box::new(label_name(&like.expr, &classes));
                    let like = Like { expr: name, ..like.clone() };
                    Some(if matches!(expr, Expr::Like(_)) { Expr::Like(like) } else { Expr::SimilarTo(like) })
                }
                _ => None,
            },
            _ => None,
        };
        Ok(new.map_or_else(|| Transformed::no(expr), Transformed::yes))
    }

    fn function(&self, call: &ScalarFunction, schema: &DFSchema) -> Result<Option<Expr>> {
        let arguments = call.args.as_slice();
        Ok(match (call.func.name(), arguments) {
            (ISA, [label, concept]) => {
                let classes = self.need(ISA, label, schema)?;
                let Some(concept) = text(concept) else {
                    return Err(external(QueryError::sql(format!(
                        "isa(label, synset) expects one synset as a text literal, found {concept}"
                    ))));
                };
                if let Ok(mut labels) = self.isa_labels.lock() {
                    labels.insert(shown(label), classes.clone());
                }
                let below = concept::below(concept::resolve(concept).map_err(external)?);
                Some(is_one_of(label, &classes, classes.with_synsets(&below), false))
            }
            (LABEL_IS, [label, names @ ..]) => {
                let texts: Vec<&str> = names.iter().filter_map(text).collect();
                Some(match classes(label, schema) {
                    Some(classes) if texts.is_empty() => {
                        let numbers = names.iter().filter_map(|n| match n {
                            Expr::Literal(ScalarValue::Int64(number), _) => *number,
                            _ => None,
                        });
                        is_one_of(label, &classes, numbers.collect(), false)
                    }
                    Some(classes) => named(label, &classes, texts, false)?,
                    // A computed column that has the name of a label column, and is not a label.
                    None => label.clone().in_list(names.to_vec(), false),
                })
            }
            (SYNSET, [label]) => {
                let classes = self.need(SYNSET, label, schema)?;
                Some(look_up(SYNSET, &classes.synsets, label))
            }
            (LABEL_NAME, [label]) => Some(label_name(label, &self.need(LABEL_NAME, label, schema)?)),
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
    ) -> Result<Classes, DataFusionError> {
        classes(label, schema).ok_or_else(|| {
            let (found, labels) = (shown(label), self.labels.clone());
            external(QueryError::NotALabel { position: None, function, found, labels })
        })
    }
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

fn classes(expr: &Expr, schema: &DFSchema) -> Option<Classes> {
    let (_, field) = expr.to_field(schema).ok()?;
    Classes::of(&field)
}

fn elements(expr: &Expr, schema: &DFSchema) -> Option<hub_schema::DType> {
    let (_, field) = expr.to_field(schema).ok()?;
    match feature_of(&field)? {
        Feature::Tensor { dtype, .. } => Some(dtype),
        _ => None,
    }
}

fn named<'a>(
    label: &Expr,
    classes: &Classes,
    names: impl IntoIterator<Item = &'a str>,
    negated: bool,
) -> Result<Expr> {
    let mut numbers = BTreeSet::new();
    for name in names {
        numbers.extend(classes.named(&shown(label), name).map_err(external)?);
    }
    Ok(is_one_of(label, classes, numbers, negated))
}

/// The condition that a label is one of these, or that one of a list is.
fn is_one_of(label: &Expr, classes: &Classes, mut numbers: BTreeSet<i64>, negated: bool) -> Expr {
    if numbers.is_empty() {
        numbers.insert(NO_CLASS);
    }
    if !classes.many {
        return label.clone().in_list(numbers.into_iter().map(lit).collect(), negated);
    }
    let function = Arc::new(ScalarUDF::from(LabelIn::new(numbers)));
    let any = Expr::ScalarFunction(ScalarFunction::new_udf(function, vec![label.clone()]));
    if negated { Expr::Not(Box::new(any)) } else { any }
}

fn label_name(label: &Expr, classes: &Classes) -> Expr {
    let names: Arc<[Option<String>]> = classes.names.iter().cloned().map(Some).collect();
    look_up(LABEL_NAME, &names, label)
}

fn look_up(name: &'static str, texts: &Arc<[Option<String>]>, label: &Expr) -> Expr {
    let function = Arc::new(ScalarUDF::from(LabelText::new(name, Arc::clone(texts))));
    Expr::ScalarFunction(ScalarFunction::new_udf(function, vec![label.clone()]))
}

/// An argument of `lca` or `wup` rewritten to a synset's id; `None` where it can stay as it is.
fn synset(side: &Expr, schema: &DFSchema) -> Result<Option<Expr>> {
    if let Some(name) = text(side) {
        let id = concept::resolve(name).map_err(external)?.to_string();
        return Ok((id != name).then(|| Expr::Literal(ScalarValue::Utf8(Some(id)), None)));
    }
    Ok(classes(side, schema).map(|classes| look_up(SYNSET, &classes.synsets, side)))
}
