//! Captions: a text, texts, or structs with an id.

use hub_dataset::sample::{Column, Sample, SampleError, Value};
use hub_schema::Feature;

use crate::write::columns::{is_integer, list};

/// An id, if it has one, and the text.
pub type Caption = (Option<i64>, String);

#[derive(Clone, Copy, Debug)]
pub enum Captions {
    /// Structs, with the places of id and caption.
    Structs { at: usize, id: Option<usize>, caption: usize },
    /// A list of texts per image.
    Texts { at: usize },
    /// One text per image.
    Text { at: usize },
}

impl Captions {
    pub const fn at(self) -> usize {
        match self {
            Self::Structs { at, .. } | Self::Texts { at } | Self::Text { at } => at,
        }
    }

    /// The captions in a column, if it has any.
    pub fn of(at: usize, column: &Column) -> Option<Self> {
        let is_named = matches!(column.name.as_str(), "caption" | "captions");
        match &column.feature {
            Feature::Text if is_named => Some(Self::Text { at }),
            Feature::List { item } => match &**item {
                Feature::Text if is_named => Some(Self::Texts { at }),
                Feature::Struct { fields } => {
                    let caption =
                        fields.iter().position(|f| f.name == "caption" && f.feature == Feature::Text)?;
                    let id = fields.iter().position(|f| f.name == "id" && is_integer(&f.feature));
                    Some(Self::Structs { at, id, caption })
                }
                _ => None,
            },
            _ => None,
        }
    }
}

/// The captions of a sample with their ids; captions without a text are no captions.
pub fn captions_of(column: Option<Captions>, sample: &Sample) -> Result<Vec<Caption>, SampleError> {
    let text = |value: &Value| match value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    };
    Ok(match column {
        None => Vec::new(),
        Some(Captions::Text { at }) => {
            sample.values.get(at).and_then(text).map(|text| (None, text)).into_iter().collect()
        }
        Some(Captions::Texts { at }) => {
            list(sample, at, "captions")?.iter().filter_map(text).map(|text| (None, text)).collect()
        }
        Some(Captions::Structs { at, id, caption }) => {
            let of = |value: &Value| {
                let Value::Struct(members) = value else { return None };
                let id = id.and_then(|id| match members.get(id) {
                    Some(Value::Int(id)) => Some(*id),
                    _ => None,
                });
                Some((id, members.get(caption).and_then(text)?))
            };
            list(sample, at, "captions")?.iter().filter_map(of).collect()
        }
    })
}
