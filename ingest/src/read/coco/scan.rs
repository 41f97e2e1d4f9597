//! One pass over a COCO file, which says of each image and annotation where in the file it stands.
//!
//! The file is deserialised as a stream: `serde_json` takes it byte by byte from a reader that counts, so the
//! count before and after an element is its place. Nothing of an element is kept but the few numbers of its
//! head, and the whole file is checked to be JSON on the way, with line and column in the error.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufReader, Read};
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::items::{Category, License};

/// Where an element stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub start: u64,
    /// The length in bytes.
    pub len: u32,
}

/// The longest element that is taken: far beyond any real annotation.
const MAX_ELEMENT_BYTES: u64 = 32 << 20;

/// What the pass keeps of an image.
#[derive(Deserialize)]
pub struct ImageHead {
    pub id: i64,
    #[serde(default)]
    pub license: Option<IgnoredAny>,
    #[serde(default)]
    pub coco_url: Option<IgnoredAny>,
    #[serde(default)]
    pub flickr_url: Option<IgnoredAny>,
    #[serde(default)]
    pub date_captured: Option<IgnoredAny>,
}

/// What the pass keeps of an annotation.
#[derive(Deserialize)]
pub struct AnnotationHead {
    pub id: i64,
    pub image_id: i64,
    #[serde(default)]
    pub caption: Option<IgnoredAny>,
    #[serde(default)]
    pub keypoints: Option<IgnoredAny>,
}

/// An element of one of the file's lists.
pub enum Item {
    Image(ImageHead, Place),
    Annotation(AnnotationHead, Place),
    Category(Category),
    License(License),
}

/// Reads the whole file and hands over its elements in the order of the file.
pub fn scan(file: impl Read, take: &mut dyn FnMut(Item)) -> Result<(), serde_json::Error> {
    let at = Cell::new(0);
    let reader = Counted { inner: BufReader::with_capacity(1 << 20, file), at: &at };
    let mut json = serde_json::Deserializer::from_reader(reader);
    json.deserialize_map(Top { at: &at, take })?;
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

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Key {
    Images,
    Annotations,
    Categories,
    Licenses,
    #[serde(other)]
    Other,
}

struct Top<'a> {
    at: &'a Cell<u64>,
    take: &'a mut dyn FnMut(Item),
}

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the lists 'images' and 'annotations'")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { at, take } = self;
        while let Some(key) = map.next_key()? {
            match key {
                Key::Images => map.next_value_seed(Elements::new(at, |e, p| take(Item::Image(e, p))))?,
                Key::Annotations => {
                    map.next_value_seed(Elements::new(at, |e, p| take(Item::Annotation(e, p))))?;
                }
                Key::Categories => map.next_value_seed(Elements::new(at, |e, _| take(Item::Category(e))))?,
                Key::Licenses => map.next_value_seed(Elements::new(at, |e, _| take(Item::License(e))))?,
                Key::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// A list, its elements handed over one by one.
struct Elements<'a, T, F> {
    at: &'a Cell<u64>,
    take: F,
    of: PhantomData<T>,
}

impl<'a, T, F: FnMut(T, Place)> Elements<'a, T, F> {
    fn new(at: &'a Cell<u64>, take: F) -> Self {
        Self { at, take, of: PhantomData }
    }
}

impl<'de, T: DeserializeOwned, F: FnMut(T, Place)> DeserializeSeed<'de> for Elements<'_, T, F> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de, T: DeserializeOwned, F: FnMut(T, Place)> Visitor<'de> for Elements<'_, T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while let Some((element, place)) = list.next_element_seed(Placed { at: self.at, of: PhantomData })? {
            (self.take)(element, place);
        }
        Ok(())
    }
}

/// One element and its place.
struct Placed<'a, T> {
    at: &'a Cell<u64>,
    of: PhantomData<T>,
}

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for Placed<'_, T> {
    type Value = (T, Place);

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        // To see that the list goes on, the parser has taken the element's `{`; of its `}` nothing follows.
        let start = self.at.get().saturating_sub(1);
        let element = T::deserialize(json)?;
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
    fn broken_json_is_told_by_line_and_column() {
        let error = scan("{\"images\":\n [{\"id\": 1},".as_bytes(), &mut |_| {}).unwrap_err();
        assert_eq!((error.line(), error.column()), (2, 12));
        assert!(
            scan("[]".as_bytes(), &mut |_| {}).unwrap_err().to_string().contains("an object with the lists")
        );
        assert!(scan("{} x".as_bytes(), &mut |_| {}).is_err());
        assert!(scan("{\"images\": [[".repeat(1000).as_bytes(), &mut |_| {}).is_err());
    }
}
