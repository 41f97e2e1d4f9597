//! `row_rank(position)`: the place of a row in an order that is known already.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, UInt64Array};
use arrow::datatypes::{DataType, UInt64Type};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

/// The rank of each row, by its data set's name (empty where there is one data set) and its position.
pub type Ranks = HashMap<(String, u64), u64>;

/// `row_rank(position)`, or `row_rank(dataset, position)` where there are several data sets.
#[derive(Clone, Debug)]
pub struct RowRank {
    ranks: Arc<Ranks>,
    signature: Signature,
}

impl RowRank {
    /// The function for these rows.
    pub fn new(ranks: Arc<Ranks>) -> Self {
        Self { ranks, signature: Signature::variadic_any(Volatility::Immutable) }
    }
}

impl PartialEq for RowRank {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.ranks, &other.ranks)
    }
}

impl Eq for RowRank {}

impl Hash for RowRank {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.ranks).hash(state);
    }
}

impl ScalarUDFImpl for RowRank {
    fn name(&self) -> &'static str {
        super::names::ROW_RANK
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::UInt64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays: Vec<ArrayRef> =
            args.args.iter().map(|a| a.to_array(args.number_rows)).collect::<Result<_>>()?;
        let (names, positions) = match arrays.as_slice() {
            [positions] => (None, positions.as_primitive_opt::<UInt64Type>()),
            [names, positions] => (names.as_string_opt::<i32>(), positions.as_primitive_opt::<UInt64Type>()),
            _ => (None, None),
        };
        let Some(positions) = positions else { return exec_err!("row_rank(): expected positions of rows") };
        let rank = |row: usize| {
            let name = names.map_or("", |names| names.value(row)).to_owned();
            self.ranks.get(&(name, positions.value(row))).copied()
        };
        Ok(ColumnarValue::Array(Arc::new((0..args.number_rows).map(rank).collect::<UInt64Array>())))
    }
}
