//! Bounds the memory and time of functions whose cost is more than linear in their arguments.
//!
//! The memory pool counts what is sorted, grouped and joined, not what a function allocates: `concat(a, a)` in ten
//! nested queries is a thousand times `a`, and `replace(a, 'x', b)` has `b` as often as `a` has `x`. And a function
//! computes a whole batch in one call, during which no limit is checked. So an analyzer rule wraps such functions, by
//! their [`Guards`]: each checks the lengths of its arguments and fails before it allocates, or works in slices of the
//! batch and checks the time after each. The rule also refuses what can't be guarded: casts to types with a size, and
//! computed regular expressions.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::kernels::concat_elements::concat_elements_utf8;
use arrow::compute::{cast, concat};
use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, LogicalPlan, Operator, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility,
};
use datafusion::optimizer::AnalyzerRule;

use super::cosine::Cosine;
use super::guards::{Growth, Guards};
use super::{allowed, bounded_type, pattern};
use crate::error::{QueryError, external};

/// The most bytes that one call may allocate for a batch of rows.
const MAX_CALL_BYTES: usize = 64 << 20;

/// The most bytes of a constant result, which is repeated in every row.
const MAX_CONSTANT_BYTES: usize = 64 << 10;

/// When a query must be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Clock {
    deadline: Instant,
    time: Duration,
}

impl Clock {
    /// A clock of a query that begins now.
    pub fn start(time: Duration) -> Self {
        let now = Instant::now();
        let day = Duration::from_secs(24 * 3600);
        Self { deadline: now.checked_add(time).unwrap_or(now + day), time }
    }

    fn check(&self) -> Result<()> {
        if Instant::now() > self.deadline { Err(external(QueryError::Time(self.time))) } else { Ok(()) }
    }
}

/// Wraps the functions that have [`Guards`], and refuses what can't be guarded.
#[derive(Debug)]
pub struct GuardRule {
    /// The clock of the query.
    pub clock: Clock,
}

impl AnalyzerRule for GuardRule {
    fn name(&self) -> &'static str {
        "guards"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|plan| {
            let names = NamePreserver::new(&plan);
            plan.map_expressions(|expr| {
                let name = names.save(&expr);
                let mapped = expr.transform_up(|expr| {
                    check(&expr)?;
                    Ok(guarded(expr, self.clock))
                })?;
                Ok(mapped.update_data(|expr| name.restore(expr)))
            })
        })
        .map(|done| done.data)
    }
}

/// Refuses an expression whose cost can't be bounded.
fn check(expr: &Expr) -> Result<()> {
    let checked = match expr {
        Expr::Cast(cast) => bounded_type::check(cast.field.data_type()),
        Expr::TryCast(cast) => bounded_type::check(cast.field.data_type()),
        Expr::SimilarTo(like) => pattern::check(&like.pattern),
        Expr::BinaryExpr(BinaryExpr { op, right, .. }) if is_regex(*op) => pattern::check(right),
        Expr::ScalarFunction(call) if call.func.name().starts_with("regexp_") => {
            call.args.get(1).map_or(Ok(()), pattern::check)
        }
        _ => Ok(()),
    };
    checked.map_err(external)
}

const fn is_regex(op: Operator) -> bool {
    matches!(
        op,
        Operator::RegexMatch | Operator::RegexIMatch | Operator::RegexNotMatch | Operator::RegexNotIMatch
    )
}

fn guarded(expr: Expr, clock: Clock) -> Transformed<Expr> {
    let (inner, arguments, guards) = match expr {
        Expr::ScalarFunction(call) => match allowed::guards(call.func.name()) {
            // The functions of this crate are not DataFusion's, also where they have the same name.
            Some(guards) if !call.func.inner().is::<Guarded>() && !call.func.inner().is::<Cosine>() => {
                (call.func, call.args, guards)
            }
            _ => return Transformed::no(Expr::ScalarFunction(call)),
        },
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::StringConcat, right }) => {
            (Arc::new(ScalarUDF::from(Joined::new())), vec![*left, *right], Guards::grows(Growth::Sum))
        }
        other => return Transformed::no(other),
    };
    let function = Arc::new(ScalarUDF::from(Guarded { inner, guards, clock }));
    Transformed::yes(Expr::ScalarFunction(ScalarFunction::new_udf(function, arguments)))
}

/// A function within its guards.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Guarded {
    inner: Arc<ScalarUDF>,
    guards: Guards,
    clock: Clock,
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
        self.clock.check()?;
        if let Some(growth) = self.guards.growth
            && bytes(growth, &args.args, rows)? > most
        {
            return Err(self.refused(
                "the result of one call is limited to 64 KiB for constants and 64 MiB for a batch of rows; use shorter \
                 values, or filter with WHERE first",
            ));
        }
        if let Some(most) = self.guards.longest_bytes {
            for argument in &args.args {
                if longest(argument)? > most {
                    return Err(self.refused(
                        "it compares texts of at most 4096 bytes; shorten them with left(text, 4096)",
                    ));
                }
            }
        }
        match self.guards.slice_bytes {
            Some(bytes) if !constant => self.in_slices(args, bytes),
            _ => self.inner.invoke_with_args(args),
        }
    }
}

impl Guarded {
    fn refused(&self, why: &'static str) -> DataFusionError {
        external(QueryError::Refused { what: format!("{}() of values this long", self.inner.name()), why })
    }

    /// Computes slices of about `bytes` of the arguments, and checks the time before each.
    fn in_slices(&self, args: ScalarFunctionArgs, bytes: usize) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        let mut all = 1_usize;
        for argument in &args.args {
            all = all.saturating_add(total(argument, rows)?);
        }
        let slice_rows = (rows as u128 * bytes as u128 / all as u128).clamp(1, rows.max(1) as u128) as usize;
        if slice_rows >= rows {
            return self.inner.invoke_with_args(args);
        }
        let mut done = Vec::with_capacity(rows.div_ceil(slice_rows));
        for start in (0..rows).step_by(slice_rows) {
            self.clock.check()?;
            let number_rows = slice_rows.min(rows - start);
            let slice = |argument: &ColumnarValue| match argument {
                ColumnarValue::Array(array) => ColumnarValue::Array(array.slice(start, number_rows)),
                ColumnarValue::Scalar(scalar) => ColumnarValue::Scalar(scalar.clone()),
            };
            let slice = ScalarFunctionArgs {
                args: args.args.iter().map(slice).collect(),
                arg_fields: args.arg_fields.clone(),
                number_rows,
                return_field: Arc::clone(&args.return_field),
                config_options: Arc::clone(&args.config_options),
            };
            done.push(self.inner.invoke_with_args(slice)?.into_array(number_rows)?);
        }
        let done: Vec<&dyn Array> = done.iter().map(AsRef::as_ref).collect();
        Ok(ColumnarValue::Array(concat(&done)?))
    }
}

/// An upper bound for the result, in bytes.
fn bytes(growth: Growth, arguments: &[ColumnarValue], rows: usize) -> Result<usize> {
    let mut all = 0_usize;
    for argument in arguments {
        all = all.saturating_add(total(argument, rows)?);
    }
    let Some(first) = arguments.first() else { return Ok(0) };
    Ok(match growth {
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
        Growth::Wide => all.saturating_mul(arguments.len()),
        Growth::Items => total(first, rows)?.saturating_mul(size_of::<i32>() + 1),
    })
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
