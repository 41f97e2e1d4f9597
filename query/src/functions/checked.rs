//! Integer arithmetic that fails where the result doesn't fit, instead of wrapping around.
//!
//! DataFusion's `+`, `-` and `*` wrap: `9223372036854775807 + 1` is negative. An analyzer rule replaces them, behind
//! the rule that makes the types of both sides equal. It also leaves NaN the greatest number, which it is without its sign
//! bit alone: floats are negated by subtraction from 0, and what a division gives, often NaN with the bit, is replaced.

use std::sync::Arc;

use arrow::array::{ArrayRef, Datum};
use arrow::compute::kernels::numeric::{add, mul, sub};
use arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::functions::math::expr_fn::nanvl;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, ExprSchemable, LogicalPlan, Operator, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility, lit,
};
use datafusion::optimizer::AnalyzerRule;

/// Replaces integer arithmetic by [`Checked`].
#[derive(Debug)]
pub struct CheckedArithmeticRule;

impl AnalyzerRule for CheckedArithmeticRule {
    fn name(&self) -> &'static str {
        "checked_arithmetic"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|plan| {
            let schema = merge_schema(&plan.inputs());
            let names = NamePreserver::new(&plan);
            plan.map_expressions(|expr| {
                let name = names.save(&expr);
                let mapped = expr.transform_up(|expr| Ok(checked(expr, &schema)))?;
                Ok(mapped.update_data(|expr| name.restore(expr)))
            })
        })
        .map(|done| done.data)
    }
}

fn checked(expr: Expr, schema: &DFSchema) -> Transformed<Expr> {
    let integer = |expr: &Expr| expr.get_type(schema).ok().filter(DataType::is_integer);
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
            let operation = match op {
                Operator::Plus => Operation::Add,
                Operator::Minus => Operation::Subtract,
                Operator::Multiply => Operation::Multiply,
                Operator::Divide | Operator::Modulo => {
                    let of = left.get_type(schema).ok();
                    let quotient = Expr::BinaryExpr(BinaryExpr { left, op, right });
                    let nan = match of {
                        Some(DataType::Float64) => lit(f64::NAN),
                        Some(DataType::Float32) => lit(f32::NAN),
                        _ => return Transformed::no(quotient),
                    };
                    return Transformed::yes(nanvl(quotient, nan));
                }
                _ => return Transformed::no(Expr::BinaryExpr(BinaryExpr { left, op, right })),
            };
            match (integer(&left), integer(&right)) {
                (Some(a), Some(b)) if a == b => Transformed::yes(call(operation, *left, *right)),
                _ => Transformed::no(Expr::BinaryExpr(BinaryExpr { left, op, right })),
            }
        }
        Expr::Negative(inner) => match inner.get_type(schema) {
            Ok(of) if of.is_integer() => match ScalarValue::new_zero(&of) {
                Ok(zero) => Transformed::yes(call(Operation::Subtract, lit(zero), *inner)),
                Err(_) => Transformed::no(Expr::Negative(inner)),
            },
            Ok(DataType::Float64) => Transformed::yes(lit(0.0_f64) - *inner),
            Ok(DataType::Float32) => Transformed::yes(lit(0.0_f32) - *inner),
            _ => Transformed::no(Expr::Negative(inner)),
        },
        other => Transformed::no(other),
    }
}

fn call(operation: Operation, left: Expr, right: Expr) -> Expr {
    let function = Arc::new(ScalarUDF::from(Checked::new(operation)));
    Expr::ScalarFunction(ScalarFunction::new_udf(function, vec![left, right]))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Operation {
    Add,
    Subtract,
    Multiply,
}

/// An operation on two integers of the same type; an error where the result doesn't fit into it.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Checked {
    operation: Operation,
    signature: Signature,
}

impl Checked {
    fn new(operation: Operation) -> Self {
        Self { operation, signature: Signature::any(2, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Checked {
    fn name(&self) -> &'static str {
        match self.operation {
            Operation::Add => "+",
            Operation::Subtract => "-",
            Operation::Multiply => "*",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(arguments[0].clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let compute = |a: &dyn Datum, b: &dyn Datum| -> Result<ArrayRef> {
            Ok(match self.operation {
                Operation::Add => add(a, b),
                Operation::Subtract => sub(a, b),
                Operation::Multiply => mul(a, b),
            }?)
        };
        Ok(match (&args.args[0], &args.args[1]) {
            (ColumnarValue::Scalar(a), ColumnarValue::Scalar(b)) => {
                let answer = compute(&a.to_scalar()?, &b.to_scalar()?)?;
                ColumnarValue::Scalar(ScalarValue::try_from_array(&answer, 0)?)
            }
            (ColumnarValue::Array(a), ColumnarValue::Scalar(b)) => {
                ColumnarValue::Array(compute(a, &b.to_scalar()?)?)
            }
            (ColumnarValue::Scalar(a), ColumnarValue::Array(b)) => {
                ColumnarValue::Array(compute(&a.to_scalar()?, b)?)
            }
            (ColumnarValue::Array(a), ColumnarValue::Array(b)) => ColumnarValue::Array(compute(a, b)?),
        })
    }
}
