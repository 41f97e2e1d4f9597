//! `sum` that fails where the sum of integers doesn't fit into 64 bits, instead of wrapping around.
//!
//! Integers are summed as decimals of 38 digits, in which no sum of 64-bit integers overflows; the result is an integer
//! again. Everything else is summed by DataFusion's `sum`.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{DECIMAL128_MAX_PRECISION, DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::functions_aggregate::sum::Sum;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, EmitTo, GroupsAccumulator, ReversedUDAF, SetMonotonicity, Signature,
};

/// What integers are summed as.
const WIDE: DataType = DataType::Decimal128(DECIMAL128_MAX_PRECISION, 0);

/// `sum(x)`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct CheckedSum(Sum);

impl CheckedSum {
    /// The function.
    pub fn new() -> Self {
        Self(Sum::new())
    }
}

impl Default for CheckedSum {
    fn default() -> Self {
        Self::new()
    }
}

fn is_integer(of: &DataType) -> bool {
    matches!(of, DataType::Int64 | DataType::UInt64)
}

fn wide(field: &FieldRef) -> FieldRef {
    Arc::new(Field::new(field.name(), WIDE, field.is_nullable()))
}

impl AggregateUDFImpl for CheckedSum {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn signature(&self) -> &Signature {
        self.0.signature()
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        self.0.return_type(arguments)
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        if !is_integer(args.return_type()) {
            return self.0.accumulator(args);
        }
        let (answer, fields) =
            (args.return_type().clone(), args.expr_fields.iter().map(wide).collect::<Vec<_>>());
        let args = AccumulatorArgs { return_field: wide(&args.return_field), expr_fields: &fields, ..args };
        Ok(Box::new(WideSum { sum: self.0.accumulator(args)?, answer }))
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        if args.is_distinct || !is_integer(args.return_type()) {
            return self.0.create_sliding_accumulator(args);
        }
        let (answer, fields) =
            (args.return_type().clone(), args.expr_fields.iter().map(wide).collect::<Vec<_>>());
        let args = AccumulatorArgs { return_field: wide(&args.return_field), expr_fields: &fields, ..args };
        Ok(Box::new(WideSum { sum: self.0.create_sliding_accumulator(args)?, answer }))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        if !is_integer(args.return_field.data_type()) {
            return self.0.state_fields(args);
        }
        self.0.state_fields(StateFieldsArgs { return_field: wide(&args.return_field), ..args })
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        self.0.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        if !is_integer(args.return_type()) {
            return self.0.create_groups_accumulator(args);
        }
        let (answer, fields) =
            (args.return_type().clone(), args.expr_fields.iter().map(wide).collect::<Vec<_>>());
        let args = AccumulatorArgs { return_field: wide(&args.return_field), expr_fields: &fields, ..args };
        Ok(Box::new(WideGroups { sums: self.0.create_groups_accumulator(args)?, answer }))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        self.0.reverse_expr()
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.0.order_sensitivity()
    }

    fn set_monotonicity(&self, of: &DataType) -> SetMonotonicity {
        self.0.set_monotonicity(of)
    }
}

fn widened(values: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
    values.iter().map(|v| Ok(cast(v, &WIDE)?)).collect()
}

/// The sums as integers.
fn narrowed(sums: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    let strict = CastOptions { safe: false, ..CastOptions::default() };
    match cast_with_options(sums, to, &strict) {
        Ok(integers) => Ok(integers),
        Err(_) => exec_err!(
            "integer overflow: a sum() doesn't fit into 64 bits; sum decimals: sum(CAST(x AS DECIMAL(38, 0)))"
        ),
    }
}

/// The sum of one group.
#[derive(Debug)]
struct WideSum {
    sum: Box<dyn Accumulator>,
    answer: DataType,
}

impl Accumulator for WideSum {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.sum.update_batch(&widened(values)?)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let sum = self.sum.evaluate()?.to_array()?;
        ScalarValue::try_from_array(&narrowed(&sum, &self.answer)?, 0)
    }

    fn size(&self) -> usize {
        self.sum.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.sum.state()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.sum.merge_batch(states)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.sum.retract_batch(&widened(values)?)
    }

    fn supports_retract_batch(&self) -> bool {
        self.sum.supports_retract_batch()
    }
}

/// The sums of all groups.
struct WideGroups {
    sums: Box<dyn GroupsAccumulator>,
    answer: DataType,
}

impl GroupsAccumulator for WideGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.sums.update_batch(&widened(values)?, groups, filter, total)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        narrowed(&self.sums.evaluate(emit_to)?, &self.answer)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        self.sums.state(emit_to)
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.sums.merge_batch(values, groups, total)
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        self.sums.convert_to_state(&widened(values)?, filter)
    }

    fn size(&self) -> usize {
        self.sums.size()
    }
}
