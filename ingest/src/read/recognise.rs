//! Recognises the format of a source.
//!
//! The formats are tried in an order: first those recognised by a file of their own (IDX, CIFAR, a COCO JSON),
//! last those that are little more than "a folder of images", since every VOC data set is also a folder of
//! images. Nothing here reads more than a [`Sniff`], so a wrong guess is cheap to correct with `--format`.
//!
//! An archive often unpacks to one folder in a folder. If the outer one holds nothing but the inner one, the
//! inner one is checked.

use std::fs;
use std::path::{Path, PathBuf};

use hub_dataset::sample::SampleError;

use super::file_errors::unreadable;
use super::kind::MediaKind;
use super::media_files::is_companion;
use super::media_folder::media_kind;
use super::sniff::Sniff;
use super::split::split_of;
use super::{cifar, class_folder, coco, flat_files, idx, ilsvrc, parquet, table, voc, webdataset, yolo};
use crate::format::Format;

type Recognise = fn(&Sniff) -> bool;

/// Formats that are recognised by files of their own.
const DISTINCT: [(Format, Recognise); 14] = [
    (Format::IlsvrcTar, ilsvrc::recognise),
    (Format::Cifar, cifar::recognise),
    (Format::Idx, idx::recognise),
    (Format::Coco, coco::recognise),
    (Format::Voc, voc::recognise),
    (Format::Yolo, yolo::recognise),
    (Format::Parquet, parquet::recognise),
    (Format::WebDataset, webdataset::recognise),
    (Format::Csv, table::recognise_csv),
    (Format::Jsonl, table::recognise_jsonl),
    // Folders called `images` and `masks` beside a table are not classes.
    (Format::Csv, table::recognise_loose_csv),
    (Format::Jsonl, table::recognise_loose_jsonl),
    (Format::ClassFolder, class_folder::recognise),
    (Format::FlatFiles, flat_files::recognise),
];

/// Maximum number of nested folders that only wrap another one.
const MAX_WRAPPINGS: usize = 4;

/// The format of the folder or file at `path`, and where it begins: `path` itself, or the folder inside that
/// it only wraps.
///
/// # Errors
/// The path is missing, empty or unreadable, or no format is recognised.
pub fn recognise(path: &Path) -> Result<(Format, PathBuf), SampleError> {
    check_readable(path)?;
    let outer = Sniff::at(path);
    let mut look = outer.clone();
    for _ in 0..=MAX_WRAPPINGS {
        if let Some(format) = ask(&look) {
            return Ok((format, look.root));
        }
        let Some(inner) = wrapped_by(&look) else { break };
        look = Sniff::at(&inner);
    }
    // Last, since a wrapping folder passes for one as well.
    match media_kind(&outer) {
        Some(MediaKind::Image) => Ok((Format::ImageFolder, outer.root)),
        Some(MediaKind::Audio) => Ok((Format::AudioFolder, outer.root)),
        Some(MediaKind::Video) => Ok((Format::VideoFolder, outer.root)),
        None => Err(unrecognised(&outer)),
    }
}

fn ask(look: &Sniff) -> Option<Format> {
    DISTINCT.iter().find(|(_, recognises)| recognises(look)).map(|(format, _)| *format)
}

/// The only folder in a folder that has nothing else but notes.
fn wrapped_by(look: &Sniff) -> Option<PathBuf> {
    let mut folders = look.folders_in("");
    let inner = folders.next()?;
    let alone = folders.next().is_none() && look.files_in("").all(is_companion);
    (alone && split_of(inner).is_none()).then(|| look.root.join(inner))
}

fn check_readable(path: &Path) -> Result<(), SampleError> {
    let place = path.display().to_string();
    let facts = match fs::metadata(path) {
        Ok(facts) => facts,
        // Not one file but many: see `webdataset`.
        Err(_) if webdataset::is_pattern(path) => return Ok(()),
        Err(e) => return Err(unreadable(&place, e)),
    };
    if facts.is_dir() {
        let mut names = fs::read_dir(path).map_err(|e| unreadable(&place, e))?;
        return match names.next() {
            Some(_) => Ok(()),
            None => Err(SampleError::fatal(place, "the folder is empty").advise("check the path")),
        };
    }
    if facts.len() == 0 && facts.is_file() {
        return Err(SampleError::fatal(place, "the file is empty").advise("check the path"));
    }
    fs::File::open(path).map(|_| ()).map_err(|e| unreadable(&place, e))
}

fn unrecognised(look: &Sniff) -> SampleError {
    let place = look.root.display().to_string();
    let name = look.name();
    let packed = [".zip", ".7z", ".rar", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst"];
    if packed.iter().any(|ending| name.ends_with(ending)) {
        return SampleError::fatal(place, "this is a packed archive").advise("unpack it and push the folder");
    }
    let formats = Format::NAMES.map(|(_, name)| name).join(", ");
    let seen: Vec<_> = look.entries.iter().take(5).map(String::as_str).collect();
    let seen = if seen.is_empty() { String::new() } else { format!(" (found {}, …)", seen.join(", ")) };
    SampleError::fatal(place, format!("no known format recognised{seen}; checked: {formats}"))
        .advise("check the path, or name the format with --format")
}
