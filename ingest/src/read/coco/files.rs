//! The JSON files of a source, and what their names say.
//!
//! A name is a kind and a tag: `person_keypoints_` and `val2017`. The kind is not needed, since a file shows
//! by itself what it holds, except for the order: the classes of `instances` come first. Files of one tag are a
//! [`Group`]; groups come in the order train, val, test, then the others by name.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use hub_dataset::sample::SampleError;

use super::json_head::{HEAD_BYTES, has_lists};
use crate::read::inside::SourceRoot;
use crate::read::split::{split_of, split_of_file};
use crate::read::walk::is_hidden;

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

/// Is it a file with a name that only COCO has?
pub fn is_named_as_coco(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == BESIDE || (name.ends_with(".json") && KINDS.iter().any(|kind| name.starts_with(kind)))
}

/// The folder that paths are relative to, and the groups below it; `root` is a folder or one JSON file.
///
/// # Errors
/// There is no JSON file, or a folder can't be read.
pub fn find(root: &Path, allow_outside: bool) -> Result<(SourceRoot, Vec<Group>), SampleError> {
    let folder = if root.is_dir() {
        root
    } else {
        root.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
    };
    let folder = without_annotations(folder);
    let base = SourceRoot::new(&folder, root, allow_outside)?;
    let files = if root.is_dir() {
        json_files(&base)?
    } else {
        vec![root.strip_prefix(&folder).unwrap_or(root).to_string_lossy().into_owned()]
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

/// The JSON files to read: those with COCO's names in the base, in `annotations` and in the folders below the
/// base; if there are none, every JSON file of the base and of `annotations` that holds COCO's lists.
fn json_files(base: &SourceRoot) -> Result<Vec<String>, SampleError> {
    let mut files = names(base, "", false)?;
    let folders = names(base, "", true)?;
    for folder in &folders {
        files.extend(names(base, &format!("{folder}/"), false)?);
    }
    let named: Vec<String> = files.iter().filter(|f| is_named_as_coco(f)).cloned().collect();
    if !named.is_empty() {
        return Ok(named);
    }
    files.retain(|f| {
        let in_place = f.strip_prefix("annotations/").unwrap_or(f);
        !in_place.contains('/') && head(base, f).is_some_and(|head| has_lists(&head))
    });
    Ok(files)
}

/// The first bytes of a file.
fn head(base: &SourceRoot, path: &str) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    open(base, path).ok()?.take(HEAD_BYTES as u64).read_to_end(&mut head).ok()?;
    Some(head)
}

/// Folders or JSON files in a folder, sorted. Names only: whether a link may be followed is checked when one of
/// them is opened.
fn names(base: &SourceRoot, folder: &str, folders: bool) -> Result<Vec<String>, SampleError> {
    let path = base.shown().join(folder);
    let cant = |e| SampleError::fatal(path.display().to_string(), "the folder can't be read").because(e);
    let mut found = Vec::new();
    for entry in fs::read_dir(&path).map_err(cant)? {
        let entry = entry.map_err(cant)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_hidden(&name) || (!folders && !name.ends_with(".json")) {
            continue;
        }
        let is_dir = entry.file_type().map_err(cant)?.is_dir() || (folders && entry.path().is_dir());
        if is_dir == folders {
            found.push(format!("{folder}{name}"));
        }
    }
    found.sort_unstable();
    Ok(found)
}

fn group(files: Vec<String>) -> Vec<Group> {
    let mut tagged: Vec<(String, usize, String)> = files
        .into_iter()
        .map(|path| {
            let (kind, tag) = kind_and_tag(&path);
            (tag, kind, path)
        })
        .collect();
    tagged.sort();
    let mut groups: Vec<Group> = Vec::new();
    for (tag, _, path) in tagged {
        match groups.last_mut() {
            Some(last) if last.tag == tag => last.files.push(path),
            _ => groups.push(Group { split: split_of_tag(&tag), tag, files: vec![path] }),
        }
    }
    let rank = |g: &Group| ["train", "val", "test"].iter().position(|s| Some(*s) == g.split.as_deref());
    groups.sort_by_key(|g| rank(g).unwrap_or(usize::MAX));
    groups
}

fn kind_and_tag(path: &str) -> (usize, String) {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if name == BESIDE {
        return (0, folder.to_owned());
    }
    let stem = name.strip_suffix(".json").unwrap_or(name);
    for (i, kind) in KINDS.iter().enumerate() {
        if let Some(tag) = stem.strip_prefix(kind) {
            return (i, tag.to_owned());
        }
    }
    let tag = if split_of_file(stem).is_some() { stem } else { "" };
    (KINDS.len(), tag.to_owned())
}

/// `train2017` → `train`.
fn split_of_tag(tag: &str) -> Option<String> {
    let word = tag.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_'));
    match word {
        "" | "default" | "all" => None,
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
        assert_eq!(kind_and_tag("valid/_annotations.coco.json"), (0, "valid".into()));
        assert_eq!(kind_and_tag("train.json"), (4, "train".into()));
        assert_eq!(kind_and_tag("annotations/result.json"), (4, String::new()));
        assert_eq!(split_of_tag("unlabeled2017").as_deref(), Some("unlabeled"));
        assert_eq!(split_of_tag("valid").as_deref(), Some("val"));
    }
}
