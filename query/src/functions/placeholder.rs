//! The functions of labels as the planner first sees them: a name, and the type of the result.
//!
//! [`crate::labels::rewrite`] replaces every call, so none is ever computed.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::label_lookup::{Wanted, answer_type};

/// A function that is replaced before it is computed.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Placeholder {
    name: &'static str,
    answers: DataType,
    signature: Signature,
}

/// The placeholders of `isa`, `label_is`, `synset`, `label_name` and `label_id`.
pub fn all() -> Vec<Arc<ScalarUDF>> {
    let of = |name, answers, signature| Arc::new(ScalarUDF::from(Placeholder { name, answers, signature }));
    let any = |n| Signature::any(n, Volatility::Immutable);
    vec![
        of(super::names::ISA, DataType::Boolean, any(2)),
        of(super::names::LABEL_IS, DataType::Boolean, Signature::variadic_any(Volatility::Immutable)),
        of(super::names::SYNSET, DataType::Utf8, any(1)),
        of(super::names::LABEL_NAME, DataType::Utf8, any(1)),
        of(super::names::LABEL_ID, DataType::Int64, any(1)),
    ]
}

impl ScalarUDFImpl for Placeholder {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match (&self.answers, arguments) {
            (DataType::Utf8, [labels]) => Ok(answer_type(labels, Wanted::Name)),
            (DataType::Int64, [labels]) => Ok(answer_type(labels, Wanted::Number)),
            _ => Ok(self.answers.clone()),
        }
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        exec_err!("{}() can't be used in this place of a query", self.name)
    }
}
