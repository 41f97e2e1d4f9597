//! `lca(a, b)` and `wup(a, b)`: the lowest common ancestor and the similarity of two synsets.
//!
//! Rows hold few different synsets, so each pair is looked up once a batch.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use hub_wordnet::SynsetId;

use crate::labels::concept;

/// `lca` or `wup`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Synsets {
    name: &'static str,
    signature: Signature,
}

impl Synsets {
    /// `lca(a, b)`: the id of the deepest synset above both; of several the one of the smallest id. Null where
    /// a side is null or not a synset.
    pub fn lca() -> Self {
        Self { name: super::names::LCA, signature: Signature::any(2, Volatility::Immutable) }
    }

    /// `wup(a, b)`: the similarity of Wu and Palmer, 0 to 1. Null where a side is null or not a synset.
    pub fn wup() -> Self {
        Self { name: super::names::WUP, signature: Signature::any(2, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Synsets {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(if self.name == super::names::LCA { DataType::Utf8 } else { DataType::Float64 })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let one = texts(&args.args[0], args.number_rows)?;
        let other = texts(&args.args[1], args.number_rows)?;
        let pairs = one.as_string::<i32>().iter().zip(other.as_string::<i32>().iter());
        let mut known = HashMap::new();
        let mut id = |text: &str| *known.entry(text.to_owned()).or_insert_with(|| concept::known(text));
        let pairs: Vec<_> = pairs.map(|(a, b)| a.and_then(&mut id).zip(b.and_then(&mut id))).collect();
        Ok(ColumnarValue::Array(if self.name == super::names::LCA {
            let found = each(&pairs, |a, b| concept::lowest_common(a, b).map(|id| id.to_string()));
            Arc::new(StringArray::from_iter(found))
        } else {
            Arc::new(Float64Array::from_iter(each(&pairs, concept::wup)))
        }))
    }
}

fn texts(value: &ColumnarValue, rows: usize) -> Result<ArrayRef> {
    Ok(cast(&value.to_array(rows)?, &DataType::Utf8)?)
}

fn each<T: Clone>(
    pairs: &[Option<(SynsetId, SynsetId)>],
    of: impl Fn(SynsetId, SynsetId) -> Option<T>,
) -> Vec<Option<T>> {
    let mut known: HashMap<(SynsetId, SynsetId), Option<T>> = HashMap::new();
    let mut look =
        |pair: (SynsetId, SynsetId)| known.entry(pair).or_insert_with(|| of(pair.0, pair.1)).clone();
    pairs.iter().map(|pair| pair.and_then(&mut look)).collect()
}
