//! One pass over a COCO file, which says of each image and annotation where in the file it stands.
//!
//! The file is deserialised as a stream: `serde_json` takes it byte by byte from a reader that counts, so the
//! count before and after an element is its place. Nothing of an element is kept but the few numbers of its
//! head, and the whole file is checked to be JSON on the way, with line and column in the error.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufReader, Read};
use std::marker::PhantomData;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

use super::ids::Id;
use super::items::{ANNOTATION, IMAGE};
use crate::read::long_integers::parse_exact;

/// Where an element stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub start: u64,
    /// The length in bytes.
    pub len: u32,
}

/// The longest element that is taken: far beyond any real annotation.
const MAX_ELEMENT_BYTES: u64 = 32 << 20;

/// What the pass keeps of an image or annotation.
#[derive(Debug, Default)]
pub struct Head {
    pub id: Option<Id>,
    pub image_id: Option<Id>,
    /// The members among the known ones that are there and not null, a bit for each.
    seen: u32,
    /// The other members.
    pub extra: Vec<(String, Json)>,
}

impl Head {
    /// Is there this member of the known ones, and not null?
    pub fn has(&self, known: &[&str], member: &str) -> bool {
        known.iter().position(|name| *name == member).is_some_and(|at| self.seen & (1 << at) != 0)
    }
}

/// An element of one of the file's lists.
pub enum Item {
    Image(Head, Place),
    Annotation(Head, Place),
    Category(Map<String, Json>),
    License(Map<String, Json>),
    /// A member of the file that is none of these lists, and where its value stands; what follows the value may be
    /// counted in.
    Other(String, Place),
}

/// An error, and the element that it is in: the list's name, and the element's number in it, from 0.
#[derive(Debug)]
pub struct ScanError {
    pub error: serde_json::Error,
    pub element: Option<Element>,
}

type Element = (&'static str, u64);

/// Where the pass is.
#[derive(Default)]
struct Position {
    /// The bytes that were taken.
    bytes: Cell<u64>,
    element: Cell<Option<Element>>,
}

/// Reads the whole file and hands over its elements in the order of the file.
pub fn scan(file: impl Read, take: &mut dyn FnMut(Item)) -> Result<(), ScanError> {
    let at = Position::default();
    read(file, &at, take).map_err(|error| ScanError { error, element: at.element.get() })
}

fn read(file: impl Read, at: &Position, take: &mut dyn FnMut(Item)) -> Result<(), serde_json::Error> {
    let reader = Counted { inner: BufReader::with_capacity(1 << 20, file), at: &at.bytes };
    let mut json = serde_json::Deserializer::from_reader(reader);
    json.deserialize_map(Top { at, take })?;
    json.end()
}

/// Counts the bytes that were taken.
struct Counted<'a, R> {
    inner: BufReader<R>,
    at: &'a Cell<u64>,
}

impl<R: Read> Read for Counted<'_, R> {
    #[inline]
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(out)?;
        self.at.set(self.at.get() + n as u64);
        Ok(n)
    }
}

struct Top<'a> {
    at: &'a Position,
    take: &'a mut dyn FnMut(Item),
}

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the lists 'images' and 'annotations'")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { at, take } = self;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "images" => {
                    let one = HeadSeed { known: &IMAGE };
                    map.next_value_seed(Elements::new("images", at, one, |e, p| take(Item::Image(e, p))))?;
                }
                "annotations" => {
                    let one = HeadSeed { known: &ANNOTATION };
                    map.next_value_seed(Elements::new("annotations", at, one, |e, p| {
                        take(Item::Annotation(e, p))
                    }))?;
                }
                "categories" => {
                    let one = PhantomData::<Map<String, Json>>;
                    map.next_value_seed(Elements::new("categories", at, one, |e, _| {
                        take(Item::Category(e))
                    }))?;
                }
                "licenses" => {
                    let one = PhantomData::<Map<String, Json>>;
                    map.next_value_seed(Elements::new("licenses", at, one, |e, _| take(Item::License(e))))?;
                }
                _ => {
                    let place = map.next_value_seed(PlaceOnly { at: &at.bytes })?;
                    take(Item::Other(key, place));
                }
            }
        }
        Ok(())
    }
}

/// The head of an image or annotation.
#[derive(Clone, Copy)]
struct HeadSeed {
    known: &'static [&'static str],
}

impl<'de> DeserializeSeed<'de> for HeadSeed {
    type Value = Head;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Head, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for HeadSeed {
    type Value = Head;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Head, A::Error> {
        let mut head = Head::default();
        while let Some(key) = map.next_key_seed(KeySeed { known: self.known })? {
            match key {
                Key::Known(at) => {
                    let is_there = match self.known[at] {
                        "id" => {
                            head.id = map.next_value()?;
                            head.id.is_some()
                        }
                        "image_id" => {
                            head.image_id = map.next_value()?;
                            head.image_id.is_some()
                        }
                        _ => map.next_value::<Option<IgnoredAny>>()?.is_some(),
                    };
                    head.seen |= u32::from(is_there) << at;
                }
                Key::Other(name) => {
                    let value: Box<RawValue> = map.next_value()?;
                    head.extra.push((name, parse_exact(value.get()).map_err(A::Error::custom)?));
                }
            }
        }
        Ok(head)
    }
}

/// A member's name: its place among the known ones, or itself.
enum Key {
    Known(usize),
    Other(String),
}

struct KeySeed {
    known: &'static [&'static str],
}

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Key, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Key, E> {
        let known = self.known.iter().position(|known| *known == name);
        Ok(known.map_or_else(|| Key::Other(name.to_owned()), Key::Known))
    }
}

/// A list, its elements handed over one by one. Null is no list.
struct Elements<'a, S, F> {
    name: &'static str,
    at: &'a Position,
    one: S,
    take: F,
}

impl<'a, S, F> Elements<'a, S, F> {
    fn new(name: &'static str, at: &'a Position, one: S, take: F) -> Self {
        Self { name, at, one, take }
    }
}

impl<'de, S, F> DeserializeSeed<'de> for Elements<'_, S, F>
where
    S: DeserializeSeed<'de> + Copy,
    F: FnMut(S::Value, Place),
{
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de, S, F> Visitor<'de> for Elements<'_, S, F>
where
    S: DeserializeSeed<'de> + Copy,
    F: FnMut(S::Value, Place),
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of objects in '{}'", self.name)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        for number in 0.. {
            self.at.element.set(Some((self.name, number)));
            let seed = Placed { at: &self.at.bytes, one: self.one };
            let Some((element, place)) = list.next_element_seed(seed)? else { break };
            (self.take)(element, place);
        }
        self.at.element.set(None);
        Ok(())
    }
}

/// The place of a value that is passed over. The parser may have taken a character behind it.
struct PlaceOnly<'a> {
    at: &'a Cell<u64>,
}

impl<'de> DeserializeSeed<'de> for PlaceOnly<'_> {
    type Value = Place;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Place, D::Error> {
        let start = self.at.get();
        IgnoredAny::deserialize(json)?;
        Ok(Place { start, len: u32::try_from(self.at.get() - start).unwrap_or(u32::MAX) })
    }
}

/// One element and its place.
struct Placed<'a, S> {
    at: &'a Cell<u64>,
    one: S,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Placed<'_, S> {
    type Value = (S::Value, Place);

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        // To see that the list goes on, the parser has taken the element's `{`; of its `}` nothing follows.
        let start = self.at.get().saturating_sub(1);
        let element = self.one.deserialize(json)?;
        let len = self.at.get() - start;
        match u32::try_from(len) {
            Ok(len) if u64::from(len) <= MAX_ELEMENT_BYTES => Ok((element, Place { start, len })),
            _ => Err(D::Error::custom(format!(
                "an element has {len} bytes, expected at most {MAX_ELEMENT_BYTES}"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_exact() {
        let text = r#" {"info": {"a": [1]}, "annotations" : [ {"id":1,"image_id":2} ,
            {"image_id": 2, "bbox":[1,2,{}], "id": 3, "x": "}\"{"}], "images":[{"id":2}]}  "#;
        let mut found = Vec::new();
        scan(text.as_bytes(), &mut |item| match item {
            Item::Image(_, place) | Item::Annotation(_, place) => {
                found.push(&text[place.start as usize..][..place.len as usize]);
            }
            _ => {}
        })
        .unwrap();
        assert_eq!(
            found,
            [
                r#"{"id":1,"image_id":2}"#,
                r#"{"image_id": 2, "bbox":[1,2,{}], "id": 3, "x": "}\"{"}"#,
                r#"{"id":2}"#
            ]
        );
    }

    #[test]
    fn null_is_no_list_and_other_members_have_their_places() {
        let text =
            r#"{"licenses": null, "info": {"year": 2017} , "version": 12, "images": null, "type": "x"}"#;
        let mut found = Vec::new();
        scan(text.as_bytes(), &mut |item| match item {
            Item::Other(name, place) => {
                let value = &text[place.start as usize..][..place.len as usize];
                let mut values = serde_json::Deserializer::from_str(value).into_iter::<Json>();
                found.push((name, values.next().unwrap().unwrap().to_string()));
            }
            _ => panic!("an element"),
        })
        .unwrap();
        let expected = [("info", "{\"year\":2017}"), ("version", "12"), ("type", "\"x\"")];
        assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn broken_json_is_told_by_line_and_column() {
        let error = scan("{\"images\":\n [{\"id\": 1},".as_bytes(), &mut |_| {}).unwrap_err();
        assert_eq!((error.error.line(), error.error.column()), (2, 12));
        assert!(
            scan("[]".as_bytes(), &mut |_| {})
                .unwrap_err()
                .error
                .to_string()
                .contains("an object with the lists")
        );
        assert!(scan("{} x".as_bytes(), &mut |_| {}).is_err());
        let error =
            scan("{\"annotations\":\n [{\"id\": 1}, {\"id\": true}]}".as_bytes(), &mut |_| {}).unwrap_err();
        assert!(error.error.to_string().contains("boolean `true`, expected an id"), "{error:?}");
        assert_eq!((error.error.line(), error.element), (2, Some(("annotations", 1))));
        assert!(scan("{\"images\": [[".repeat(1000).as_bytes(), &mut |_| {}).is_err());
    }
}
