//! Whether at least one of a row's labels is of some classes: what `isa` and `=` become for lists of labels.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

/// True where at least one label of a list is one of these; null where the list is null. Labels are class numbers or
/// class names.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct LabelIn {
    numbers: Arc<BTreeSet<i64>>,
    names: Arc<BTreeSet<String>>,
    signature: Signature,
}

impl LabelIn {
    /// The function for classes of these numbers and names.
    pub fn new(numbers: BTreeSet<i64>, names: BTreeSet<String>) -> Self {
        let signature = Signature::any(1, Volatility::Immutable);
        Self { numbers: Arc::new(numbers), names: Arc::new(names), signature }
    }

    /// The class numbers that the function tests for.
    pub fn numbers(&self) -> &Arc<BTreeSet<i64>> {
        &self.numbers
    }

    /// For each row: is one of its labels among these?
    fn any_in(&self, array: &ArrayRef) -> Result<BooleanArray> {
        match array.data_type() {
            DataType::Int64 => {
                let labels = array.as_primitive::<Int64Type>();
                Ok(labels.iter().map(|label| label.map(|l| self.numbers.contains(&l))).collect())
            }
            found if found.is_string() => {
                let texts = cast(array, &DataType::Utf8)?;
                let labels = texts.as_string::<i32>().iter();
                Ok(labels.map(|label| label.map(|l| self.names.contains(l))).collect())
            }
            DataType::List(_) => {
                let lists = array.as_list::<i32>();
                let items = self.any_in(lists.values())?;
                let offsets = lists.value_offsets();
                let has = |row: usize| {
                    let (from, to) = (offsets[row] as usize, offsets[row + 1] as usize);
                    (from..to).any(|i| items.is_valid(i) && items.value(i))
                };
                Ok((0..lists.len()).map(|row| lists.is_valid(row).then(|| has(row))).collect())
            }
            DataType::Null => Ok(BooleanArray::new_null(array.len())),
            other => exec_err!("label_in(): expected class labels, found {other}"),
        }
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
        Ok(ColumnarValue::Array(Arc::new(self.any_in(&array)?)))
    }
}
