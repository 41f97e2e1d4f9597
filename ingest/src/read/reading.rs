//! How a source was read: by what sign its format was recognised, and what was passed over.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::files_read::FilesRead;
use super::input::Input;
use super::kind::{kind_of_name, many};
use super::options::ReadOptions;
use super::sniff::Sniff;
use super::walk::Walk;
use crate::format::Format;

/// How a source was read.
#[derive(Debug)]
pub struct Reading {
    format: Format,
    /// The file or folders that the format was recognised by; none if the caller named it.
    pub recognised_by: Option<String>,
    /// What the reader noticed, in sentences.
    pub notes: Vec<String>,
    look: Sniff,
    options: ReadOptions,
    read: FilesRead,
}

/// Files of one kind that were not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// `images`, `audio files`, `videos`, or an extension (`.txt`); `other files` for those without one.
    pub kind: String,
    /// Their number.
    pub count: u64,
    /// The paths of the first, at most [`PassedOver::LISTED`].
    pub first: Vec<String>,
}

impl PassedOver {
    /// Number of paths that are kept.
    pub const LISTED: usize = 3;
}

impl Reading {
    pub(super) fn new(format: Format, recognised_by: Option<String>, input: Input) -> Self {
        let notes = input.notes();
        let Input { look, options, read, .. } = input;
        Self { format, recognised_by, notes, look, options, read }
    }

    /// The files that were not read, by kinds, the most frequent first. Known after the last sample: a file counts as
    /// read when a sample or an annotation names it.
    pub fn passed_over(&self) -> Vec<PassedOver> {
        let mut kinds: BTreeMap<String, PassedOver> = BTreeMap::new();
        let mut add = |kind: String, path: String| {
            let new = || PassedOver { kind: kind.clone(), count: 0, first: Vec::new() };
            let passed = kinds.entry(kind.clone()).or_insert_with(new);
            passed.count += 1;
            if passed.first.len() < PassedOver::LISTED {
                passed.first.push(path);
            }
        };
        if !self.look.is_dir {
            return Vec::new();
        }
        let real = self.look.root.canonicalize().unwrap_or_else(|_| self.look.root.clone());
        for folder in self.look.all() {
            for name in &folder.files {
                let path = folder.path_of(name);
                if !self.is_read(real.join(&path)) {
                    let ending = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty());
                    let kind = ending.map_or_else(
                        || "other files".to_owned(),
                        |(_, e)| format!(".{}", e.to_ascii_lowercase()),
                    );
                    add(kind, path);
                }
            }
        }
        if !takes_all_media(self.format) {
            let (allow, ignore) = (self.options.allow_outside, &self.options.ignore);
            let root = super::inside::SourceRoot::with(&self.look.root, allow, ignore, &FilesRead::default());
            let walk = root.and_then(|root| Walk::new(&root));
            for file in walk.into_iter().flatten().flatten() {
                if let Some(kind) = kind_of_name(&file.name).filter(|_| !self.read.has(&file.path)) {
                    add(many(kind).to_owned(), file.name);
                }
            }
        }
        let mut kinds: Vec<PassedOver> = kinds.into_values().collect();
        kinds.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.kind.cmp(&b.kind)));
        kinds
    }

    fn is_read(&self, path: PathBuf) -> bool {
        // A link was noted as what it leads to.
        self.read.has(&path)
            || path.is_symlink() && path.canonicalize().is_ok_and(|path| self.read.has(&path))
    }
}

/// Does a format read every image, audio file or video of a folder, or report it?
fn takes_all_media(format: Format) -> bool {
    use Format::{AudioFolder, ClassFolder, FlatFiles, ImageFolder, VideoFolder};
    matches!(format, ClassFolder | FlatFiles | AudioFolder | VideoFolder | ImageFolder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::open;
    use crate::read::testing::put;

    fn passed_over(files: &[(&str, &str)], options: &ReadOptions) -> (Reading, Vec<String>) {
        let dir = tempfile::tempdir().unwrap();
        files.iter().for_each(|(name, text)| put(dir.path(), name, text.as_bytes()));
        let mut opened = open(dir.path(), options).unwrap();
        while opened.source.next_sample().is_some() {}
        let passed = opened.reading.passed_over();
        let shown = passed.iter().map(|p| format!("{} {}: {}", p.count, p.kind, p.first.join(" "))).collect();
        (opened.reading, shown)
    }

    #[test]
    fn what_no_annotation_names_is_listed() {
        let json = r#"{"images": [{"id": 1, "file_name": "a.jpg"}], "annotations": [], "categories": []}"#;
        let files = [
            ("train/_annotations.coco.json", json),
            ("train/a.jpg", "x"),
            ("train/b.jpg", "x"),
            ("train/c.jpg", "x"),
            ("README.md", "x"),
            ("clip.mp4", "x"),
        ];
        let (reading, passed) = passed_over(&files, &ReadOptions::default());
        assert_eq!(reading.recognised_by.as_deref(), Some("train/_annotations.coco.json"));
        assert_eq!(passed, ["2 images: train/b.jpg train/c.jpg", "1 .md: README.md", "1 videos: clip.mp4"]);
    }

    #[test]
    fn lists_that_were_read_are_not_listed() {
        let files =
            [("bed/1.wav", "x"), ("cat/2.wav", "x"), ("testing_list.txt", "cat/2.wav\n"), ("LICENSE", "x")];
        let (reading, passed) = passed_over(&files, &ReadOptions::default());
        assert_eq!(passed, ["1 other files: LICENSE"]);
        assert_eq!(reading.recognised_by.as_deref(), Some("folders bed/, cat/"));
    }

    #[test]
    fn with_a_format_named_annotations_are_passed_over_and_listed() {
        let files =
            [("a/1.jpg", "x"), ("b/2.jpg", "x"), ("b/2.xml", "<annotation>"), ("b/3.xml", "<annotation>")];
        let options = ReadOptions { format: Some(Format::ClassFolder), ..ReadOptions::default() };
        let (reading, passed) = passed_over(&files, &options);
        assert_eq!(
            (reading.recognised_by.as_deref(), &passed[..]),
            (None, &["2 .xml: b/2.xml b/3.xml".to_owned()][..])
        );
    }
}
