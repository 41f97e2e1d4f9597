//! Ids of images, annotations and categories.
//!
//! They are integers in COCO itself. Tools also write them as floats (`1.0`) and as texts (`"1"`), which are the same
//! integer here, so that an annotation's `image_id` finds its image either way. A text that is not an integer is an
//! id too, and is kept as a text.

use std::collections::HashMap;
use std::fmt;

use hub_dataset::sample::Value;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde_json::Value as Json;

/// An id as it stands in a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Id {
    Number(i64),
    Text(String),
}

impl Id {
    fn of_text(text: &str) -> Self {
        text.trim().parse().map_or_else(|_| Self::Text(text.to_owned()), Self::Number)
    }

    fn of_float(number: f64) -> Option<Self> {
        let is_whole = number.fract() == 0.0 && number.abs() < 9e15;
        is_whole.then_some(Self::Number(number as i64))
    }

    /// The id in a JSON value; none where it is null.
    ///
    /// # Errors
    /// It is something else.
    pub fn of(value: Option<&Json>) -> Result<Option<Self>, String> {
        match value {
            None | Some(Json::Null) => Ok(None),
            Some(value) => serde_json::from_value(value.clone())
                .map(Some)
                .map_err(|_| format!("{value} is not {EXPECTED}")),
        }
    }

    /// Its value in a column of texts or of integers.
    pub fn value(&self, as_text: bool) -> Value {
        match self {
            Self::Number(number) if !as_text => Value::Int(*number),
            Self::Number(number) => Value::text(number.to_string()),
            Self::Text(text) if as_text => Value::text(text),
            Self::Text(_) => Value::Null,
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "'{text}'"),
        }
    }
}

const EXPECTED: &str = "an id (an integer, or a text)";

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(IdVisitor)
    }
}

struct IdVisitor;

impl Visitor<'_> for IdVisitor {
    type Value = Id;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Id, E> {
        Ok(Id::Number(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Id, E> {
        // Beyond an int64, the digits are kept.
        Ok(i64::try_from(number).map_or_else(|_| Id::Text(number.to_string()), Id::Number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Id, E> {
        Id::of_float(number).ok_or_else(|| E::custom(format!("{number} is not {EXPECTED}")))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Id, E> {
        Ok(Id::of_text(text))
    }
}

/// Eight bytes for each id, so that an index of millions stays small: integers are their own key, texts are numbered
/// from the least integer on.
#[derive(Debug, Default)]
pub struct IdKeys {
    texts: Vec<String>,
    by_text: HashMap<String, i64>,
}

impl IdKeys {
    pub fn key(&mut self, id: Id) -> i64 {
        match id {
            Id::Number(number) => number,
            Id::Text(text) => *self.by_text.entry(text).or_insert_with_key(|text| {
                self.texts.push(text.clone());
                i64::MIN + (self.texts.len() as i64 - 1)
            }),
        }
    }

    /// The id of a key.
    pub fn id(&self, key: i64) -> Id {
        let text = usize::try_from(key.wrapping_sub(i64::MIN)).ok().and_then(|at| self.texts.get(at));
        text.map_or(Id::Number(key), |text| Id::Text(text.clone()))
    }

    /// Is any of them a text?
    pub fn has_texts(&self) -> bool {
        !self.texts.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_floats_and_texts_are_ids() {
        let id = |json: &str| serde_json::from_str::<Id>(json).map_err(|e| e.to_string());
        for same in ["7", "7.0", "\"7\"", "\" 7 \"", "7e0"] {
            assert_eq!(id(same), Ok(Id::Number(7)), "{same}");
        }
        assert_eq!(id("\"a7\""), Ok(Id::Text("a7".into())));
        assert_eq!(id("18446744073709551615"), Ok(Id::Text("18446744073709551615".into())));
        assert!(id("7.5").unwrap_err().contains("7.5 is not an id"));
        assert!(id("true").unwrap_err().contains("boolean `true`, expected an id"));
    }

    #[test]
    fn keys_lead_back_to_ids() {
        let mut keys = IdKeys::default();
        let ids = [Id::Number(-5), Id::Text("a".into()), Id::Text("b".into()), Id::Text("a".into())];
        let found: Vec<_> = ids.iter().map(|id| keys.key(id.clone())).collect();
        assert!(found[1] == found[3] && found[1] != found[2]);
        for (id, key) in ids.iter().zip(found) {
            assert_eq!(keys.id(key), *id);
        }
    }
}
