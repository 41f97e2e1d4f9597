//! Reading the names of a model's classes from a file.
//!
//! | file | holds |
//! |---|---|
//! | text | one name a line, in the order of the model's outputs; a WordNet id may stand before it (`n01440764 tench`), or a synset behind it, after a tab |
//! | label map | as `hub synset map` writes it: tab-separated, with a header that names `label` and `synset` |
//! | JSON | a list of names or of `{"name": …, "synset": …}`, or an object from numbers to names or to `[id, name]`, as Keras' `imagenet_class_index.json` |

use std::collections::BTreeMap;

use hub_wordnet::WordNet;
use serde::Deserialize;

use super::labels::Labels;

/// A file that doesn't hold names of classes.
#[derive(Debug, thiserror::Error)]
pub enum LabelsFileError {
    /// A line that can't be used.
    #[error("line {line}: {problem}")]
    Line {
        /// From 1.
        line: usize,
        /// What was found and what is expected.
        problem: String,
    },
    /// JSON of another form.
    #[error(
        "expected a list of names, or an object from numbers to names, such as [\"cat\", \"dog\"] or {{\"0\": \"cat\"}}: {0}"
    )]
    Json(#[from] serde_json::Error),
    /// Numbers with gaps.
    #[error("the classes must be numbered from 0 without gaps; {found} stands where {expected} was expected")]
    Number {
        /// The key.
        found: String,
        /// The next number.
        expected: usize,
    },
    /// A label map that can't be read.
    #[error(transparent)]
    Map(#[from] hub_wordnet::LabelMapError),
    /// Nothing in it.
    #[error("it holds no names; expected one a line")]
    Empty,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Name(String),
    Pair([String; 2]),
    Object {
        name: String,
        #[serde(default)]
        synset: Option<String>,
    },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Json {
    List(Vec<Entry>),
    Object(BTreeMap<String, Entry>),
}

/// The names of classes in the text of a file.
///
/// # Errors
/// See [`LabelsFileError`].
pub fn read_labels(text: &str) -> Result<Labels, LabelsFileError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let labels = match text.trim_start().as_bytes().first() {
        None => return Err(LabelsFileError::Empty),
        Some(b'[' | b'{') => json(text)?,
        Some(_) if has_header(text) => {
            let rows = hub_wordnet::read_label_map(text)?;
            let synsets = rows.iter().map(|row| row.synset.map(|id| id.to_string())).collect();
            Labels::Names { names: rows.into_iter().map(|row| row.label).collect(), synsets }
        }
        Some(_) => lines(text)?,
    };
    if labels.is_empty() { Err(LabelsFileError::Empty) } else { Ok(labels) }
}

fn has_header(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let names: Vec<&str> = first.unwrap_or_default().split('\t').map(str::trim).collect();
    names.contains(&"label") && names.contains(&"synset")
}

fn json(text: &str) -> Result<Labels, LabelsFileError> {
    let entries: Vec<Entry> = match serde_json::from_str(text)? {
        Json::List(entries) => entries,
        Json::Object(entries) => {
            let mut numbered = Vec::new();
            for (key, entry) in entries {
                let number: Option<usize> = key.trim().parse().ok();
                let expected = numbered.len();
                numbered.push((number.ok_or(LabelsFileError::Number { found: key, expected })?, entry));
            }
            numbered.sort_by_key(|(number, _)| *number);
            let gap = numbered.iter().enumerate().find(|(place, (number, _))| place != number);
            if let Some((expected, (found, _))) = gap {
                return Err(LabelsFileError::Number { found: found.to_string(), expected });
            }
            numbered.into_iter().map(|(_, entry)| entry).collect()
        }
    };
    let (mut names, mut synsets) = (Vec::new(), Vec::new());
    for entry in entries {
        let (name, synset) = match entry {
            Entry::Name(name) => (name, None),
            Entry::Pair([id, name]) => (name, Some(id)),
            Entry::Object { name, synset } => (name, synset),
        };
        names.push(name);
        synsets.push(synset);
    }
    Ok(match synsets.iter().any(Option::is_some) {
        true => Labels::Names { names, synsets },
        false => Labels::named(names),
    })
}

fn lines(text: &str) -> Result<Labels, LabelsFileError> {
    let (mut names, mut synsets) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.trim_end().lines()) {
        let wrong = |problem: String| LabelsFileError::Line { line: number, problem };
        let (name, synset) = match line.split_once('\t') {
            Some((name, synset)) => (name.trim(), Some(synset.trim()).filter(|s| !matches!(*s, "" | "-"))),
            None => (line.trim(), None),
        };
        if name.is_empty() {
            return Err(wrong("it is empty; expected the name of a class".to_owned()));
        }
        let synset = match synset {
            Some(text) => {
                Some(WordNet::get().resolve(text).map_err(|error| wrong(error.to_string()))?.to_string())
            }
            None => None,
        };
        names.push(name.to_owned());
        synsets.push(synset);
    }
    Ok(match synsets.iter().any(Option::is_some) {
        true => Labels::Names { names, synsets },
        false => Labels::named(names),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<String>, Vec<Option<String>>) {
        let labels = read_labels(text).unwrap();
        labels.check().unwrap();
        (labels.names(), labels.synsets().iter().map(|id| id.map(|id| id.to_string())).collect())
    }

    #[test]
    fn one_name_a_line() {
        let (names, synsets) = read("spam\neggs and ham\n");
        assert_eq!((names, synsets), (vec!["spam".into(), "eggs and ham".into()], vec![None, None]));
        let (names, synsets) = read("n01440764 tench, Tinca tinca\nn01443537 goldfish\n");
        assert_eq!(names[1], "n01443537 goldfish");
        assert_eq!(synsets[1].as_deref(), Some("n01443537"));
        let (names, synsets) = read("Fido\tdog.n.01\nother\t-\n");
        assert_eq!(
            (names[0].as_str(), synsets[0].as_deref(), &synsets[1]),
            ("Fido", Some("n02084071"), &None)
        );
    }

    #[test]
    fn label_maps_and_json() {
        let dog = Some("n02084071".to_owned());
        assert_eq!(read("label\tsynset\nFido\tdog.n.01\n"), (vec!["Fido".into()], vec![dog.clone()]));
        assert_eq!(read(r#"["x", "y"]"#).0, ["x", "y"]);
        assert_eq!(read(r#"{"1": "y", "0": "x", "10": "k", "2":"c","3":"d","4":"e","5":"f","6":"g","7":"h","8":"i","9":"j"}"#).0[10], "k");
        assert_eq!(read(r#"{"0": ["n02084071", "dog"]}"#), (vec!["dog".into()], vec![dog.clone()]));
        assert_eq!(read(r#"[{"name": "dog", "synset": "n02084071"}, {"name": "x"}]"#).1, [dog, None]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let problem = |text: &str| read_labels(text).unwrap_err().to_string();
        assert_eq!(problem(" \n"), "it holds no names; expected one a line");
        assert!(problem("a\n\nb\n").starts_with("line 2: it is empty"));
        assert!(problem("a\tdogg.n.01\n").starts_with("line 1: "));
        assert!(problem(r#"{"0": "a", "2": "b"}"#).contains("2 stands where 1 was expected"));
        assert!(problem(r#"{"zero": "a"}"#).contains("zero stands where 0 was expected"));
        assert!(problem("[1, 2]").starts_with("expected a list of names"));
    }
}
