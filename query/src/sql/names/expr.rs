//! Builds and reads expressions of the statement.

use datafusion::sql::sqlparser::ast::{
    AccessExpr, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments, Ident,
    ObjectName, UnaryOperator, Value,
};

use crate::functions::names::MEMBER;

/// `s.objects[1].bbox` → `member(s.objects[1], 'bbox')`.
pub fn accessed(root: Expr, chain: Vec<AccessExpr>) -> Expr {
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

/// The text of a text literal; `None` for any other expression.
pub fn literal(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// A text literal.
pub fn text(text: String) -> Expr {
    Expr::Value(Value::SingleQuotedString(text).into())
}

/// `NOT …`.
pub fn not(expr: Expr) -> Expr {
    Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(expr) }
}

/// A function's call.
pub fn call(name: &str, arguments: Vec<Expr>) -> Expr {
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
