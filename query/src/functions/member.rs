//! `member(x, 'name')`: a member of a struct, or of every struct of a list.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, make_array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use hub_schema::arrow_types::FEATURE_KEY;

use crate::labels::classes::feature_of;
use crate::members::member_of;

/// `member(x, 'name')`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Member {
    signature: Signature,
}

impl Member {
    /// The function; it takes two arguments of any type.
    pub fn new() -> Self {
        Self { signature: Signature::any(2, Volatility::Immutable) }
    }
}

impl Default for Member {
    fn default() -> Self {
        Self::new()
    }
}

impl ScalarUDFImpl for Member {
    fn name(&self) -> &'static str {
        super::names::MEMBER
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        exec_err!("member(): the type of the result depends on the member's name")
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let Some(name) = args.scalar_arguments.get(1).copied().flatten().and_then(text) else {
            return plan_err!("member(x, 'name'): expected the name as a text literal");
        };
        let Some(found) = type_of(args.arg_fields[0].data_type(), name) else {
            return plan_err!("member '{name}' not found in {}", args.arg_fields[0].data_type());
        };
        let mut metadata = HashMap::new();
        if let Some(feature) = feature_of(&args.arg_fields[0]).and_then(|f| member_of(&f, name))
            && let Ok(json) = serde_json::to_string(&feature)
        {
            metadata.insert(FEATURE_KEY.to_owned(), json);
        }
        Ok(Arc::new(Field::new(name, found, true).with_metadata(metadata)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let ColumnarValue::Scalar(name) = &args.args[1] else {
            return exec_err!("member(x, 'name'): expected the name as a text literal");
        };
        let array = args.args[0].to_array(args.number_rows)?;
        Ok(ColumnarValue::Array(take(&array, text(name).unwrap_or_default())?))
    }
}

/// The column and member names of `member(member(column, 'a'), 'b')`; of a plain column, its name.
pub fn path_of(expr: &Expr) -> Option<Vec<String>> {
    match expr {
        Expr::Column(column) => Some(vec![column.name.clone()]),
        Expr::ScalarFunction(f) if f.func.inner().is::<Member>() => {
            let [of, Expr::Literal(name, _)] = f.args.as_slice() else { return None };
            let mut path = path_of(of)?;
            path.push(text(name)?.to_owned());
            Some(path)
        }
        _ => None,
    }
}

/// The name that `member` is called with.
pub fn member_name(argument: &Expr) -> Option<&str> {
    match argument {
        Expr::Literal(name, _) => text(name),
        _ => None,
    }
}

fn text(value: &ScalarValue) -> Option<&str> {
    value.try_as_str().flatten()
}

fn type_of(of: &DataType, name: &str) -> Option<DataType> {
    match of {
        DataType::Struct(fields) => fields.iter().find(|f| f.name() == name).map(|f| f.data_type().clone()),
        DataType::List(item) => {
            let inner = type_of(item.data_type(), name)?;
            Some(DataType::List(Arc::new(Field::new("item", inner, true))))
        }
        _ => None,
    }
}

/// The member's values; null wherever the struct is.
fn take(array: &ArrayRef, name: &str) -> Result<ArrayRef> {
    match array.data_type() {
        DataType::Struct(_) => {
            let structs = array.as_struct();
            let Some(member) = structs.column_by_name(name) else {
                return exec_err!("member '{name}' not found");
            };
            let nulls = NullBuffer::union(structs.nulls(), member.nulls());
            Ok(make_array(member.to_data().into_builder().nulls(nulls).build()?))
        }
        DataType::List(_) => {
            let lists = array.as_list::<i32>();
            let values = take(lists.values(), name)?;
            let item = Arc::new(Field::new("item", values.data_type().clone(), true));
            Ok(Arc::new(ListArray::try_new(item, lists.offsets().clone(), values, lists.nulls().cloned())?))
        }
        other => exec_err!("member(): expected a struct or a list of structs, found {other}"),
    }
}
