//! Whether at least one of a row's labels is of some classes: what `isa` and `=` become for lists of labels.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

/// True where at least one label of a list is one of these; null where the list is null.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct LabelIn {
    numbers: Arc<BTreeSet<i64>>,
    signature: Signature,
}

impl LabelIn {
    /// The function for these class numbers.
    pub fn new(numbers: BTreeSet<i64>) -> Self {
        Self { numbers: Arc::new(numbers), signature: Signature::any(1, Volatility::Immutable) }
    }

    /// The class numbers that the function tests for.
    pub fn numbers(&self) -> &Arc<BTreeSet<i64>> {
        &self.numbers
    }
}

impl ScalarUDFImpl for LabelIn {
    fn name(&self) -> &'static str {
        "label_in"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let array = args.args[0].to_array(args.number_rows)?;
        Ok(ColumnarValue::Array(Arc::new(any_in(&array, &self.numbers)?)))
    }
}

/// For each row: is one of its labels among these?
fn any_in(array: &ArrayRef, numbers: &BTreeSet<i64>) -> Result<BooleanArray> {
    match array.data_type() {
        DataType::Int64 => {
            let labels = array.as_primitive::<Int64Type>();
            Ok(labels.iter().map(|label| label.map(|l| numbers.contains(&l))).collect())
        }
        DataType::List(_) => {
            let lists = array.as_list::<i32>();
            let items = any_in(lists.values(), numbers)?;
            let offsets = lists.value_offsets();
            let has = |row: usize| {
                let (from, to) = (offsets[row] as usize, offsets[row + 1] as usize);
                (from..to).any(|i| items.is_valid(i) && items.value(i))
            };
            Ok((0..lists.len()).map(|row| lists.is_valid(row).then(|| has(row))).collect())
        }
        DataType::Null => Ok(BooleanArray::new_null(array.len())),
        other => exec_err!("label_in(): expected class labels (64-bit integers), found {other}"),
    }
}
