//! `sum`, `min` and `max` that don't wrap around and know NaN.
//!
//! DataFusion's `sum` of integers wraps; its `min` and `max` of the floats of a group depend on the order of rows where
//! one is NaN. Here, integers are summed as decimals of 38 digits, in which no sum of 64-bit integers overflows, and the
//! result is an integer again or an error. Floats are compared as integers in the same order, NaN the greatest. All
//! other types are left to DataFusion.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray};
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{DECIMAL128_MAX_PRECISION, DataType, Field, FieldRef, Float64Type, Int64Type};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::functions_aggregate::min_max::{max_udaf, min_udaf};
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, ReversedUDAF, SetMonotonicity,
    Signature,
};

/// The functions, to be registered in a session.
pub fn all() -> Vec<AggregateUDF> {
    [(sum_udaf(), Detour::Decimals), (min_udaf(), Detour::Order), (max_udaf(), Detour::Order)]
        .map(|(function, detour)| AggregateUDF::from(Detoured { function, detour }))
        .into()
}

/// The type in which values are aggregated, and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Detour {
    /// 64-bit integers as decimals.
    Decimals,
    /// Floats as integers in the same order.
    Order,
}

impl Detour {
    /// The type in which values of a type are aggregated; `None` for those that are aggregated as they are.
    fn of(self, data_type: &DataType) -> Option<DataType> {
        match (self, data_type) {
            (Self::Decimals, DataType::Int64 | DataType::UInt64) => {
                Some(DataType::Decimal128(DECIMAL128_MAX_PRECISION, 0))
            }
            (Self::Order, DataType::Float32 | DataType::Float64) => Some(DataType::Int64),
            _ => None,
        }
    }

    fn there(self, values: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
        let one = |values: &ArrayRef| -> Result<ArrayRef> {
            Ok(match self {
                Self::Decimals => cast(values, &DataType::Decimal128(DECIMAL128_MAX_PRECISION, 0))?,
                Self::Order => {
                    let floats = cast(values, &DataType::Float64)?;
                    Arc::new(floats.as_primitive::<Float64Type>().unary::<_, Int64Type>(order))
                }
            })
        };
        values.iter().map(one).collect()
    }

    fn back(self, found: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
        match self {
            Self::Decimals => {
                let strict = CastOptions { safe: false, ..CastOptions::default() };
                match cast_with_options(found, to, &strict) {
                    Ok(integers) => Ok(integers),
                    Err(_) => exec_err!(
                        "integer overflow: a sum() doesn't fit into 64 bits; sum decimals: sum(CAST(x AS DECIMAL(38, 0)))"
                    ),
                }
            }
            Self::Order => {
                let floats = found.as_primitive::<Int64Type>().unary::<_, Float64Type>(float);
                Ok(cast(&floats, to)?)
            }
        }
    }
}

/// An integer for each float, in the same order: -infinity first, NaN last.
fn order(x: f64) -> i64 {
    let bits = if x.is_nan() { f64::NAN } else { x }.to_bits().cast_signed();
    bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

/// The float of such an integer.
fn float(place: i64) -> f64 {
    f64::from_bits((place ^ ((place >> 63).cast_unsigned() >> 1).cast_signed()).cast_unsigned())
}

/// A function of DataFusion that is computed by a [`Detour`].
#[derive(Debug, PartialEq, Eq, Hash)]
struct Detoured {
    function: Arc<AggregateUDF>,
    detour: Detour,
}

fn with_type(field: &FieldRef, of: &DataType) -> FieldRef {
    Arc::new(Field::new(field.name(), of.clone(), field.is_nullable()))
}

impl Detoured {
    /// Makes an accumulator of the detour's type; `None` where there is no detour.
    fn accumulate<T>(
        &self,
        args: &AccumulatorArgs<'_>,
        make: impl FnOnce(AccumulatorArgs<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let Some(of) = self.detour.of(args.return_type()) else { return Ok(None) };
        let fields: Vec<FieldRef> = args.expr_fields.iter().map(|f| with_type(f, &of)).collect();
        let args = AccumulatorArgs {
            return_field: with_type(&args.return_field, &of),
            schema: args.schema,
            ignore_nulls: args.ignore_nulls,
            order_bys: args.order_bys,
            is_reversed: args.is_reversed,
            name: args.name,
            is_distinct: args.is_distinct,
            exprs: args.exprs,
            expr_fields: &fields,
        };
        make(args).map(Some)
    }
}

impl AggregateUDFImpl for Detoured {
    fn name(&self) -> &str {
        self.function.name()
    }

    fn signature(&self) -> &Signature {
        self.function.signature()
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        self.function.coerce_types(arguments)
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        self.function.return_type(arguments)
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let (detour, answer) = (self.detour, args.return_type().clone());
        match self.accumulate(&args, |args| self.function.accumulator(args))? {
            Some(inner) => Ok(Box::new(OfOne { inner, detour, answer })),
            None => self.function.accumulator(args),
        }
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let (detour, answer) = (self.detour, args.return_type().clone());
        // DataFusion has no sliding sum of distinct decimals.
        if args.is_distinct {
            return self.function.create_sliding_accumulator(args);
        }
        match self.accumulate(&args, |args| self.function.create_sliding_accumulator(args))? {
            Some(inner) => Ok(Box::new(OfOne { inner, detour, answer })),
            None => self.function.create_sliding_accumulator(args),
        }
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let Some(of) = self.detour.of(args.return_field.data_type()) else {
            return self.function.state_fields(args);
        };
        let return_field = with_type(&args.return_field, &of);
        self.function.state_fields(StateFieldsArgs { return_field, ..args })
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        let supported = self.accumulate(&args, |args| Ok(self.function.groups_accumulator_supported(args)));
        match supported {
            Ok(Some(supported)) => supported,
            _ => self.function.groups_accumulator_supported(args),
        }
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        let (detour, answer) = (self.detour, args.return_type().clone());
        match self.accumulate(&args, |args| self.function.create_groups_accumulator(args))? {
            Some(inner) => Ok(Box::new(OfGroups { inner, detour, answer })),
            None => self.function.create_groups_accumulator(args),
        }
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        self.function.reverse_udf()
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.function.order_sensitivity()
    }

    fn set_monotonicity(&self, of: &DataType) -> SetMonotonicity {
        self.function.inner().set_monotonicity(of)
    }
}

/// The values of one group.
#[derive(Debug)]
struct OfOne {
    inner: Box<dyn Accumulator>,
    detour: Detour,
    answer: DataType,
}

impl Accumulator for OfOne {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.inner.update_batch(&self.detour.there(values)?)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let found = self.inner.evaluate()?.to_array()?;
        ScalarValue::try_from_array(&self.detour.back(&found, &self.answer)?, 0)
    }

    fn size(&self) -> usize {
        self.inner.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.inner.state()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.inner.merge_batch(states)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.inner.retract_batch(&self.detour.there(values)?)
    }

    fn supports_retract_batch(&self) -> bool {
        self.inner.supports_retract_batch()
    }
}

/// The values of all groups.
struct OfGroups {
    inner: Box<dyn GroupsAccumulator>,
    detour: Detour,
    answer: DataType,
}

impl GroupsAccumulator for OfGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.inner.update_batch(&self.detour.there(values)?, groups, filter, total)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        self.detour.back(&self.inner.evaluate(emit_to)?, &self.answer)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        self.inner.state(emit_to)
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.inner.merge_batch(values, groups, total)
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        self.inner.convert_to_state(&self.detour.there(values)?, filter)
    }

    fn size(&self) -> usize {
        self.inner.size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_keep_their_order_as_integers() {
        let sorted = [f64::NEG_INFINITY, -1.5, -0.0, 0.0, 1e-300, 2.0, f64::INFINITY, f64::NAN];
        let places: Vec<i64> = sorted.iter().map(|x| order(*x)).collect();
        assert!(places.is_sorted_by(|a, b| a < b), "{places:?}");
        assert_eq!(order(-f64::NAN), order(f64::NAN));
        for (x, place) in sorted.iter().zip(places) {
            assert_eq!(float(place).to_bits(), x.to_bits());
        }
    }
}
