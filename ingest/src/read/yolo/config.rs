//! Reads `data.yaml`.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};
use std::path::Path;

use hub_dataset::sample::SampleError;
use serde::Deserialize;

use crate::read::file_errors::unreadable;
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
    /// How many keypoints, numbers for each, and their names.
    pub keypoints: Option<(usize, usize, Vec<String>)>,
}

#[derive(Deserialize)]
struct Yaml {
    path: Option<String>,
    train: Option<OneOrMany>,
    val: Option<OneOrMany>,
    valid: Option<OneOrMany>,
    test: Option<OneOrMany>,
    names: Option<Names>,
    nc: Option<usize>,
    kpt_shape: Option<(usize, usize)>,
    kpt_names: Option<BTreeMap<usize, Vec<String>>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Names {
    List(Vec<Scalar>),
    Numbered(BTreeMap<usize, Scalar>),
}

/// Class names may look like something else: `0`, `no`, `1.5`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Bool(bool),
    Int(i64),
    Float(f64),
}

impl Scalar {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Bool(b) => b.to_string(),
            Self::Int(n) => n.to_string(),
            Self::Float(n) => n.to_string(),
        }
    }
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
        let text = read_text(&base, name)?.ok_or_else(gone)?;
        let wrong = |problem: String| SampleError::fatal(&place, problem);
        let yaml: Yaml = serde_norway::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|e| wrong(format!("not valid YOLO YAML: {e}")))?;
        let names = names(yaml.names, yaml.nc).map_err(wrong)?;
        let folder = yaml.path.unwrap_or_default();
        let within = |written: OneOrMany| -> Vec<String> {
            let written = match written {
                OneOrMany::One(path) => vec![path],
                OneOrMany::Many(paths) => paths,
            };
            let written = written.into_iter().filter(|path| !path.is_empty());
            written.map(|path| Path::new(&folder).join(path).to_string_lossy().into_owned()).collect()
        };
        let splits = [("train", yaml.train), ("val", yaml.val.or(yaml.valid)), ("test", yaml.test)];
        let splits = splits.into_iter().filter_map(|(split, paths)| Some((split, within(paths?))));
        let keypoints = match yaml.kpt_shape {
            Some((count @ 1..=MAX_CLASSES, numbers @ 2..=3)) => {
                // Every class has its own names there; those of the first are as good as any.
                let named = yaml.kpt_names.and_then(|n| n.into_values().next()).filter(|n| n.len() == count);
                Some((count, numbers, named.unwrap_or_else(|| (0..count).map(|i| i.to_string()).collect())))
            }
            Some((count, numbers)) => {
                return Err(wrong(format!("kpt_shape is [{count}, {numbers}], expected [points, 2 or 3]")));
            }
            None => None,
        };
        Ok(Self { base, names, splits: splits.collect(), keypoints, place })
    }
}

/// Names by number; gaps and missing names are `class_5`, as Ultralytics has it.
fn names(names: Option<Names>, count: Option<usize>) -> Result<Vec<String>, String> {
    let unnamed = |i: usize| format!("class_{i}");
    let found: Vec<String> = match names {
        Some(Names::List(list)) => list.into_iter().map(Scalar::into_text).collect(),
        Some(Names::Numbered(mut map)) => {
            let last = map.keys().next_back().copied().unwrap_or(0);
            if last >= MAX_CLASSES {
                return Err(format!("class {last} in 'names', expected at most {MAX_CLASSES} classes"));
            }
            (0..=last).map(|i| map.remove(&i).map_or_else(|| unnamed(i), Scalar::into_text)).collect()
        }
        None => (0..count.unwrap_or(0).min(MAX_CLASSES)).map(unnamed).collect(),
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
pub fn read_text(base: &SourceRoot, name: &str) -> Result<Option<String>, SampleError> {
    let Some(file) = base.open(name)? else { return Ok(None) };
    let place = base.shown().join(name).display().to_string();
    let mut text = String::new();
    file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(|e| unreadable(&place, e))?;
    if text.len() as u64 > MAX_BYTES {
        return Err(SampleError::fatal(place, format!("longer than {MAX_BYTES} bytes")));
    }
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, String> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("data.yaml"), text).unwrap();
        Config::read(SourceRoot::of(dir.path(), false).unwrap(), "data.yaml").map_err(|e| e.to_string())
    }

    #[test]
    fn names_are_a_list_or_numbered() {
        assert_eq!(read("names: [cat, 7, no]\nnc: 3").unwrap().names, ["cat", "7", "no"]);
        assert_eq!(read("names:\n  0: cat\n  2: dog").unwrap().names, ["cat", "class_1", "dog"]);
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
        assert_eq!(config.keypoints.unwrap(), (2, 3, vec!["0".to_owned(), "1".to_owned()]));
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
