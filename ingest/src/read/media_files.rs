//! The files of one kind of media in a folder.
//!
//! A data set has one kind of media, and a folder may hold more than that. Notes and lists that people lay
//! beside their data (`README`, `.txt`, `.csv`, `.json`, …; see [`is_companion`]) are passed over: they
//! are not expected to become rows. Anything else (a video among images, an archive, a `.jpg.part`) is an error
//! that costs one sample, since passing over it silently would be a data set that misses what its owner put
//! in.

use hub_dataset::sample::SampleError;

use super::found_file::FoundFile;
use super::kind::{MediaKind, kind_of_name, many, one, unread_format_of_name};
use super::sniff::Sniff;
use super::walk::Walk;

/// Extensions of notes, lists, tables and programs that lie beside data. Whether they may be passed over is decided
/// before (see [`super::unread`]), and the user is told.
const COMPANION_ENDINGS: [&str; 44] = [
    "txt", "md", "rst", "html", "htm", "pdf", "doc", "docx", "csv", "tsv", "json", "jsonl", "xml", "yaml",
    "yml", "toml", "ini", "cfg", "log", "py", "sh", "ipynb", "mat", "md5", "ndjson", "parquet", "arrow",
    "feather", "npy", "npz", "pkl", "pickle", "h5", "hdf5", "xls", "xlsx", "db", "sqlite", "names", "data",
    "lst", "vott", "pts", "cache",
];

/// True for files that lie beside data and are not samples, such as `README`.
pub fn is_companion(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    match name.rsplit_once('.') {
        Some((_, ending)) => COMPANION_ENDINGS.contains(&ending),
        None => {
            ["readme", "license", "licence", "copying", "changelog", "notice", "authors", "citation"]
                .contains(&name.as_str())
                || name.ends_with("sums")
        }
    }
}

/// The kind of media in a folder: the one that most of its files are of.
pub fn kind_of_folder(look: &Sniff) -> Option<MediaKind> {
    // Of equal counts the first kind wins: `max_by_key` gives the last, hence the reversal.
    let most = look.media().into_iter().rev().max_by_key(|(_, count)| *count);
    most.filter(|(_, count)| *count > 0).map(|(kind, _)| kind)
}

/// The files of one kind of media below a folder, in the order of [`Walk`].
#[derive(Debug)]
pub struct MediaFiles {
    walk: Walk,
    kind: MediaKind,
}

impl MediaFiles {
    /// Of what `walk` meets, the files of this kind.
    pub const fn new(walk: Walk, kind: MediaKind) -> Self {
        Self { walk, kind }
    }
}

impl Iterator for MediaFiles {
    type Item = Result<FoundFile, SampleError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let file = match self.walk.next()? {
                Ok(file) => file,
                Err(e) => return Some(Err(e)),
            };
            match kind_of_name(&file.name) {
                Some(kind) if kind == self.kind => return Some(Ok(file)),
                Some(kind) => return Some(Err(other_kind(&file.name, kind, self.kind))),
                None if is_companion(&file.name) => {}
                None => return Some(Err(no_kind(&file.name, self.kind))),
            }
        }
    }
}

/// The error of a medium of another kind.
pub fn other_kind(name: &str, found: MediaKind, wanted: MediaKind) -> SampleError {
    SampleError::sample(name, format!("{} in a data set of {}", one(found), many(wanted)))
        .advise("a data set holds one kind of media; push the others as a data set of their own")
}

fn no_kind(name: &str, wanted: MediaKind) -> SampleError {
    if let Some((kind, format)) = unread_format_of_name(name) {
        return unread_format(name, kind, format);
    }
    SampleError::sample(name, format!("the file extension is not that of {}", one(wanted)))
        .advise("give it the extension of its format, or leave it out with --ignore")
}

/// The error of a medium in a format that is known and not read.
pub fn unread_format(name: &str, kind: MediaKind, format: &str) -> SampleError {
    let into = match kind {
        MediaKind::Image => "PNG or JPEG",
        MediaKind::Audio => "WAV or FLAC",
        MediaKind::Video => "MP4 or WebM",
    };
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    SampleError::sample(name, format!("{format} is a format of {} that is not read", many(kind)))
        .advise(format!("convert it to {into}, or leave such files out with --ignore '*.{ending}'"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::read::inside::SourceRoot;

    #[test]
    fn companions_are_passed_over_and_strangers_are_errors() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a.jpg", "b.PNG", "c.mp4", "README", "notes.txt", "d.jpg.part", "SHA256SUMS", "e.HEIC"] {
            fs::write(dir.path().join(name), "x").unwrap();
        }
        let kind = kind_of_folder(&Sniff::at(dir.path(), &Default::default(), false)).unwrap();
        assert_eq!(kind, MediaKind::Image);
        let files = MediaFiles::new(Walk::new(&SourceRoot::of(dir.path(), false).unwrap()).unwrap(), kind);
        let found: Vec<_> =
            files.map(|f| f.map_or_else(|e| e.to_string(), |f| format!("ok {}", f.name))).collect();
        assert_eq!(found[0], "ok a.jpg");
        assert_eq!(found[1], "ok b.PNG");
        assert!(found[2].starts_with("c.mp4: a video in a data set of images;"), "{}", found[2]);
        assert!(
            found[3].starts_with("d.jpg.part: the file extension is not that of an image"),
            "{}",
            found[3]
        );
        assert_eq!(
            found[4],
            "e.HEIC: HEIC is a format of images that is not read; convert it to PNG or JPEG, or leave such files out \
             with --ignore '*.HEIC'"
        );
        assert_eq!(found.len(), 5);
    }
}
