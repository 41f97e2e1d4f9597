//! Rewrites comparisons of labels with texts to calls of `label_is`.
//!
//! It is done here, before planning, because the planner's type check would refuse them: a number, or a list of
//! numbers, can't be compared with a text. The calls are replaced by class numbers later: [`crate::labels::rewrite`].

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments,
};
use hub_schema::Feature;

use super::expr::{call, literal, not, text};
use super::resolve::Names;
use super::scope::last;
use crate::functions::names::{LABEL_IS, LABEL_NAME, MEMBER};
use crate::labels::classes::Classes;
use crate::members::member_of;

/// The rewritten expression; `None` where it is not a comparison of a label with texts.
pub fn by_name(names: &Names<'_>, expr: &Expr) -> Option<Expr> {
    match expr {
        // `unnest` drops the field's metadata, so the classes would be lost: unnest the names.
        Expr::Function(unnest) if unnest.name.to_string().eq_ignore_ascii_case("unnest") => {
            let FunctionArguments::List(list) = &unnest.args else { return None };
            let [FunctionArg::Unnamed(FunctionArgExpr::Expr(labels))] = list.args.as_slice() else {
                return None;
            };
            is_label(names, labels).then(|| call("unnest", vec![call(LABEL_NAME, vec![labels.clone()])]))
        }
        Expr::BinaryOp { left, op: op @ (BinaryOperator::Eq | BinaryOperator::NotEq), right } => {
            let (label, name) = match (is_label(names, left), literal(right)) {
                (true, Some(name)) => (left, name),
                _ if is_label(names, right) => (right, literal(left)?),
                _ => return None,
            };
            let is = call(LABEL_IS, vec![label.as_ref().clone(), text(name.to_owned())]);
            Some(if *op == BinaryOperator::Eq { is } else { not(is) })
        }
        Expr::InList { expr, list, negated } if is_label(names, expr) && !list.is_empty() => {
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

/// Is the expression a class label, or a list of class labels?
fn is_label(names: &Names<'_>, expr: &Expr) -> bool {
    feature(names, expr).is_some_and(|f| Classes::of_feature(&f).is_some())
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
