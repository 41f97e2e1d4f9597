//! An XML file as a tree of elements: names, texts, children.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value as Json};

use crate::read::table::shape::{bool_of, float_of};

/// Elements nested deeper are refused.
const MAX_DEPTH: usize = 64;

/// An element. Its attributes are its first children.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Element {
    pub name: String,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    /// The root of a file.
    ///
    /// # Errors
    /// It is not XML; in a clause.
    pub fn parse(xml: &str) -> Result<Self, String> {
        let mut reader = Reader::from_str(xml);
        let mut open: Vec<Self> = Vec::new();
        let mut root = None;
        loop {
            let event = reader.read_event();
            let line = || {
                xml.as_bytes()[..(reader.buffer_position() as usize).min(xml.len())]
                    .iter()
                    .filter(|b| **b == b'\n')
                    .count()
                    + 1
            };
            let wrong = |problem: String| format!("not valid XML: {problem} (line {})", line());
            match event.map_err(|e| wrong(e.to_string()))? {
                Event::Start(start) if open.len() == MAX_DEPTH => {
                    drop(start);
                    return Err(wrong(format!("elements are nested more than {MAX_DEPTH} deep")));
                }
                Event::Start(start) => open.push(Self::begin(&start).map_err(wrong)?),
                Event::Empty(start) => {
                    let element = Self::begin(&start).map_err(wrong)?;
                    close(element, &mut open, &mut root);
                }
                Event::End(_) => {
                    if let Some(element) = open.pop() {
                        close(element, &mut open, &mut root);
                    }
                }
                Event::Text(bytes) => add_text(&mut open, &bytes.decode().map_err(|e| wrong(e.to_string()))?),
                Event::CData(bytes) => {
                    add_text(&mut open, &bytes.decode().map_err(|e| wrong(e.to_string()))?)
                }
                Event::GeneralRef(entity) => {
                    let name = entity.decode().map_err(|e| wrong(e.to_string()))?.into_owned();
                    match entity.resolve_char_ref().map_err(|e| wrong(e.to_string()))? {
                        Some(char) => add_text(&mut open, char.encode_utf8(&mut [0; 4])),
                        None => {
                            let known = resolve_predefined_entity(&name);
                            let known = known.ok_or_else(|| wrong(format!("unknown entity '&{name};'")))?;
                            add_text(&mut open, known);
                        }
                    }
                }
                Event::Eof => break,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
        if let Some(element) = open.last() {
            return Err(format!("not valid XML: it ends inside the element '{}'", element.name));
        }
        root.ok_or_else(|| "not valid XML: there is no element".to_owned())
    }

    fn begin(start: &BytesStart<'_>) -> Result<Self, String> {
        let name = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut children = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|e| e.to_string())?;
            let text =
                quick_xml::escape::unescape(&name(&attribute.value)).map_err(|e| e.to_string())?.into_owned();
            let name = name(attribute.key.local_name().as_ref());
            if attribute.key.prefix().is_none() && name != "xmlns" {
                children.push(Self { name, text, children: Vec::new() });
            }
        }
        Ok(Self { name: name(start.local_name().as_ref()), text: String::new(), children })
    }

    /// The children of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first child of that name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first child of that name, without spaces around it; none where it is empty.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.trim()).filter(|text| !text.is_empty())
    }

    /// What is in it as JSON: of an element without children, a number, a boolean, a text or null; else an object of
    /// its children, with a list for those of one name.
    pub fn json(&self) -> Json {
        if self.children.is_empty() {
            return json_of(self.text.trim());
        }
        let mut members = Map::new();
        for child in &self.children {
            let value = child.json();
            match members.get_mut(&child.name) {
                None => drop(members.insert(child.name.clone(), value)),
                Some(Json::Array(values)) if self.all(&child.name).count() > 1 => values.push(value),
                Some(known) => *known = Json::Array(vec![known.take(), value]),
            }
        }
        Json::Object(members)
    }
}

fn add_text(open: &mut [Element], text: &str) {
    if let Some(last) = open.last_mut() {
        last.text.push_str(text);
    }
}

fn close(element: Element, open: &mut [Element], root: &mut Option<Element>) {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None => drop(root.get_or_insert(element)),
    }
}

/// A text as the value that it writes; a number only where nothing is lost (`007` is a text).
pub fn json_of(text: &str) -> Json {
    if text.is_empty() {
        return Json::Null;
    }
    if let Some(number) = text.parse::<i64>().ok().filter(|number| number.to_string() == text) {
        return number.into();
    }
    if let Some(yes) = bool_of(text) {
        return yes.into();
    }
    match float_of(text).filter(|number| number.is_finite()) {
        Some(number) => number.into(),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_tree_of_names_and_texts() {
        let xml = "<?xml version='1.0'?><!-- x --><annotation verified='yes'><a>1 &lt; 2 &#65;</a><b/>\n\
                   <c><![CDATA[<raw>]]></c><p><x>1</x><x>2.5</x><y>007</y></p></annotation>";
        let root = Element::parse(xml).unwrap();
        assert_eq!(root.name, "annotation");
        let expected = json!({"verified": "yes", "a": "1 < 2 A", "b": null, "c": "<raw>", "p": {"x": [1, 2.5], "y": "007"}});
        assert_eq!(root.json(), expected);
    }

    #[test]
    fn what_is_no_xml_is_told_with_its_line() {
        for (xml, expected) in [
            ("<a>\n<b></a>", "(line 2)"),
            ("<a><b>", "it ends inside the element 'b'"),
            ("", "there is no element"),
            ("<a>&x;</a>", "unknown entity '&x;'"),
            ("<!DOCTYPE a [<!ENTITY x SYSTEM '/etc/passwd'>]><a>&x;</a>", "unknown entity '&x;'"),
        ] {
            let error = Element::parse(xml).unwrap_err();
            assert!(error.starts_with("not valid XML: ") && error.contains(expected), "{xml}: {error}");
        }
        assert!(Element::parse(&"<a>".repeat(1000)).unwrap_err().contains("nested more than 64 deep"));
    }
}
