//! Recognises the format of a source.
//!
//! The formats are tried in an order: first those recognised by a file of their own (IDX, CIFAR, a COCO JSON),
//! last those that are little more than "a folder of images", since every VOC data set is also a folder of
//! images. Nothing here reads more than a [`Sniff`] and the beginnings of a few files. Each says the sign it went by,
//! which the user is shown, so that a wrong guess is seen and corrected with `--format`.
//!
//! An archive often unpacks to one folder in a folder. If the outer one holds nothing but the inner one, the
//! inner one is checked.

use std::fs;
use std::path::{Path, PathBuf};

use hub_dataset::sample::SampleError;

use super::file_errors::unreadable;
use super::kind::{MediaKind, unread_format_of_name};
use super::media_files::unread_format;
use super::media_folder::media_kind;
use super::options::ReadOptions;
use super::sniff::Sniff;
use super::split::is_split;
use super::unread::is_note;
use super::{
    cifar, class_folder, coco, flat_files, idx, ilsvrc, mask_folder, parquet, table, voc, webdataset, yolo,
};
use crate::format::Format;

type Recognise = fn(&Sniff) -> Option<String>;

/// Formats that are recognised by files of their own.
const DISTINCT: [(Format, Recognise); 16] = [
    (Format::IlsvrcTar, ilsvrc::recognise),
    (Format::Cifar, cifar::recognise),
    (Format::Idx, idx::recognise),
    // Before the formats of boxes, which lie beside these images.
    (Format::ClassFolder, class_folder::recognise_ilsvrc),
    (Format::Coco, coco::recognise),
    (Format::Voc, voc::recognise),
    (Format::Yolo, yolo::recognise),
    (Format::Csv, table::recognise_csv),
    (Format::Jsonl, table::recognise_jsonl),
    (Format::Parquet, parquet::recognise),
    (Format::WebDataset, webdataset::recognise),
    (Format::Csv, table::recognise_loose_csv),
    (Format::Jsonl, table::recognise_loose_jsonl),
    // Folders called `images` and `masks` are not classes.
    (Format::MaskFolder, mask_folder::recognise),
    (Format::ClassFolder, class_folder::recognise),
    (Format::FlatFiles, flat_files::recognise),
];

/// Of these, the ones that a folder around their folder doesn't hide; files are named from there.
const DEEP: [(Format, Recognise); 7] = [
    (Format::IlsvrcTar, ilsvrc::recognise),
    (Format::Cifar, cifar::recognise),
    (Format::Idx, idx::recognise),
    (Format::Voc, voc::recognise),
    (Format::Parquet, parquet::recognise),
    (Format::WebDataset, webdataset::recognise),
    (Format::FlatFiles, flat_files::recognise),
];

/// Maximum number of nested folders that only wrap another one.
const MAX_WRAPPINGS: usize = 4;

/// A source whose format is known.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// The format.
    pub format: Format,
    /// The file or folders that it was recognised by.
    pub sign: String,
    /// What the source holds. It begins at the path that was given, or at the folder inside that this only wraps.
    pub look: Sniff,
}

/// The format of the folder or file at `path`.
///
/// # Errors
/// The path is missing, empty or unreadable, or no format is recognised.
pub fn recognise(path: &Path, options: &ReadOptions) -> Result<Recognised, SampleError> {
    check_readable(path)?;
    recognise_in(Sniff::at(path, &options.ignore, options.allow_outside), options)
}

/// The format of the source that was listed.
///
/// # Errors
/// No format is recognised.
pub fn recognise_in(mut look: Sniff, options: &ReadOptions) -> Result<Recognised, SampleError> {
    let list = |path: &Path| Sniff::at(path, &options.ignore, options.allow_outside);
    let mut outer = None;
    for _ in 0..=MAX_WRAPPINGS {
        let inner = wrapped_by(&look);
        let formats = if inner.is_some() { &DEEP[..] } else { &DISTINCT[..] };
        if let Some((format, sign)) = ask(&look, formats) {
            return Ok(Recognised { format, sign, look });
        }
        let Some(inner) = inner else { break };
        let around = std::mem::replace(&mut look, list(&inner));
        outer.get_or_insert(around);
    }
    let outer = outer.unwrap_or(look);
    // Last, since a wrapping folder passes for one as well.
    let format = match media_kind(&outer) {
        Some(MediaKind::Image) => Format::ImageFolder,
        Some(MediaKind::Audio) => Format::AudioFolder,
        Some(MediaKind::Video) => Format::VideoFolder,
        None => return Err(unrecognised(&outer)),
    };
    let first = outer.all().find_map(|folder| Some(folder.path_of(folder.media_names.first()?)));
    Ok(Recognised { format, sign: first.unwrap_or_else(|| outer.name()), look: outer })
}

fn ask(look: &Sniff, formats: &[(Format, Recognise)]) -> Option<(Format, String)> {
    formats.iter().find_map(|(format, recognises)| Some((*format, recognises(look)?)))
}

/// The only folder in a folder that has nothing else but a README or the like. Lists, tables and annotations are not
/// left behind.
fn wrapped_by(look: &Sniff) -> Option<PathBuf> {
    let mut folders = look.folders_in("");
    let inner = folders.next()?;
    let alone = folders.next().is_none() && !look.media_in("") && look.files_in("").all(is_note);
    (alone && !is_split(inner)).then(|| look.root.join(inner))
}

/// Is there something to read at the path?
///
/// # Errors
/// It is missing, empty or unreadable.
pub fn check_readable(path: &Path) -> Result<(), SampleError> {
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
    if let Some(unpack) = unpack_with(&name) {
        return SampleError::fatal(place, "this is a packed archive")
            .advise(format!("unpack it and push the folder: {unpack} {}", look.root.display()));
    }
    let packed: Vec<_> = look.files().filter_map(|path| Some((unpack_with(&path)?, path))).collect();
    if let Some((unpack, first)) = packed.first() {
        let more = if packed.len() > 1 { format!(" and {} more", packed.len() - 1) } else { String::new() };
        let problem = format!("nothing but packed archives of folders found: {first}{more}");
        return SampleError::fatal(place, problem)
            .advise(format!("unpack them and push the folder: {unpack} {first}"));
    }
    let unread = look.files().find_map(|path| Some((unread_format_of_name(&path)?, path)));
    if let Some(((kind, format), path)) = unread {
        return SampleError { fatal: true, ..unread_format(&path, kind, format) };
    }
    let formats = Format::NAMES.map(|(_, name)| name).join(", ");
    let names = look.all().flat_map(|folder| folder.files.iter().map(|name| folder.path_of(name)));
    let seen: Vec<String> = names.take(5).collect();
    let seen = if seen.is_empty() { String::new() } else { format!(" (found {}, …)", seen.join(", ")) };
    SampleError::fatal(place, format!("no known format recognised{seen}; checked: {formats}"))
        .advise("check the path, or name the format with --format")
}

/// The command that unpacks an archive, by its name.
fn unpack_with(name: &str) -> Option<&'static str> {
    const COMMANDS: [(&str, &str); 19] = [
        (".tar", "tar -xf"),
        (".tar.gz", "tar -xzf"),
        (".tgz", "tar -xzf"),
        (".tar.bz2", "tar -xjf"),
        (".tbz2", "tar -xjf"),
        (".tbz", "tar -xjf"),
        (".tar.xz", "tar -xJf"),
        (".txz", "tar -xJf"),
        (".tar.zst", "tar --zstd -xf"),
        (".tzst", "tar --zstd -xf"),
        (".tar.lz4", "tar -I lz4 -xf"),
        (".zip", "unzip"),
        (".7z", "7z x"),
        (".rar", "unrar x"),
        (".gz", "gunzip"),
        (".bz2", "bunzip2"),
        (".xz", "unxz"),
        (".zst", "unzstd"),
        (".lz4", "unlz4"),
    ];
    let name = name.to_ascii_lowercase();
    // The longest ending that fits: `.tar.gz` before `.gz`.
    let fits = COMMANDS.iter().filter(|(ending, _)| name.ends_with(ending));
    fits.max_by_key(|(ending, _)| ending.len()).map(|(_, command)| *command)
}
