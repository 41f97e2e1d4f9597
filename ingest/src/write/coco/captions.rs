//! Captions: a text, texts, or structs with an id.

use hub_dataset::sample::{Column, Sample, SampleError, Value};
use hub_schema::Feature;
use serde_json::{Map, Value as Json, json};

use super::extra::{self, Extra};
use crate::write::columns::{is_integer, list};

/// A caption of an image.
#[derive(Debug)]
pub struct Caption {
    /// Its own id, an integer or a text, if it has one.
    pub id: Option<Json>,
    pub text: String,
    /// What else the data set says of it.
    pub extra: Map<String, Json>,
}

/// The column of captions.
#[derive(Clone, Debug)]
pub enum Captions {
    /// Structs, with the places of id and caption.
    Structs { at: usize, id: Option<usize>, caption: usize, extra: Vec<Extra>, lost: Vec<String> },
    /// A list of texts per image.
    Texts { at: usize },
    /// One text per image.
    Text { at: usize },
}

impl Captions {
    pub const fn at(&self) -> usize {
        match self {
            Self::Structs { at, .. } | Self::Texts { at } | Self::Text { at } => *at,
        }
    }

    /// Members that can't be written.
    pub fn lost(&self) -> &[String] {
        if let Self::Structs { lost, .. } = self { lost } else { &[] }
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
                    let is_id = |f: &Feature| is_integer(f) || *f == Feature::Text;
                    let id = fields.iter().position(|f| f.name == "id" && is_id(&f.feature));
                    let (mut extra, mut lost) = (Vec::new(), Vec::new());
                    for (at, field) in fields.iter().enumerate() {
                        if at == caption || Some(at) == id {
                            continue;
                        }
                        match Extra::new(at, &field.name, &field.feature, &["id", "image_id", "caption"]) {
                            Some(member) => extra.push(member),
                            None => lost.push(field.name.clone()),
                        }
                    }
                    Some(Self::Structs { at, id, caption, extra, lost })
                }
                _ => None,
            },
            _ => None,
        }
    }
}

/// The captions of a sample; captions without a text are no captions.
pub fn captions_of(column: Option<&Captions>, sample: &Sample) -> Result<Vec<Caption>, SampleError> {
    let plain = |value: &Value| match value {
        Value::Text(text) => Some(Caption { id: None, text: text.clone(), extra: Map::new() }),
        _ => None,
    };
    match column {
        None => Ok(Vec::new()),
        Some(Captions::Text { at }) => Ok(sample.values.get(*at).and_then(plain).into_iter().collect()),
        Some(Captions::Texts { at }) => Ok(list(sample, *at, "captions")?.iter().filter_map(plain).collect()),
        Some(Captions::Structs { at, id, caption, extra, .. }) => {
            let mut captions = Vec::new();
            for value in list(sample, *at, "captions")? {
                let Value::Struct(members) = value else { continue };
                let Some(found) = members.get(*caption).and_then(plain) else { continue };
                let id = match id.and_then(|id| members.get(id)) {
                    Some(Value::Int(id)) => Some(json!(id)),
                    Some(Value::Text(id)) => Some(json!(id)),
                    _ => None,
                };
                let mut further = Map::new();
                let wrong = |problem| SampleError::sample(&sample.place, format!("captions: {problem}"));
                extra::add(extra, members, &mut further).map_err(wrong)?;
                captions.push(Caption { id, extra: further, ..found });
            }
            Ok(captions)
        }
    }
}
