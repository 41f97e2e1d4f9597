//! Rewrites comparisons of lists of labels with texts to calls of `label_is`: is one of them of such a class?
//!
//! It is done here, before planning, because the planner's type check would refuse them: a list of texts can't be
//! compared with a text. The calls are replaced later: [`crate::labels::rewrite`].

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments,
};
use hub_schema::Feature;

use super::expr::{call, literal, not, text};
use super::resolve::Names;
use super::scope::last;
use crate::functions::names::{LABEL_IS, MEMBER};
use crate::labels::classes::Classes;
use crate::members::member_of;

/// The rewritten expression; `None` where it is not a comparison of a list of labels with texts.
pub fn any_by_name(names: &Names<'_>, expr: &Expr) -> Option<Expr> {
    match expr {
        Expr::BinaryOp { left, op: op @ (BinaryOperator::Eq | BinaryOperator::NotEq), right } => {
            let (labels, name) = match (is_list_of_labels(names, left), literal(right)) {
                (true, Some(name)) => (left, name),
                _ if is_list_of_labels(names, right) => (right, literal(left)?),
                _ => return None,
            };
            let is = call(LABEL_IS, vec![labels.as_ref().clone(), text(name.to_owned())]);
            Some(if *op == BinaryOperator::Eq { is } else { not(is) })
        }
        Expr::InList { expr, list, negated } if is_list_of_labels(names, expr) && !list.is_empty() => {
            let literals: Option<Vec<_>> =
                list.iter().map(|n| literal(n).map(|n| text(n.to_owned()))).collect();
            let mut arguments = vec![expr.as_ref().clone()];
            arguments.extend(literals?);
            let is = call(LABEL_IS, arguments);
            Some(if *negated { not(is) } else { is })
        }
        _ => None,
    }
}

fn is_list_of_labels(names: &Names<'_>, expr: &Expr) -> bool {
    feature(names, expr).and_then(|f| Classes::of_feature(&f)).is_some_and(|classes| classes.many)
}

fn feature(names: &Names<'_>, expr: &Expr) -> Option<Feature> {
    match expr {
        Expr::Identifier(name) => feature_of(names, &name.value),
        Expr::CompoundIdentifier(parts) => feature_of(names, &parts.last()?.value),
        Expr::Nested(inner) => feature(names, inner),
        Expr::Function(f) if last(&f.name)?.value == MEMBER => {
            let FunctionArguments::List(list) = &f.args else { return None };
            let [
                FunctionArg::Unnamed(FunctionArgExpr::Expr(of)),
                FunctionArg::Unnamed(FunctionArgExpr::Expr(m)),
            ] = list.args.as_slice()
            else {
                return None;
            };
            member_of(&feature(names, of)?, literal(m)?)
        }
        _ => None,
    }
}

fn feature_of(names: &Names<'_>, name: &str) -> Option<Feature> {
    names.columns.iter().find(|(n, _)| *n == name).and_then(|(_, f)| f.cloned())
}
