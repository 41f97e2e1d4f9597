//! A value as JSON: one shape for `hub show --json`, rows over REST, query results and JSON lines.
//!
//! In: a value of a sample ([`super::extract`] reads it from Arrow, in whichever form it is) and its feature. Out:
//! JSON, as `docs/values.md` lists it with an example of each feature. The outputs differ in what stands in place of
//! bytes, which JSON represents badly: see [`BytesAs`]. CSV cells and tables for reading take the same
//! shape with class labels by their names ([`Labels`]).
//!
//! A [`Cell`] is written to a serializer piece by piece. Built as a tree first, a tensor of a million numbers would
//! take 32 MB, and the sender of a query decides how many of them there are.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat};
use hub_schema::facts::media_type;
use hub_schema::{DType, Element, Feature};
use serde::Serialize;
use serde::ser::{Error, SerializeMap, Serializer};
use serde_json::{Map, Value as Json, json};

use super::{Media, MediaBytes, Value};

/// What stands in place of bytes. Tensors below 256 bytes are always numbers, nested as their shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BytesAs<'a> {
    /// The bytes themselves: tensors of any length as numbers, all else as `base64`.
    Inline,
    /// The URL at which the cell's bytes are, as `url`.
    Url(&'a str),
    /// Only the length of the bytes.
    LeftOut,
}

/// How class labels are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Labels {
    /// `{"value": 1, "name": "dog", "synset": "n02084071"}`.
    Objects,
    /// `"dog"`; the number where it names no class.
    Names,
}

/// How numbers that JSON doesn't have (NaN, infinity) are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NonFinite {
    /// `null`.
    Null,
    /// `"NaN"`, `"Infinity"`, `"-Infinity"`.
    Text,
}

/// How values are written as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style<'a> {
    /// What stands in place of bytes.
    pub bytes: BytesAs<'a>,
    /// How class labels are written.
    pub labels: Labels,
    /// How NaN and infinity are written.
    pub non_finite: NonFinite,
}

impl<'a> Style<'a> {
    /// Nothing is left out: JSON lines.
    pub const WHOLE: Style<'static> =
        Style { bytes: BytesAs::Inline, labels: Labels::Objects, non_finite: NonFinite::Null };
    /// Without bytes: `hub show --json`.
    pub const WITHOUT_BYTES: Style<'static> =
        Style { bytes: BytesAs::LeftOut, labels: Labels::Objects, non_finite: NonFinite::Null };

    /// With the URL of the cell in place of bytes: rows over REST.
    pub const fn with_url(url: &'a str) -> Self {
        Style { bytes: BytesAs::Url(url), labels: Labels::Objects, non_finite: NonFinite::Null }
    }
}

/// A value that serializes to its JSON.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    /// The feature that the value belongs to.
    pub feature: &'a Feature,
    /// The value to write.
    pub value: &'a Value,
    /// How bytes and class labels are written.
    pub style: Style<'a>,
}

/// The value of a column or member as a JSON tree.
///
/// # Errors
/// The value is not of the feature.
pub fn to_json(feature: &Feature, value: &Value, style: Style<'_>) -> serde_json::Result<Json> {
    serde_json::to_value(Cell { feature, value, style })
}

/// What stands in place of the bytes of an image, audio or video: its facts by their names without the column's,
/// but `size_bytes` for `bytes` and `media_type` for `format`. Those that are null are left out.
pub fn media_facts<'a>(
    feature: &Feature,
    facts: impl IntoIterator<Item = (&'a str, Json)>,
) -> Map<String, Json> {
    let mut format = None;
    let mut said = Map::new();
    for (name, fact) in facts {
        match (name, fact) {
            (_, Json::Null) => {}
            ("format", fact) => format = fact.as_str().map(str::to_owned),
            ("bytes", fact) => drop(said.insert("size_bytes".to_owned(), fact)),
            (name, fact) => drop(said.insert(name.to_owned(), fact)),
        }
    }
    said.insert("media_type".to_owned(), json!(media_type(feature, format.as_deref())));
    said
}

/// What is known of the bytes from the feature alone: the type, shape and length of a tensor, the media type of a
/// mask as PNG.
pub fn described(feature: &Feature) -> Map<String, Json> {
    match feature {
        Feature::Tensor { dtype, shape, .. } => {
            let size_bytes = shape.iter().fold(dtype.size_bytes(), |n, d| n.saturating_mul(*d));
            Map::from_iter([
                ("dtype".to_owned(), json!(dtype.numpy())),
                ("shape".to_owned(), json!(shape)),
                ("size_bytes".to_owned(), json!(size_bytes)),
            ])
        }
        Feature::Mask { .. } if feature.is_file() => {
            Map::from_iter([("media_type".to_owned(), json!(media_type(feature, None)))])
        }
        _ => Map::new(),
    }
}

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match (self.feature, self.value) {
            (_, Value::Null) => to.serialize_unit(),
            (Feature::ClassLabel { names, synsets }, Value::Int(class)) => {
                self.label(to, *class, names, synsets)
            }
            (Feature::Timestamp, Value::Int(micros)) => moment(*micros).serialize(to),
            (Feature::Json, Value::Text(text)) => match serde_json::from_str::<Json>(text) {
                Ok(document) => document.serialize(to),
                Err(_) => to.serialize_str(text),
            },
            (Feature::Tensor { dtype, shape, .. }, Value::Bytes(bytes)) => match self.style.bytes {
                BytesAs::Url(_) | BytesAs::LeftOut if self.feature.is_bulky() => self.bytes(to, bytes),
                _ => {
                    let non_finite = self.style.non_finite;
                    Nested { dtype: *dtype, shape, bytes, non_finite }.serialize(to)
                }
            },
            (Feature::Binary, Value::Bytes(bytes)) => self.bytes(to, bytes),
            (feature, Value::Media(medium)) if feature.is_file() => self.medium(to, medium),
            (Feature::Number { dtype: DType::F32 }, Value::Float(x)) => {
                float(to, shortest(*x as f32), self.style.non_finite)
            }
            (Feature::Number { .. }, Value::Float(x)) => float(to, *x, self.style.non_finite),
            (Feature::Number { .. }, Value::Int(n)) => to.serialize_i64(*n),
            (Feature::Number { .. }, Value::UInt(n)) => to.serialize_u64(*n),
            (Feature::Bool, Value::Bool(b)) => to.serialize_bool(*b),
            (Feature::Text, Value::Text(text)) => to.serialize_str(text),
            (Feature::List { item }, Value::List(values)) => {
                to.collect_seq(values.iter().map(|value| self.inner(item, value)))
            }
            (Feature::Struct { fields }, Value::Struct(values)) if fields.len() == values.len() => {
                let members = fields.iter().zip(values);
                to.collect_map(members.map(|(f, value)| (&f.name, self.inner(&f.feature, value))))
            }
            (feature, value) => match feature.layout() {
                Some(plain) => self.inner(plain, value).serialize(to),
                None => {
                    let problem = format!("expected {}, found {}", feature.describe(), value.kind());
                    Err(S::Error::custom(problem))
                }
            },
        }
    }
}

impl<'a> Cell<'a> {
    const fn inner(&self, feature: &'a Feature, value: &'a Value) -> Self {
        Self { feature, value, style: self.style }
    }

    fn label<S: Serializer>(
        &self,
        to: S,
        class: i64,
        names: &[String],
        synsets: &[Option<String>],
    ) -> Result<S::Ok, S::Error> {
        let at = usize::try_from(class).ok();
        let name = at.and_then(|at| names.get(at));
        match (self.style.labels, name) {
            (Labels::Names, Some(name)) => to.serialize_str(name),
            (Labels::Names, None) => to.serialize_i64(class),
            (Labels::Objects, name) => {
                let mut map = to.serialize_map(Some(3))?;
                map.serialize_entry("value", &class)?;
                map.serialize_entry("name", &name)?;
                map.serialize_entry("synset", &at.and_then(|at| synsets.get(at)).and_then(Option::as_ref))?;
                map.end()
            }
        }
    }

    fn bytes<S: Serializer>(&self, to: S, bytes: &[u8]) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        let described = described(self.feature);
        for (name, said) in &described {
            map.serialize_entry(name, said)?;
        }
        if described.is_empty() {
            map.serialize_entry("size_bytes", &bytes.len())?;
        }
        self.place(&mut map, Some(bytes))?;
        map.end()
    }

    fn medium<S: Serializer>(&self, to: S, medium: &Media) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("name", &medium.name)?;
        let size_bytes = medium.bytes.size_bytes();
        // What is stored as an object of its own is known by its hash alone where its facts were not read.
        let is_unknown = size_bytes == 0 && matches!(medium.bytes, MediaBytes::Object(_));
        map.serialize_entry("size_bytes", &(!is_unknown).then_some(size_bytes))?;
        for (name, said) in described(self.feature) {
            map.serialize_entry(&name, &said)?;
        }
        let bytes = if let MediaBytes::Memory(bytes) = &medium.bytes { Some(&**bytes) } else { None };
        self.place(&mut map, bytes)?;
        map.end()
    }

    /// Where the bytes are; `None` for those that are not in memory.
    fn place<M: SerializeMap>(&self, map: &mut M, bytes: Option<&[u8]>) -> Result<(), M::Error> {
        match self.style.bytes {
            BytesAs::Inline => map.serialize_entry("base64", &bytes.map(|bytes| STANDARD.encode(bytes))),
            BytesAs::Url(url) => map.serialize_entry("url", url),
            BytesAs::LeftOut => Ok(()),
        }
    }
}

/// RFC 3339 in UTC with microseconds; `None` outside of the years that a date can have.
fn moment(micros: i64) -> Option<String> {
    let time = DateTime::from_timestamp_micros(micros)?;
    Some(time.to_rfc3339_opts(SecondsFormat::Micros, true))
}

/// The float64 that is written as short as the float32 is: 0.1, not 0.10000000149011612.
fn shortest(x: f32) -> f64 {
    x.to_string().parse().unwrap_or_else(|_| f64::from(x))
}

fn float<S: Serializer>(to: S, x: f64, non_finite: NonFinite) -> Result<S::Ok, S::Error> {
    match non_finite {
        NonFinite::Text if x.is_nan() => to.serialize_str("NaN"),
        NonFinite::Text if x.is_infinite() => {
            to.serialize_str(if x > 0.0 { "Infinity" } else { "-Infinity" })
        }
        _ => to.serialize_f64(x),
    }
}

/// The numbers of a tensor, row-major, nested as its shape.
struct Nested<'a> {
    dtype: DType,
    shape: &'a [usize],
    bytes: &'a [u8],
    non_finite: NonFinite,
}

impl Serialize for Nested<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self { dtype, shape, bytes, non_finite } = *self;
        let exact = |number| Exact(number, non_finite);
        match shape.split_first() {
            None => dtype.elements(bytes).next().map(exact).serialize(to),
            Some((_, [])) => to.collect_seq(dtype.elements(bytes).map(exact)),
            Some((_, inner)) => {
                let each = inner.iter().product::<usize>() * dtype.size_bytes();
                // Without numbers there is nothing to nest.
                let parts = bytes.chunks_exact(each.max(1));
                to.collect_seq(parts.map(|bytes| Nested { dtype, shape: inner, bytes, non_finite }))
            }
        }
    }
}

/// A number of a tensor.
struct Exact(Element, NonFinite);

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Element::Unsigned(n) => to.serialize_u64(n),
            Element::Signed(n) => to.serialize_i64(n),
            Element::Single(x) => float(to, shortest(x), self.1),
            Element::Double(x) => float(to, x, self.1),
        }
    }
}

#[cfg(test)]
mod tests;
