//! The JSON files of a source, and what their names say.
//!
//! A name is a kind and a tag: `person_keypoints_` and `val2017`. The kind is not needed, since a file shows
//! by itself what it holds, except for the order: the classes of `instances` come first. Files of one tag are a
//! [`Group`]; groups come in the order train, val, test, then the others by name. A name that says no split
//! (`annotations.json`, `labels.json`, `instances.json`) leaves it to its folders: `train/annotations.json`,
//! `annotations/train/instances.json`.

use std::fs::File;
use std::path::{Path, PathBuf};

use hub_dataset::sample::SampleError;

use super::json_head::is_coco;
use crate::read::input::Input;
use crate::read::inside::SourceRoot;
use crate::read::sniff::{Folder, Sniff, stem};
use crate::read::split::{split_of, split_of_file};

/// The kinds, in the order in which files of a group are read.
const KINDS: [&str; 4] = ["instances_", "person_keypoints_", "captions_", "image_info_"];

/// Roboflow's name for the file beside the image files.
const BESIDE: &str = "_annotations.coco.json";

/// Files that describe the same images.
#[derive(Debug, PartialEq, Eq)]
pub struct Group {
    /// `train2017`; empty where the name says nothing.
    pub tag: String,
    /// The split that the tag stands for.
    pub split: Option<String>,
    /// The files, relative to the base.
    pub files: Vec<String>,
}

/// Maximum number of JSON files with other names that are opened.
const MAX_PEEKED: usize = 400;

/// Words in the names of files of annotations, which are opened first.
const LIKELY: [&str; 14] = [
    "coco",
    "annotation",
    "instances",
    "label",
    "train",
    "val",
    "test",
    "lvis",
    "caption",
    "keypoint",
    "dataset",
    "result",
    "objects",
    "bbox",
];

/// Is it a file with a name that only COCO has?
fn is_named_as_coco(name: &str) -> bool {
    name.ends_with(BESIDE) || (name.ends_with(".json") && KINDS.iter().any(|kind| name.starts_with(kind)))
}

/// The JSON files to read: those with COCO's names at any depth; if there are none, every other that holds COCO's
/// lists, but for those that lie beside an image of the same name.
pub fn json_files(look: &Sniff) -> Vec<String> {
    let mut named = Vec::new();
    let mut others = Vec::new();
    for folder in look.all() {
        for name in folder.files.iter().filter(|name| name.ends_with(".json")) {
            if is_named_as_coco(name) {
                named.push(folder.path_of(name));
            } else if !folder.paired.contains_key("json") || !is_paired(look, folder, name) {
                let is_likely = LIKELY.iter().any(|word| name.to_ascii_lowercase().contains(word));
                others.push((!is_likely, folder.path.matches('/').count(), folder.path_of(name)));
            }
        }
    }
    if named.is_empty() {
        others.sort();
        named = others.into_iter().take(MAX_PEEKED).map(|(.., path)| path).collect();
        named.retain(|path| is_coco(look, path));
    }
    named
}

fn is_paired(look: &Sniff, folder: &Folder, name: &str) -> bool {
    let endings = &folder.media_endings;
    endings.iter().any(|ending| look.has(&format!("{}{}.{ending}", folder.path, stem(name))))
}

/// The folder that paths are relative to, and the groups below it; the source is a folder or one JSON file.
///
/// # Errors
/// There is no JSON file, or a folder can't be read.
pub fn find(input: &Input) -> Result<(SourceRoot, Vec<Group>), SampleError> {
    let root = input.root();
    let folder = if input.look.is_dir {
        root
    } else {
        root.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
    };
    let above = without_annotations(folder);
    let base = input.source_root_in(&above)?;
    let files = if input.look.is_dir {
        let below = if above == folder { "" } else { "annotations/" };
        json_files(&input.look).into_iter().map(|path| format!("{below}{path}")).collect()
    } else {
        vec![root.strip_prefix(&above).unwrap_or(root).to_string_lossy().into_owned()]
    };
    if files.is_empty() {
        return Err(SampleError::fatal(root.display().to_string(), "no COCO file found")
            .advise("expected annotations/instances_train2017.json or similar, or one JSON file"));
    }
    Ok((base, group(files)))
}

/// Opens one of the files.
///
/// # Errors
/// It leads out of the source or can't be opened.
pub fn open(base: &SourceRoot, path: &str) -> Result<File, SampleError> {
    let found = base.file(path).map_err(|refusal| refusal.fatal(path))?;
    let cant = || SampleError::fatal(path, "can't be opened");
    File::open(found.ok_or_else(cant)?.path).map_err(|e| cant().because(e))
}

/// A folder `annotations` stands beside the image files.
fn without_annotations(folder: &Path) -> PathBuf {
    match folder.parent() {
        Some(parent) if folder.file_name().is_some_and(|n| n == "annotations") => {
            if parent.as_os_str().is_empty() { PathBuf::from(".") } else { parent.to_owned() }
        }
        _ => folder.to_owned(),
    }
}

fn group(files: Vec<String>) -> Vec<Group> {
    let mut named: Vec<(Name, String)> = files.into_iter().map(|path| (Name::of(&path), path)).collect();
    named.sort();
    let mut groups: Vec<(Name, Group)> = Vec::new();
    for (name, path) in named {
        match groups.last_mut() {
            Some((last, group)) if last.tag == name.tag && last.folder == name.folder => {
                group.files.push(path)
            }
            _ => {
                let group = Group { split: name.split.clone(), tag: name.tag.clone(), files: vec![path] };
                groups.push((name, group));
            }
        }
    }
    let rank = |g: &Group| ["train", "val", "test"].iter().position(|s| Some(*s) == g.split.as_deref());
    groups.sort_by_key(|(_, g)| rank(g).unwrap_or(usize::MAX));
    groups.into_iter().map(|(_, group)| group).collect()
}

/// What the name and the folders of a file say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    /// Where in its folder it keeps its images, as far as the name says: `train2017`, `train`.
    tag: String,
    /// The folder that parts it from others of its tag, where the name does not say the split.
    folder: String,
    /// Its place in [`KINDS`].
    kind: usize,
    split: Option<String>,
}

impl Name {
    fn of(path: &str) -> Self {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if name.ends_with(BESIDE) {
            return Self {
                tag: folder.to_owned(),
                folder: String::new(),
                kind: 0,
                split: split_of_tag(folder),
            };
        }
        let stem = name.strip_suffix(".json").unwrap_or(name);
        let known = KINDS.iter().enumerate().find_map(|(i, kind)| Some((i, stem.strip_prefix(kind)?)));
        let (kind, tag) = match known {
            Some((kind, tag)) => (kind, tag),
            None => (KINDS.len(), if split_of_file(stem).is_some() { stem } else { "" }),
        };
        if let Some(split) = split_of_tag(tag) {
            return Self { tag: tag.to_owned(), folder: String::new(), kind, split: Some(split) };
        }
        // The folders up to the one that says the split are the tag of `train/annotations.json`.
        let parts: Vec<&str> = folder.split('/').collect();
        let at = parts.iter().rposition(|part| split_of(part).is_some());
        let by_folder = at.map(|at| parts[..=at].join("/"));
        let split = at.and_then(|at| split_of(parts[at])).map(str::to_owned);
        let (tag, folder) = match by_folder {
            Some(by_folder) => (by_folder, String::new()),
            None if known.is_some() => (tag.to_owned(), String::new()),
            None => (String::new(), folder.to_owned()),
        };
        Self { tag, folder, kind, split }
    }
}

/// `train2017` → `train`.
fn split_of_tag(tag: &str) -> Option<String> {
    let word = tag.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_'));
    match word {
        "" | "default" | "all" | "annotations" | "images" | "data" => None,
        _ => Some(split_of(word).or_else(|| split_of_file(tag)).unwrap_or(word).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_a_tag_are_a_group() {
        let files = [
            "annotations/captions_val2017.json",
            "annotations/person_keypoints_train2017.json",
            "annotations/instances_val2017.json",
            "annotations/instances_train2017.json",
            "annotations/image_info_test-dev2017.json",
            "annotations/instances_default.json",
        ];
        let groups = group(files.map(String::from).to_vec());
        let shown: Vec<_> =
            groups.iter().map(|g| (g.tag.as_str(), g.split.as_deref(), g.files.len())).collect();
        assert_eq!(
            shown,
            [
                ("train2017", Some("train"), 2),
                ("val2017", Some("val"), 2),
                ("test-dev2017", Some("test"), 1),
                ("default", None, 1),
            ]
        );
        assert_eq!(groups[0].files[0], files[3], "instances come first");
    }

    #[test]
    fn other_names_have_their_tags() {
        for (path, tag, split) in [
            ("valid/_annotations.coco.json", "valid", Some("val")),
            ("train.json", "train", Some("train")),
            ("annotations/result.json", "", None),
            ("train/annotations.json", "train", Some("train")),
            ("annotations/val/instances.json", "annotations/val", Some("val")),
            ("labels/train.json", "train", Some("train")),
            ("lvis_v1_val.json", "lvis_v1_val", Some("val")),
            ("annotations/instances_unlabeled2017.json", "unlabeled2017", Some("unlabeled")),
        ] {
            let name = Name::of(path);
            assert_eq!((name.tag.as_str(), name.split.as_deref()), (tag, split), "{path}");
        }
    }

    #[test]
    fn files_of_two_folders_are_two_groups() {
        let files = ["train/annotations.json", "test/annotations.json", "a/coco.json", "b/coco.json"];
        let groups = group(files.map(String::from).to_vec());
        let shown: Vec<_> = groups.iter().map(|g| (g.files[0].as_str(), g.split.as_deref())).collect();
        assert_eq!(
            shown,
            [(files[0], Some("train")), (files[1], Some("test")), (files[2], None), (files[3], None)]
        );
    }

    #[test]
    fn names_of_coco_count_before_lists_and_files_beside_images_do_not() {
        let look = Sniff::of_names(&[
            "a/1.jpg",
            "a/1.json",
            "train/_annotations.coco.json",
            "x/y/instances_val.json",
        ]);
        assert_eq!(json_files(&look), ["train/_annotations.coco.json", "x/y/instances_val.json"]);
    }
}
