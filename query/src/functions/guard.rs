//! Bounds the memory of functions whose results may be far longer than their arguments.
//!
//! The memory pool counts what is sorted, grouped and joined, not what a function allocates: `concat(a, a)` in ten
//! nested queries is a thousand times `a`, and `replace(a, 'x', b)` has `b` as often as `a` has `x`. So an analyzer
//! rule wraps such functions; each checks the lengths of its arguments and fails before it allocates. Functions whose
//! length is given by a number (`repeat`, `lpad`, `range`, …) are not allowed in a query at all:
//! [`UNBOUNDED_FUNCTIONS`].

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::compute::kernels::concat_elements::concat_elements_utf8;
use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, LogicalPlan, Operator, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility,
};
use datafusion::optimizer::AnalyzerRule;

use crate::error::{QueryError, external};

/// Functions whose output size depends on the value of an argument; they are refused while a query is parsed.
pub const UNBOUNDED_FUNCTIONS: [&str; 10] = [
    "repeat",
    "lpad",
    "rpad",
    "range",
    "generate_series",
    "gen_series",
    "array_repeat",
    "list_repeat",
    "array_resize",
    "list_resize",
];

/// The most bytes that one call may allocate for a batch of rows.
const MAX_CALL_BYTES: usize = 256 << 20;

/// The most bytes of a constant result, which is repeated in every row.
const MAX_CONSTANT_BYTES: usize = 64 << 10;

/// An upper bound for the length of a function's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Growth {
    /// The sum of all arguments' lengths.
    Sum,
    /// The length of the first argument, times the longest values of the others.
    Product,
    /// The sum of all arguments' lengths, with the first (the separator) between each.
    Between,
}

fn growth(name: &str) -> Option<Growth> {
    Some(match name {
        "concat" | "array_concat" | "array_append" | "array_prepend" | "make_array" | "array_insert"
        | "overlay" => Growth::Sum,
        "replace" | "regexp_replace" | "array_to_string" | "array_replace" | "array_replace_n"
        | "array_replace_all" | "to_char" | "translate" => Growth::Product,
        "concat_ws" => Growth::Between,
        _ => return None,
    })
}

/// Wraps the functions that have a [`Growth`].
#[derive(Debug)]
pub struct GrowthGuardRule;

impl AnalyzerRule for GrowthGuardRule {
    fn name(&self) -> &'static str {
        "guards"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|plan| {
            let names = NamePreserver::new(&plan);
            plan.map_expressions(|expr| {
                let name = names.save(&expr);
                let mapped = expr.transform_up(|expr| Ok(guarded(expr)))?;
                Ok(mapped.update_data(|expr| name.restore(expr)))
            })
        })
        .map(|done| done.data)
    }
}

fn guarded(expr: Expr) -> Transformed<Expr> {
    let (inner, arguments, growth) = match expr {
        Expr::ScalarFunction(call) => match growth(call.func.name()) {
            Some(growth) if !call.func.inner().is::<Guarded>() => (call.func, call.args, growth),
            _ => return Transformed::no(Expr::ScalarFunction(call)),
        },
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::StringConcat, right }) => {
            (Arc::new(ScalarUDF::from(Joined::new())), vec![*left, *right], Growth::Sum)
        }
        other => return Transformed::no(other),
    };
    let function = Arc::new(ScalarUDF::from(Guarded { inner, growth }));
    Transformed::yes(Expr::ScalarFunction(ScalarFunction::new_udf(function, arguments)))
}

/// A function that checks the lengths of its arguments before it is computed.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Guarded {
    inner: Arc<ScalarUDF>,
    growth: Growth,
}

impl ScalarUDFImpl for Guarded {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(arguments)
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        self.inner.return_type(arguments)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.inner.return_field_from_args(args)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = args.args.iter().all(|a| matches!(a, ColumnarValue::Scalar(_)));
        let rows = if constant { 1 } else { args.number_rows };
        let most = if constant { MAX_CONSTANT_BYTES } else { MAX_CALL_BYTES };
        if self.bytes(&args.args, rows)? > most {
            return Err(external(QueryError::Refused {
                what: format!("{}() of values this long", self.inner.name()),
                why: "the result of one call is limited to 64 kB for constants and 256 MB for a batch of rows",
            }));
        }
        self.inner.invoke_with_args(args)
    }
}

impl Guarded {
    /// An upper bound for the result, in bytes.
    fn bytes(&self, arguments: &[ColumnarValue], rows: usize) -> Result<usize> {
        let mut all = 0_usize;
        for argument in arguments {
            all = all.saturating_add(total(argument, rows)?);
        }
        let Some(first) = arguments.first() else { return Ok(0) };
        Ok(match self.growth {
            Growth::Sum => all,
            Growth::Product => {
                let mut times = 1_usize;
                for argument in &arguments[1..] {
                    times = times.saturating_add(longest(argument)?);
                }
                total(first, rows)?.saturating_add(rows).saturating_mul(times)
            }
            Growth::Between => {
                let between = longest(first)?.saturating_mul(arguments.len()).saturating_mul(rows);
                all.saturating_add(between)
            }
        })
    }
}

/// The bytes of an argument for all rows.
fn total(argument: &ColumnarValue, rows: usize) -> Result<usize> {
    Ok(match argument {
        ColumnarValue::Scalar(scalar) => scalar_bytes(scalar).saturating_mul(rows),
        ColumnarValue::Array(array) => array.to_data().get_slice_memory_size()?.max(text_bytes(array)),
    })
}

/// The bytes of an argument's longest value.
fn longest(argument: &ColumnarValue) -> Result<usize> {
    Ok(match argument {
        ColumnarValue::Scalar(scalar) => scalar_bytes(scalar),
        ColumnarValue::Array(array) if is_text(array.data_type()) => {
            let texts = cast(array, &DataType::LargeUtf8)?;
            texts.as_string::<i64>().iter().flatten().map(str::len).max().unwrap_or(0)
        }
        ColumnarValue::Array(array) => array.to_data().get_slice_memory_size()?,
    })
}

fn scalar_bytes(scalar: &ScalarValue) -> usize {
    match scalar.try_as_str() {
        Some(text) => text.map_or(0, str::len),
        // Of a number the bytes that it takes in an array, so that a vector may be long.
        None => scalar.data_type().primitive_width().unwrap_or_else(|| scalar.size()),
    }
}

/// The decoded bytes of string views: many views may share one long text, which the array's size counts once.
fn text_bytes(array: &ArrayRef) -> usize {
    array.as_string_view_opt().map_or(0, |views| views.iter().flatten().map(str::len).sum())
}

fn is_text(of: &DataType) -> bool {
    matches!(of, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

/// `a || b` as a function, so that it can be guarded.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Joined {
    signature: Signature,
}

impl Joined {
    fn new() -> Self {
        Self { signature: Signature::any(2, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Joined {
    fn name(&self) -> &'static str {
        "||"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        // The type that the planner has for the operator, whose sides are of one type by now.
        Ok(arguments.first().filter(|first| is_text(first)).cloned().unwrap_or(DataType::Utf8))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let text = |i: usize| -> Result<ArrayRef> {
            Ok(cast(&args.args[i].to_array(args.number_rows)?, &DataType::Utf8)?)
        };
        let (one, other) = (text(0)?, text(1)?);
        let joined = concat_elements_utf8(one.as_string::<i32>(), other.as_string::<i32>())?;
        Ok(ColumnarValue::Array(cast(&joined, args.return_type())?))
    }
}
