//! Finds the configuration of a YOLO data set: `data.yaml`, darknet's `obj.data`, or a list of classes beside the labels.
//!
//! Of several YAML files one that names classes and folders that are there counts; the usual names come first. Without
//! any configuration, folders of images with label files in their usual place are a data set too, whose classes are
//! named in `classes.txt`, `obj.names`, `notes.json` (Label Studio) and the like, or else by their numbers.

use hub_dataset::sample::SampleError;
use serde_json::Value as Json;
use serde_norway::Value as Yaml;

use super::config::{Config, is_yaml};
use super::label_files::{LISTS, is_label_line, is_list_name, label_beside, label_folder, labelled, texts};
use super::paths::longest_end;
use crate::read::file_errors::unreadable;
use crate::read::input::Input;
use crate::read::inside::SourceRoot;
use crate::read::kind::kind_of_name;
use crate::read::sniff::{Folder, Sniff};

/// Names of the YAML file, the usual one first.
const YAML_NAMES: [&str; 4] = ["data.yaml", "dataset.yaml", "data.yml", "dataset.yml"];

/// The longest configuration read.
const MAX_BYTES: usize = 4 << 20;

/// What stands for a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sign {
    Yaml(String),
    /// Darknet's list of lists.
    Darknet(String),
    /// A label file in its place, or a list of classes where all label files are empty.
    Labels(String),
}

impl Sign {
    /// The file that is the sign, by its path below the source.
    pub fn path(self) -> String {
        match self {
            Self::Yaml(path) | Self::Darknet(path) | Self::Labels(path) => path,
        }
    }
}

/// The sign of a data set in a folder.
pub fn sign(look: &Sniff) -> Option<Sign> {
    let yaml = || best_yaml(look).map(Sign::Yaml);
    let darknet = || look.files().find(|path| is_darknet(look, path)).map(Sign::Darknet);
    let labels = || look.all().find_map(|images| label_beside(look, images)).map(Sign::Labels);
    let empty = || {
        let has_labels =
            |images: &Folder| label_folder(look, images).is_some_and(|l| texts(l).next().is_some());
        let list = look.files().find(|path| is_list_name(path))?;
        look.all().any(has_labels).then_some(Sign::Labels(list))
    };
    yaml().or_else(darknet).or_else(labels).or_else(empty)
}

/// The configuration of the source.
///
/// # Errors
/// There is none, or it is invalid.
pub fn find(input: &Input) -> Result<Config, SampleError> {
    let (look, base) = (&input.look, input.source_root()?);
    if !look.is_dir {
        return Config::read(base, &input.root().file_name().unwrap_or_default().to_string_lossy());
    }
    match sign(look) {
        Some(Sign::Yaml(path)) => {
            let mut config = Config::read(base, &path)?;
            // Paths are relative to the file's folder, or to the source.
            let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
            let paths = config.splits.iter_mut().flat_map(|(_, paths)| paths.iter_mut());
            paths.filter(|path| !path.starts_with('/')).for_each(|path| *path = format!("{folder}{path}"));
            Ok(config)
        }
        Some(Sign::Darknet(path)) => from_darknet(base, &path),
        Some(Sign::Labels(_)) => from_labels(input, base),
        None => Err(SampleError::fatal(input.root().display().to_string(), "no YOLO data set found").advise(
            "expected data.yaml, obj.data, or images with labels: images/train/a.jpg and labels/train/a.txt",
        )),
    }
}

/// The YAML file with classes whose folders are there, or else the first with classes.
fn best_yaml(look: &Sniff) -> Option<String> {
    let candidates = look.files().filter(|path| is_yaml(path) && path.matches('/').count() <= 2);
    let candidates = candidates.filter_map(|path| {
        let yaml = look.head_text(&path, MAX_BYTES)?;
        let splits = splits_of_yaml(&yaml)?;
        let is_there = |written: &String| {
            let parts: Vec<&str> = written.split('/').filter(|p| !matches!(*p, "" | "." | "..")).collect();
            (0..parts.len()).any(|skipped| look.has(&parts[skipped..].join("/")))
        };
        let name = path.rsplit('/').next().unwrap_or(&path);
        let rank = YAML_NAMES.iter().position(|known| *known == name).unwrap_or(YAML_NAMES.len());
        Some((!splits.iter().any(is_there), path.matches('/').count(), rank, path.clone()))
    });
    candidates.min().map(|(.., path)| path)
}

/// The paths of splits in a YAML file with classes; `None` if it has no classes.
pub fn splits_of_yaml(text: &str) -> Option<Vec<String>> {
    const SPLITS: [&str; 4] = ["train", "val", "valid", "test"];
    let Ok(Yaml::Mapping(yaml)) = serde_norway::from_str::<Yaml>(text) else {
        // What is no YAML is told by the reader, if it was meant as one.
        let has = |key: &str| {
            let mut lines = text.lines().map(|line| line.trim_start().trim_start_matches(['"', '\'']));
            lines.any(|line| {
                line.strip_prefix(key).is_some_and(|l| l.trim_start_matches(['"', '\'']).starts_with(':'))
            })
        };
        return (has("names") && (has("path") || has("nc") || SPLITS.into_iter().any(has))).then(Vec::new);
    };
    let has = |key: &str| yaml.get(key).is_some_and(|value| !value.is_null());
    let texts = |value: &Yaml| match value {
        Yaml::String(text) => vec![text.clone()],
        Yaml::Sequence(many) => many.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    };
    let classes = match yaml.get("names") {
        Some(names) => names.is_sequence() || names.is_mapping(),
        None => yaml.get("nc").is_some_and(Yaml::is_number),
    };
    let places = has("path") || SPLITS.into_iter().any(has);
    (classes && (places || has("names") && has("nc")))
        .then(|| SPLITS.iter().filter_map(|split| yaml.get(*split)).flat_map(texts).collect())
}

/// Is it darknet's list: `train = data/train.txt` and `names = data/obj.names`?
fn is_darknet(look: &Sniff, path: &str) -> bool {
    path.ends_with(".data")
        && path.matches('/').count() <= 1
        && look.head_text(path, MAX_BYTES).is_some_and(|text| {
            let has = |key: &str| text.lines().any(|line| value_of(line, key).is_some());
            has("names") && (has("train") || has("valid"))
        })
}

/// The value in `key = value`.
fn value_of<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let (name, value) = line.split_once('=')?;
    (name.trim() == key && !value.trim().is_empty()).then(|| value.trim())
}

fn from_darknet(base: SourceRoot, path: &str) -> Result<Config, SampleError> {
    let wrong = |problem: String| SampleError::fatal(path, problem);
    let text = text_of(&base, path)?;
    let value = |key: &str| text.lines().find_map(|line| value_of(line, key)).map(str::to_owned);
    let list = value("names").ok_or_else(|| wrong("'names' is missing".into()))?;
    let found = longest_end(&base, &list).map_err(|refusal| refusal.fatal(path))?;
    let found = found.ok_or_else(|| {
        wrong(format!("'names' is '{list}', which was not found in the folder"))
            .advise("put the list of class names there")
    })?;
    let names = lines_of(&text_of(&base, &found)?);
    let splits = [("train", "train"), ("val", "valid"), ("test", "test")];
    let splits = splits.into_iter().filter_map(|(split, key)| Some((split, vec![value(key)?]))).collect();
    Ok(Config { base, place: path.to_owned(), names, splits, keypoints: None })
}

fn from_labels(input: &Input, base: SourceRoot) -> Result<Config, SampleError> {
    let look = &input.look;
    let mut lists: Vec<String> = look.files().filter(|path| is_list_name(path)).collect();
    let rank = |path: &String| {
        let name = path.rsplit('/').next().unwrap_or(path).to_owned();
        (path.matches('/').count(), LISTS.iter().position(|list| *list == name).unwrap_or(LISTS.len()))
    };
    lists.sort_by_key(rank);
    for path in lists {
        let names = lines_of(&text_of(&base, &path)?);
        let is_list =
            !names.is_empty() && !names.iter().any(|n| is_label_line(n) || kind_of_name(n).is_some());
        if is_list {
            return Ok(Config { base, place: path, names, splits: Vec::new(), keypoints: None });
        }
    }
    if let Some(path) = look.files().find(|path| path.ends_with("notes.json")) {
        let text = text_of(&base, &path)?;
        if let Some(names) = names_of_notes(&text) {
            return Ok(Config { base, place: path, names, splits: Vec::new(), keypoints: None });
        }
    }
    let classes = classes_in_labels(input)?;
    let names: Vec<String> = (0..classes).map(|class| format!("class_{class}")).collect();
    input.note(format!(
        "no list of class names found (data.yaml, classes.txt), so the classes are {}",
        match &names[..] {
            [one] => one.clone(),
            names => format!("{} to {}", names[0], names[names.len() - 1]),
        }
    ));
    Ok(Config { base, place: "labels".into(), names, splits: Vec::new(), keypoints: None })
}

/// Label Studio's list of classes: `{"categories": [{"id": 0, "name": "cat"}]}`.
fn names_of_notes(text: &str) -> Option<Vec<String>> {
    let notes: Json = serde_json::from_str(text).ok()?;
    let mut named: Vec<(u64, String)> = Vec::new();
    for category in notes.get("categories")?.as_array()? {
        named.push((category.get("id")?.as_u64()?, category.get("name")?.as_str()?.to_owned()));
    }
    named.sort();
    let in_order = named.iter().zip(0..).all(|((id, _), at)| *id == at);
    (in_order && !named.is_empty()).then(|| named.into_iter().map(|(_, name)| name).collect())
}

/// One more than the highest class number in all label files.
fn classes_in_labels(input: &Input) -> Result<usize, SampleError> {
    /// Higher numbers are a mistake.
    const MAX_CLASSES: usize = 100_000;
    let look = &input.look;
    let mut classes = 1;
    for (_, labels) in labelled(look) {
        for name in texts(labels) {
            let path = labels.path_of(name);
            let Some(text) = look.head_text(&path, MAX_BYTES) else { continue };
            for (line, number) in text.lines().zip(1..).filter(|(line, _)| is_label_line(line)) {
                let class = line.split_whitespace().next().and_then(|word| word.parse::<usize>().ok());
                let class = class.unwrap_or(0);
                if class >= MAX_CLASSES {
                    let problem = format!("class {class}, expected at most {MAX_CLASSES} classes");
                    return Err(SampleError::fatal(format!("{path}:{number}"), problem));
                }
                classes = classes.max(class + 1);
            }
        }
    }
    Ok(classes)
}

fn lines_of(text: &str) -> Vec<String> {
    text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

fn text_of(base: &SourceRoot, path: &str) -> Result<String, SampleError> {
    let gone = || unreadable(path, std::io::ErrorKind::NotFound.into());
    super::config::text_of(base, path)?
        .ok_or_else(gone)
        .map(|text| text.trim_start_matches('\u{feff}').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::options::ReadOptions;
    use crate::read::testing::put;

    fn look(files: &[(&str, &str)]) -> (tempfile::TempDir, Input) {
        let dir = tempfile::tempdir().unwrap();
        files.iter().for_each(|(name, text)| put(dir.path(), name, text.as_bytes()));
        let input = Input::at(dir.path(), &ReadOptions::default());
        (dir, input)
    }

    #[test]
    fn yaml_is_known_with_a_mark_quotes_or_indented_and_not_for_its_name() {
        for text in [
            "\u{feff}names: [cat]\ntrain: images/train\n",
            "\"names\": [cat]\n\"val\": images/train\n",
            "  names:\n    0: cat\n  train: images/train\n",
            "nc: 2\nnames: [a, b]\n",
            "names: [a\ntrain: broken\n",
        ] {
            let (_dir, input) = look(&[("x.yml", text), ("images/train/a.jpg", "x")]);
            assert_eq!(sign(&input.look), Some(Sign::Yaml("x.yml".into())), "{text}");
        }
        for text in ["name: my data\ntrain: x\n", "names: x\ntrain: y\n", "a: 1\n", "[names, train]"] {
            let (_dir, input) = look(&[("x.yml", text), ("a.jpg", "x")]);
            assert_eq!(sign(&input.look), None, "{text}");
        }
    }

    #[test]
    fn the_yaml_whose_folders_are_there_counts() {
        let (_dir, input) = look(&[
            ("a.yaml", "names: [a]\ntrain: gone/train\n"),
            ("config.yaml", "names: [b]\ntrain: ./images/train\n"),
            ("data.yaml", "lr: 0.1\n"),
            ("images/train/a.jpg", "x"),
        ]);
        assert_eq!(sign(&input.look), Some(Sign::Yaml("config.yaml".into())));
        assert_eq!(find(&input).unwrap().names, ["b"]);
    }

    #[test]
    fn lists_and_labels_stand_in_for_it() {
        let line = "0 0.5 0.5 0.25 0.5\n";
        let darknet = [
            ("obj.data", "classes = 2\ntrain = data/train.txt\nnames = data/obj.names\n"),
            ("obj.names", "cat\ndog\n"),
            ("train.txt", "data/obj_train_data/a.jpg\n"),
        ];
        let (_dir, input) = look(&darknet);
        let config = find(&input).unwrap();
        assert_eq!(config.names, ["cat", "dog"]);
        assert_eq!(config.splits, [("train", vec!["data/train.txt".to_owned()])]);

        let (_dir, input) = look(&[
            ("images/a.jpg", "x"),
            ("labels/a.txt", line),
            ("notes.json", r#"{"categories": [{"id": 0, "name": "cat"}]}"#),
        ]);
        assert_eq!(find(&input).unwrap().names, ["cat"]);

        let (_dir, input) = look(&[("a.jpg", "x"), ("a.txt", ""), ("classes.txt", "cat\ndog\n")]);
        assert_eq!(sign(&input.look), Some(Sign::Labels("classes.txt".into())));
        assert_eq!(find(&input).unwrap().names, ["cat", "dog"]);

        let (_dir, input) = look(&[("train/images/a.jpg", "x"), ("train/labels/a.txt", "3 0.5 0.5 1 1\n")]);
        assert_eq!(sign(&input.look), Some(Sign::Labels("train/labels/a.txt".into())));
        assert_eq!(find(&input).unwrap().names, ["class_0", "class_1", "class_2", "class_3"]);
        assert_eq!(input.notes().len(), 1);
    }

    #[test]
    fn other_texts_beside_media_are_no_labels() {
        for text in
            ["hello world", "0 0.5 0.5", "Car 0.0 0 1.5 1 2 3 4 5 6 7 8 9 10 11", "1,2,3,4,5,6,7,8,word", ""]
        {
            let (_dir, input) = look(&[("a.jpg", "x"), ("a.txt", text)]);
            assert_eq!(sign(&input.look), None, "{text}");
        }
    }
}
