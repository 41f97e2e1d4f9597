//! `x IN (SELECT …)` with the nulls that SQL has, wherever it stands in a condition.
//!
//! It is null, and not false, where nothing is equal and a null might have been: `x` is null and there are rows, or one
//! of the rows is null. DataFusion plans it as a join that only knows whether a row is equal, which is right where null
//! and false come to the same: in a condition, below AND and OR; and it has a join of its own for `x NOT IN (SELECT …)`
//! as a condition by itself. Elsewhere (below NOT, `IS NOT FALSE`, CASE, or `NOT IN` below OR) this rule writes out what
//! it means.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::expr::{Exists, InSubquery};
use datafusion::logical_expr::{
    BinaryExpr, Expr, Filter, LogicalPlan, LogicalPlanBuilder, Operator, Subquery, binary_expr, lit, when,
};
use datafusion::optimizer::AnalyzerRule;

/// The analyzer rule; it comes before the types of both sides are made equal.
#[derive(Debug)]
pub struct SubqueryNullsRule;

impl AnalyzerRule for SubqueryNullsRule {
    fn name(&self) -> &'static str {
        "subquery_nulls"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|plan| {
            let LogicalPlan::Filter(filter) = plan else { return Ok(Transformed::no(plan)) };
            let is_in = |expr: &Expr| Ok(matches!(expr, Expr::InSubquery(_)));
            if !filter.predicate.exists(is_in)? {
                return Ok(Transformed::no(LogicalPlan::Filter(filter)));
            }
            let predicate = with_nulls(filter.predicate, Place::Condition)?;
            Ok(Transformed::yes(LogicalPlan::Filter(Filter::try_new(predicate, filter.input)?)))
        })
        .map(|done| done.data)
    }
}

/// Where an expression stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A condition that rows must meet.
    Condition,
    /// Below OR in such a condition: null and false come to the same.
    Alternative,
    /// Anywhere else.
    Other,
}

fn with_nulls(expr: Expr, place: Place) -> Result<Expr> {
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op: op @ (Operator::And | Operator::Or), right }) => {
            let below = match (place, op) {
                (Place::Other, _) => Place::Other,
                (Place::Condition, Operator::And) => Place::Condition,
                _ => Place::Alternative,
            };
            Ok(binary_expr(with_nulls(*left, below)?, op, with_nulls(*right, below)?))
        }
        Expr::Not(inner) => match *inner {
            Expr::InSubquery(of) => {
                with_nulls(Expr::InSubquery(InSubquery { negated: !of.negated, ..of }), place)
            }
            other => Ok(Expr::Not(Box::new(with_nulls(other, Place::Other)?))),
        },
        Expr::InSubquery(of) => match (place, of.negated) {
            (Place::Condition, _) | (Place::Alternative, false) => Ok(Expr::InSubquery(of)),
            _ => written_out(of),
        },
        other => {
            let mapped = other.map_children(|part| Ok(Transformed::yes(with_nulls(part, Place::Other)?)))?;
            Ok(mapped.data)
        }
    }
}

fn written_out(of: InSubquery) -> Result<Expr> {
    let InSubquery { expr, subquery, negated } = of;
    let there_are = |rows: LogicalPlan| {
        let subquery = Subquery { subquery: Arc::new(rows), ..subquery.clone() };
        Expr::Exists(Exists { subquery, negated: false })
    };
    let rows = subquery.subquery.as_ref().clone();
    let values = rows.schema().columns().into_iter().next();
    let nulls = match values {
        Some(value) => {
            LogicalPlanBuilder::from(rows.clone()).filter(Expr::Column(value).is_null())?.build()?
        }
        None => rows.clone(),
    };
    let unknown = expr.as_ref().clone().is_null().and(there_are(rows)).or(there_are(nulls));
    let is_in = Expr::InSubquery(InSubquery { expr, subquery: subquery.clone(), negated: false });
    when(is_in, lit(!negated)).when(unknown, lit(ScalarValue::Boolean(None))).otherwise(lit(negated))
}
