//! Reads `data.yaml`.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use hub_dataset::sample::SampleError;
use serde::Deserialize;
use serde_norway::Value as Node;

use crate::read::file_errors::{read_text, unreadable};
use crate::read::inside::SourceRoot;

/// The longest YAML file taken.
const MAX_BYTES: u64 = 4 << 20;

/// Maximum number of classes, and of keypoints, that a file may declare by a number alone.
const MAX_CLASSES: usize = 100_000;

/// The classes and folders of a data set.
#[derive(Debug)]
pub struct Config {
    /// The folder everything is relative to.
    pub base: SourceRoot,
    /// Where the configuration stands, for messages.
    pub place: String,
    pub names: Vec<String>,
    /// Split, then folders of images or lists of files; as written.
    pub splits: Vec<(&'static str, Vec<String>)>,
    pub keypoints: Option<Keypoints>,
}

/// The keypoints of every object.
#[derive(Debug)]
pub struct Keypoints {
    pub count: usize,
    /// Numbers for each: 2 (x, y) or 3 (and the visibility).
    pub numbers: usize,
    /// Their names, by the number of the class; empty where the file names none.
    pub named: BTreeMap<usize, Vec<String>>,
}

impl Keypoints {
    /// The names that all classes have in common; else numbers.
    pub fn names(&self) -> Vec<String> {
        let mut named = self.named.values();
        let first = named.next().filter(|first| named.all(|other| other == *first));
        first.cloned().unwrap_or_else(|| (0..self.count).map(|i| i.to_string()).collect())
    }
}

#[derive(Deserialize)]
struct Yaml {
    path: Option<String>,
    train: Option<Node>,
    val: Option<Node>,
    valid: Option<Node>,
    test: Option<Node>,
    names: Option<Node>,
    nc: Option<usize>,
    kpt_shape: Option<(usize, usize)>,
    kpt_names: Option<Node>,
}

/// A text; class names may look like something else: `0`, `no`, `1.5`.
fn text(node: &Node) -> Option<String> {
    match node {
        Node::String(text) => Some(text.clone()),
        Node::Bool(yes) => Some(yes.to_string()),
        Node::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What a node is, for messages.
fn kind(node: &Node) -> &'static str {
    match node {
        Node::Null => "nothing",
        Node::Bool(_) => "a boolean",
        Node::Number(_) => "a number",
        Node::String(_) => "a text",
        Node::Sequence(_) => "a list",
        Node::Mapping(_) => "a mapping",
        Node::Tagged(_) => "a tagged value",
    }
}

/// A list of texts.
fn texts(key: &str, nodes: &[Node]) -> Result<Vec<String>, String> {
    let one = |(at, node): (usize, &Node)| {
        text(node).ok_or_else(|| format!("'{key}' has {} at place {at}, expected a text", kind(node)))
    };
    nodes.iter().enumerate().map(one).collect()
}

/// A list, or one text.
fn one_or_many(key: &str, node: &Node) -> Result<Vec<String>, String> {
    match node {
        Node::Sequence(nodes) => texts(key, nodes),
        node => text(node)
            .map(|text| vec![text])
            .ok_or_else(|| format!("'{key}' is {}, expected a path or a list of paths", kind(node))),
    }
}

/// The number that a key of a mapping is; tools write it as a number or as a text.
fn class_number(key: &str, node: &Node) -> Result<usize, String> {
    let written = text(node).unwrap_or_default();
    written
        .trim()
        .parse()
        .map_err(|_| format!("'{key}' has '{written}' in place of a class number, expected 0, 1, 2, …"))
}

/// Is it a YAML file, by its name?
pub fn is_yaml(name: &str) -> bool {
    name.ends_with(".yaml") || name.ends_with(".yml")
}

impl Config {
    /// Reads a YAML file.
    ///
    /// # Errors
    /// It can't be read or is invalid.
    pub fn read(base: SourceRoot, name: &str) -> Result<Self, SampleError> {
        let place = name.to_owned();
        let gone = || unreadable(&base.shown().join(name).display().to_string(), ErrorKind::NotFound.into());
        let text = text_of(&base, name)?.ok_or_else(gone)?;
        let wrong = |problem: String| SampleError::fatal(&place, problem);
        let yaml: Yaml = serde_norway::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|e| wrong(format!("not valid YOLO YAML: {e}")))?;
        let names = names(yaml.names, yaml.nc).map_err(wrong)?;
        let folder = yaml.path.unwrap_or_default();
        let within = |split: &str, written: &Node| -> Result<Vec<String>, SampleError> {
            let written = one_or_many(split, written).map_err(wrong)?;
            let written = written.into_iter().filter(|path| !path.is_empty());
            Ok(written.map(|path| Path::new(&folder).join(path).to_string_lossy().into_owned()).collect())
        };
        let mut splits = Vec::new();
        for (split, paths) in [("train", yaml.train), ("val", yaml.val.or(yaml.valid)), ("test", yaml.test)] {
            if let Some(paths) = paths.filter(|node| *node != Node::Null) {
                splits.push((split, within(split, &paths)?));
            }
        }
        let keypoints = match yaml.kpt_shape {
            Some((count @ 1..=MAX_CLASSES, numbers @ 2..=3)) => {
                let named = keypoint_names(yaml.kpt_names.as_ref(), count).map_err(wrong)?;
                Some(Keypoints { count, numbers, named })
            }
            Some((count, numbers)) => {
                return Err(wrong(format!("kpt_shape is [{count}, {numbers}], expected [points, 2 or 3]")));
            }
            None => None,
        };
        Ok(Self { base, names, splits, keypoints, place })
    }
}

/// The names of each class's keypoints, by the class's number. Where there is one list, it is for all.
fn keypoint_names(node: Option<&Node>, count: usize) -> Result<BTreeMap<usize, Vec<String>>, String> {
    let named: BTreeMap<usize, Vec<String>> = match node {
        None | Some(Node::Null) => BTreeMap::new(),
        Some(Node::Sequence(nodes)) => BTreeMap::from([(0, texts("kpt_names", nodes)?)]),
        Some(Node::Mapping(classes)) => {
            let one = |(class, names): (&Node, &Node)| {
                let Node::Sequence(nodes) = names else {
                    return Err(format!("'kpt_names' has {} for a class, expected a list", kind(names)));
                };
                Ok((class_number("kpt_names", class)?, texts("kpt_names", nodes)?))
            };
            classes.iter().map(one).collect::<Result<_, String>>()?
        }
        Some(other) => return Err(format!("'kpt_names' is {}, expected a list for each class", kind(other))),
    };
    match named.iter().find(|(_, names)| names.len() != count) {
        Some((class, names)) => Err(format!(
            "'kpt_names' has {} names for class {class}, but 'kpt_shape' has {count} points",
            names.len()
        )),
        None => Ok(named),
    }
}

/// Names by number; gaps and missing names are `class_5`, as Ultralytics has it.
fn names(names: Option<Node>, count: Option<usize>) -> Result<Vec<String>, String> {
    let unnamed = |i: usize| format!("class_{i}");
    let found: Vec<String> = match names {
        Some(Node::Sequence(nodes)) => texts("names", &nodes)?,
        Some(Node::Mapping(classes)) => {
            let mut named = BTreeMap::new();
            for (class, name) in &classes {
                let number = class_number("names", class)?;
                let name =
                    text(name).ok_or_else(|| format!("'names' has {} for class {number}", kind(name)))?;
                named.insert(number, name);
            }
            let last = named.keys().next_back().copied().unwrap_or(0);
            if last >= MAX_CLASSES {
                return Err(format!("class {last} in 'names', expected at most {MAX_CLASSES} classes"));
            }
            (0..=last).map(|i| named.remove(&i).unwrap_or_else(|| unnamed(i))).collect()
        }
        None | Some(Node::Null) => (0..count.unwrap_or(0).min(MAX_CLASSES)).map(unnamed).collect(),
        Some(other) => return Err(format!("'names' is {}, expected a list or numbered names", kind(&other))),
    };
    match count {
        _ if found.is_empty() => Err("'names' is missing".into()),
        Some(count) if count != found.len() => {
            Err(format!("'nc' is {count}, but 'names' has {} classes", found.len()))
        }
        _ => Ok(found),
    }
}

/// The text of a file of the source; `None` if there is none.
///
/// # Errors
/// It can't be read, or is longer than any configuration.
pub fn text_of(base: &SourceRoot, name: &str) -> Result<Option<String>, SampleError> {
    let Some(file) = base.open(name)? else { return Ok(None) };
    let place = base.shown().join(name).display().to_string();
    read_text(file, MAX_BYTES).map(Some).map_err(|e| e.fatal(&place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_is_not_utf8_is_told_by_its_line() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("data.yaml"), b"nc: 1\nnames: [caf\xe9]\n").unwrap();
        let error =
            Config::read(SourceRoot::of(dir.path(), false).unwrap(), "data.yaml").unwrap_err().to_string();
        assert!(error.contains("data.yaml:2: byte 12 of the line is not UTF-8"), "{error}");
    }

    fn read(text: &str) -> Result<Config, String> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("data.yaml"), text).unwrap();
        Config::read(SourceRoot::of(dir.path(), false).unwrap(), "data.yaml").map_err(|e| e.to_string())
    }

    #[test]
    fn names_are_a_list_or_numbered() {
        assert_eq!(read("names: [cat, 7, no]\nnc: 3").unwrap().names, ["cat", "7", "no"]);
        assert_eq!(read("names:\n  0: cat\n  2: dog").unwrap().names, ["cat", "class_1", "dog"]);
        assert_eq!(read("names: {'0': cat, '1': dog}").unwrap().names, ["cat", "dog"]);
        let error = read("names: {cat: 0}").unwrap_err();
        assert!(error.contains("'names' has 'cat' in place of a class number"), "{error}");
        let error = read("names: [[a], b]").unwrap_err();
        assert!(error.contains("'names' has a list at place 0, expected a text"), "{error}");
        let error = read("names: [a]\ntrain: {a: b}").unwrap_err();
        assert!(error.contains("'train' is a mapping, expected a path or a list of paths"), "{error}");
        assert_eq!(read("nc: 2").unwrap().names, ["class_0", "class_1"]);
        assert!(read("names: [cat]\nnc: 3").unwrap_err().contains("'nc' is 3, but 'names' has 1 classes"));
        assert!(read("train: x").unwrap_err().contains("'names' is missing"));
        assert!(read("names: {99999999: x}").unwrap_err().contains("class 99999999"));
    }

    #[test]
    fn paths_and_keypoints() {
        let config = read("path: ../d\ntrain: [a, b]\nval: c\ntest:\nnames: [x]\nkpt_shape: [2, 3]").unwrap();
        let paths = |n: usize| config.splits[n].1.clone();
        assert_eq!((config.splits[0].0, paths(0)), ("train", vec!["../d/a".to_owned(), "../d/b".to_owned()]));
        assert_eq!(
            (config.splits[1].0, paths(1), config.splits.len()),
            ("val", vec!["../d/c".to_owned()], 2)
        );
        let keypoints = config.keypoints.unwrap();
        assert_eq!(
            (keypoints.count, keypoints.numbers, keypoints.names()),
            (2, 3, vec!["0".into(), "1".into()])
        );
        let named = |names: &str| {
            read(&format!("names: [x, y]\nkpt_shape: [2, 3]\nkpt_names: {names}"))
                .map(|config| config.keypoints.unwrap().names())
        };
        assert_eq!(named("{0: [a, b], 1: [a, b]}").unwrap(), ["a", "b"]);
        assert_eq!(named("{0: [a, b], 1: [a, c]}").unwrap(), ["0", "1"]);
        assert!(
            named("{0: [a]}").unwrap_err().contains("has 1 names for class 0, but 'kpt_shape' has 2 points")
        );
        assert!(read("names: [x]\nkpt_shape: [0, 3]").unwrap_err().contains("kpt_shape is [0, 3]"));
    }

    #[test]
    fn yaml_bombs_and_nonsense_are_refused() {
        let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n\
                    d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e]\n\
                    g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\nnames: [*g,*g,*g,*g,*g,*g,*g]";
        assert!(read(bomb).is_err());
        assert!(read("names: [a\n").unwrap_err().contains("not valid YOLO YAML"));
    }
}
