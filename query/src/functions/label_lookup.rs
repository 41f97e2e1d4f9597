//! What belongs to a class: its synset as text, or its number.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, ListArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Int64Type};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

use crate::labels::classes::Classes;

/// What is looked up for a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// Its name.
    Name,
    /// The id of its synset; null where it has none.
    Synset,
    /// Its number.
    Number,
}

/// Looks class numbers or names, or lists of them, up among the classes of a label.
#[derive(Debug)]
pub struct LabelLookup {
    name: &'static str,
    wanted: Wanted,
    classes: Classes,
    signature: Signature,
    by_name: OnceLock<HashMap<String, usize>>,
}

impl LabelLookup {
    /// The function of that name.
    pub fn new(name: &'static str, wanted: Wanted, classes: Classes) -> Self {
        let signature = Signature::any(1, Volatility::Immutable);
        Self { name, wanted, classes, signature, by_name: OnceLock::new() }
    }

    /// The places of classes by their names; of several classes of one name, the first.
    fn by_name(&self) -> &HashMap<String, usize> {
        self.by_name.get_or_init(|| {
            let mut places = HashMap::new();
            for (place, name) in self.classes.names.iter().enumerate() {
                places.entry(name.clone()).or_insert(place);
            }
            places
        })
    }

    /// The answer for every label; null for null, and for what is not a class.
    fn look_up(&self, labels: &ArrayRef) -> Result<ArrayRef> {
        let known = self.classes.names.len();
        match labels.data_type() {
            DataType::Int64 => {
                let place = |n: i64| usize::try_from(n).ok().filter(|place| *place < known);
                Ok(self.answers(labels.as_primitive::<Int64Type>().iter().map(|n| n.and_then(place))))
            }
            found if found.is_string() => {
                let texts = cast(labels, &DataType::Utf8)?;
                let place = |name: &str| self.by_name().get(name).copied();
                Ok(self.answers(texts.as_string::<i32>().iter().map(|name| name.and_then(place))))
            }
            DataType::List(item) => {
                let lists = labels.as_list::<i32>();
                let values = self.look_up(lists.values())?;
                let item = Arc::new(Field::new(item.name(), values.data_type().clone(), true));
                let (offsets, nulls) = (lists.offsets().clone(), lists.nulls().cloned());
                Ok(Arc::new(ListArray::try_new(item, offsets, values, nulls)?))
            }
            DataType::Null => Ok(self.answers(std::iter::repeat_n(None, labels.len()))),
            other => exec_err!("{}(): expected class labels, found {other}", self.name),
        }
    }

    fn answers(&self, places: impl Iterator<Item = Option<usize>>) -> ArrayRef {
        let Classes { names, synsets, .. } = &self.classes;
        match self.wanted {
            Wanted::Name => Arc::new(places.map(|p| p.map(|p| names[p].as_str())).collect::<StringArray>()),
            Wanted::Synset => {
                Arc::new(places.map(|p| p.and_then(|p| synsets[p].as_deref())).collect::<StringArray>())
            }
            Wanted::Number => Arc::new(places.map(|p| p.map(|p| p as i64)).collect::<Int64Array>()),
        }
    }
}

impl PartialEq for LabelLookup {
    fn eq(&self, other: &Self) -> bool {
        (self.name, self.wanted, &self.classes) == (other.name, other.wanted, &other.classes)
    }
}

impl Eq for LabelLookup {}

impl Hash for LabelLookup {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.name, self.wanted, &self.classes).hash(state);
    }
}

impl ScalarUDFImpl for LabelLookup {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(answer_type(&arguments[0], self.wanted))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let array = args.args[0].to_array(args.number_rows)?;
        Ok(ColumnarValue::Array(self.look_up(&array)?))
    }
}

/// The result type: text or numbers, or lists of them for lists of labels.
pub fn answer_type(labels: &DataType, wanted: Wanted) -> DataType {
    match labels {
        DataType::List(item) => {
            DataType::List(Arc::new(Field::new(item.name(), answer_type(item.data_type(), wanted), true)))
        }
        _ if wanted == Wanted::Number => DataType::Int64,
        _ => DataType::Utf8,
    }
}
