//! The text that belongs to a class: its synset or its name.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

/// Looks class numbers, or lists of them, up in a table of texts.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct LabelText {
    name: &'static str,
    texts: Arc<[Option<String>]>,
    signature: Signature,
}

impl LabelText {
    /// The function of that name, with the text of each class.
    pub fn new(name: &'static str, texts: Arc<[Option<String>]>) -> Self {
        Self { name, texts, signature: Signature::any(1, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for LabelText {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(text_type(&arguments[0]))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let array = args.args[0].to_array(args.number_rows)?;
        Ok(ColumnarValue::Array(texts_of(&array, &self.texts)?))
    }
}

/// The result type: text, or lists of text for lists of labels.
pub fn text_type(labels: &DataType) -> DataType {
    match labels {
        DataType::List(item) => {
            DataType::List(Arc::new(Field::new(item.name(), text_type(item.data_type()), true)))
        }
        _ => DataType::Utf8,
    }
}

/// The text of every label; null for null, and for a number that is not a class.
pub fn texts_of(labels: &ArrayRef, texts: &[Option<String>]) -> Result<ArrayRef> {
    match labels.data_type() {
        DataType::Int64 => {
            let text = |label: i64| texts.get(usize::try_from(label).ok()?)?.as_deref();
            let found = labels.as_primitive::<Int64Type>().iter().map(|label| label.and_then(text));
            Ok(Arc::new(found.collect::<StringArray>()))
        }
        DataType::List(item) => {
            let lists = labels.as_list::<i32>();
            let values = texts_of(lists.values(), texts)?;
            let item = Arc::new(Field::new(item.name(), values.data_type().clone(), true));
            Ok(Arc::new(ListArray::try_new(item, lists.offsets().clone(), values, lists.nulls().cloned())?))
        }
        DataType::Null => Ok(Arc::new(StringArray::new_null(labels.len()))),
        other => exec_err!("expected class labels (64-bit integers), found {other}"),
    }
}
