//! Annotations that no reader takes.
//!
//! A folder of images with boxes in a format that is not read would otherwise become a data set without boxes. So
//! before the first sample, all files that the reader did not open are looked at: by their names (that of an image, with
//! another extension) and, a few of each folder and extension, by what is in them. The user then decides: by `--format`,
//! or by `--ignore`.

use std::collections::BTreeMap;

use hub_dataset::sample::SampleError;
use serde_json::Value as Json;

use super::input::Input;
use super::kind::kind_of_name;
use super::sniff::{Folder, Sniff, stem};
use crate::format::Format;

/// Endings of files that may annotate one image each.
const PAIRED: [&str; 12] =
    ["txt", "xml", "json", "csv", "tsv", "mat", "npy", "npz", "pkl", "pts", "lab", "textgrid"];

/// Endings of texts that may name media.
const TEXTS: [&str; 17] = [
    "txt", "csv", "tsv", "json", "jsonl", "ndjson", "xml", "yaml", "yml", "lst", "list", "names", "data",
    "dat", "vott", "pts", "trans",
];

/// Endings of tables. Beside images that would get no label at all, each is a reason to ask.
const TABLES: [&str; 10] =
    ["csv", "tsv", "jsonl", "ndjson", "parquet", "arrow", "feather", "xlsx", "xls", "xml"];

/// Endings of arrays, as programs write them: labels, where there are no others.
const ARRAYS: [&str; 7] = ["mat", "npy", "npz", "pkl", "pickle", "h5", "hdf5"];

/// Endings of notes and programs, and names of lists that tools need.
const NOTES: [&str; 15] = [
    "md", "rst", "html", "htm", "pdf", "doc", "docx", "toml", "ini", "cfg", "log", "py", "sh", "ipynb", "md5",
];

/// Number of files of a folder and extension whose contents are looked at, from each end.
const LOOKED_AT: usize = 3;

/// Number of bytes of a file that are looked at.
const HEAD_BYTES: usize = 64 << 10;

/// Files of one folder and extension that look like annotations.
#[derive(Debug)]
struct Unread {
    first: String,
    count: usize,
    /// What they are.
    what: &'static str,
    /// A pattern that leaves them out.
    pattern: String,
}

/// Refuses a source with annotations that were not read.
///
/// # Errors
/// There are some.
pub fn refuse_unread(input: &Input, format: Format) -> Result<(), SampleError> {
    let unread = unread(input, format);
    let Some(first) = unread.first() else { return Ok(()) };
    /// Groups of files that the message names.
    const NAMED: usize = 3;
    let place = input.root().display().to_string();
    let count: usize = unread.iter().map(|u| u.count).sum();
    let named = unread.iter().take(NAMED).map(|u| match u.count {
        1 => format!("{} ({})", u.first, u.what),
        n => format!("{} and {} more like it ({})", u.first, n - 1, u.what),
    });
    let mut named = named.collect::<Vec<_>>().join(", ");
    if unread.len() > NAMED {
        named += ", …";
    }
    let (look, they) = if count == 1 { ("file looks", "it") } else { ("files look", "they") };
    let problem = format!(
        "{count} {look} like annotations, and read as {} {they} would be passed over: {named}",
        format.name()
    );
    Err(SampleError::fatal(place, problem).advise(format!(
        "name the format to read with --format, or push without {} with --format {format} or --ignore '{}'",
        if count == 1 { "it" } else { "them" },
        first.pattern
    )))
}

fn unread(input: &Input, format: Format) -> Vec<Unread> {
    use Format::{AudioFolder, ImageFolder, VideoFolder};
    let look = &input.look;
    if !look.is_dir {
        return Vec::new();
    }
    let without_labels = matches!(format, ImageFolder | AudioFolder | VideoFolder);
    let real = look.root.canonicalize().unwrap_or_else(|_| look.root.clone());
    let is_read = |path: &str| {
        let real = real.join(path);
        input.read.is_claimed(path)
            || input.read.has(&real)
            || real.is_symlink() && real.canonicalize().is_ok_and(|path| input.read.has(&path))
    };
    let mut found = Vec::new();
    for folder in look.all() {
        let mut by_ending: BTreeMap<String, Vec<&String>> = BTreeMap::new();
        for name in folder.files.iter().filter(|name| !is_note(name)) {
            let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
            by_ending.entry(ending).or_default().push(name);
        }
        for (ending, names) in by_ending {
            let names: Vec<_> = names.into_iter().filter(|name| !is_read(&folder.path_of(name))).collect();
            let without_labels = |endings: &[&str]| without_labels && endings.contains(&ending.as_str());
            let what = what_is(look, folder, &ending, &names)
                .or_else(|| without_labels(&TABLES).then_some("a table"))
                .or_else(|| without_labels(&ARRAYS).then_some("arrays, which are not read"));
            if let (Some(what), Some(first)) = (what, names.first()) {
                let pattern = match names.len() {
                    1 => folder.path_of(first),
                    _ => format!("{}*.{ending}", folder.path),
                };
                found.push(Unread { first: folder.path_of(first), count: names.len(), what, pattern });
            }
        }
    }
    found
}

/// Is it a note or a program, by its name?
pub fn is_note(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let (stem, ending) = lower.rsplit_once('.').unwrap_or((&lower, ""));
    NOTES.contains(&ending)
        || [
            "readme",
            "license",
            "licence",
            "copying",
            "changelog",
            "citation",
            "requirements",
            "notice",
            "authors",
        ]
        .iter()
        .any(|note| stem.starts_with(note))
        || stem.ends_with("sums")
        || stem.contains("checksum")
        || stem.contains("submission")
}

/// What the files of a folder with one extension are, if they look like annotations.
fn what_is(look: &Sniff, folder: &Folder, ending: &str, names: &[&String]) -> Option<&'static str> {
    let sampled = || {
        let last = names.len().saturating_sub(LOOKED_AT).max(LOOKED_AT.min(names.len()));
        names.iter().take(LOOKED_AT).chain(&names[last..])
    };
    if TEXTS.contains(&ending) {
        let what = sampled().find_map(|name| by_content(look, &folder.path_of(name), ending));
        if what.is_some() {
            return what;
        }
    }
    let is_paired = |name: &&&String| folders_of_media(look).any(|media| has_medium(look, media, stem(name)));
    (PAIRED.contains(&ending) && sampled().find(is_paired).is_some()).then_some("named as the media")
}

/// The folders of media, as many as are asked for a name.
fn folders_of_media(look: &Sniff) -> impl Iterator<Item = &Folder> {
    /// With more, the name is looked for in the first ones alone.
    const FOLDERS: usize = 256;
    look.all().filter(|folder| folder.has_media()).take(FOLDERS)
}

fn has_medium(look: &Sniff, media: &Folder, stem: &str) -> bool {
    // A name that long is none, and the disk would say so as an error.
    let is_name = !stem.is_empty() && stem.len() < 250;
    is_name && media.media_endings.iter().any(|ending| look.has(&format!("{}{stem}.{ending}", media.path)))
}

/// What a text is, by its beginning.
fn by_content(look: &Sniff, path: &str, ending: &str) -> Option<&'static str> {
    let text = look.head_text(path, HEAD_BYTES)?;
    let has = |word: &str| text.contains(word);
    let known = match ending {
        "xml" if has("<annotations>") || has("<annotations ") => Some("CVAT XML, which is not read"),
        "xml" if has("<annotation") => Some("Pascal VOC XML"),
        "json" | "vott" => json_of(&text),
        "txt" if is_icdar(&text) => Some("ICDAR text boxes, which are not read"),
        _ => None,
    };
    known.or_else(|| names_media(look, path, &text).then_some("names the media"))
}

/// The tool that wrote a JSON file, by the members that only it has.
fn json_of(text: &str) -> Option<&'static str> {
    let has = |words: &[&str]| words.iter().all(|word| text.contains(word));
    let signs: [(&[&str], &str); 11] = [
        (&["\"shapes\"", "\"imagePath\""], "LabelMe JSON, which is not read"),
        (&["\"_via_"], "VGG Image Annotator, which is not read"),
        (&["\"regions\"", "\"asset\""], "VoTT JSON, which is not read"),
        (&["\"assets\"", "\"visitedFrames\""], "VoTT JSON, which is not read"),
        (&["\"shape_attributes\"", "\"regions\""], "VGG Image Annotator, which is not read"),
        (&["\"classTitle\"", "\"objects\""], "Supervisely JSON, which is not read"),
        (&["\"from_name\"", "\"to_name\""], "Label Studio JSON, which is not read"),
        (&["\"segments_info\""], "COCO panoptic, which is not read"),
        (&["\"image_id\"", "\"bbox\"", "\"score\""], "COCO results, which are not read"),
        (&["\"image_id\"", "\"segmentation\"", "\"score\""], "COCO results, which are not read"),
        (&["\"coordinates\"", "\"annotations\"", "\"image\""], "CreateML JSON, which is not read"),
    ];
    let known = signs.iter().find(|(words, _)| has(words)).map(|(_, what)| *what);
    let coco = || (has(&["\"images\"", "\"annotations\""])).then_some("COCO JSON");
    let rows = || match serde_json::from_str::<Json>(text) {
        Ok(Json::Array(rows)) => rows.first().and_then(|row| row.get("file_name")).map(|_| ()),
        _ => text.trim_start().starts_with('[').then_some(()).filter(|()| has(&["\"file_name\""])),
    };
    known.or_else(coco).or_else(|| rows().map(|()| "a JSON list of rows; JSON lines (.jsonl) are read"))
}

/// Lines of eight corner coordinates and a word.
fn is_icdar(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').lines().next().is_some_and(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        cells.len() >= 9 && cells[..8].iter().all(|cell| cell.trim().parse::<f64>().is_ok())
    })
}

/// Does a text name media of the source: their files, or the stems of those that come first?
fn names_media(look: &Sniff, path: &str, text: &str) -> bool {
    /// Number of names that are looked for on the disk.
    const NAMES: usize = 10;
    /// A shorter stem may be any number or word.
    const STEM: usize = 5;
    let words = || {
        text.split(|c: char| c.is_whitespace() || ",;:|=\"'<>[]{}()".contains(c)).filter(|w| !w.is_empty())
    };
    let own = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let named = words().filter(|word| kind_of_name(word).is_some() && word.len() < 250).take(NAMES);
    let is_there = |word: &str| {
        let word = word.replace('\\', "/");
        let file = word.rsplit('/').next().unwrap_or(&word);
        look.has(&word)
            || look.has(&format!("{own}/{word}"))
            || folders_of_media(look).any(|media| look.has(&format!("{}{file}", media.path)))
    };
    let stems: Vec<&str> = folders_of_media(look)
        .flat_map(|folder| folder.media_names.iter().map(|name| stem(name)))
        .filter(|stem| stem.len() >= STEM)
        .collect();
    named.into_iter().any(is_there)
        || words().any(|word| stems.contains(&word.rsplit('/').next().unwrap_or(word)))
}

#[cfg(test)]
mod tests {
    use crate::format::Format;
    use crate::read::options::ReadOptions;
    use crate::read::testing::{put, read_all, refusal};
    use crate::read::{Ignore, open};

    const CVAT: &str = "<annotations><image name=\"1.jpg\"/></annotations>";

    /// The refusal of two class folders with one more file.
    fn refused(name: &str, text: &str) -> String {
        let dir = tempfile::tempdir().unwrap();
        for image in ["cat/img_1.jpg", "dog/img_2.jpg"] {
            put(dir.path(), image, b"x");
        }
        put(dir.path(), name, text.as_bytes());
        let error = refusal(dir.path());
        // Both ways on lead on.
        let as_folders = ReadOptions { format: Some(Format::ClassFolder), ..ReadOptions::default() };
        assert!(open(dir.path(), &as_folders).is_ok());
        let pattern = error.rsplit("--ignore '").next().unwrap().trim_end_matches('\'').to_owned();
        let ignore = Ignore::new(&[pattern]).unwrap();
        assert!(open(dir.path(), &ReadOptions { ignore, ..ReadOptions::default() }).is_ok(), "{error}");
        error
    }

    #[test]
    fn annotations_that_are_not_read_are_named() {
        for (name, text, what) in [
            ("annotations.xml", CVAT, "CVAT XML"),
            ("cat/img_1.json", r#"{"shapes": [], "imagePath": "img_1.jpg"}"#, "LabelMe JSON"),
            ("project.vott", r#"{"assets": {}, "visitedFrames": {}}"#, "VoTT JSON"),
            ("via.json", r#"{"_via_settings": {}}"#, "VGG Image Annotator"),
            ("results.json", r#"[{"image_id": 1, "bbox": [1, 2, 3, 4], "score": 0.5}]"#, "COCO results"),
            ("gt/gt_9.txt", "1,2,3,4,5,6,7,8,word\n", "ICDAR text boxes"),
            ("cat/img_1.txt", "a cat on a mat", "named as the media"),
            ("captions/img_2.txt", "a dog", "named as the media"),
            ("lists/all.txt", "img_1.jpg 1\nimg_2.jpg 2\n", "names the media"),
            ("stems.csv", "id,age\nimg_1,3\n", "names the media"),
            ("rows.json", r#"[{"file_name": "img_1.jpg"}]"#, "a JSON list of rows"),
        ] {
            let error = refused(name, text);
            let expected = format!(
                "1 file looks like annotations, and read as class-folder it would be passed over: {name} ({what}"
            );
            assert!(error.contains(&expected), "{error}");
        }
    }

    #[test]
    fn the_kind_is_said_once_with_its_number() {
        let dir = tempfile::tempdir().unwrap();
        for n in 0..200 {
            put(dir.path(), &format!("cat/{n}.jpg"), b"x");
            put(dir.path(), &format!("dog/{n}.jpg"), b"x");
            put(dir.path(), &format!("dog/{n}.txt"), b"word");
        }
        let error = refusal(dir.path());
        assert!(error.contains("200 files look like annotations"), "{error}");
        assert!(error.contains("dog/0.txt and 199 more like it (named as the media)"), "{error}");
        assert!(error.ends_with("--format class-folder or --ignore 'dog/*.txt'"), "{error}");
    }

    #[test]
    fn notes_and_other_files_are_no_annotations() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["cat/img_1.jpg", "dog/img_2.jpg"] {
            put(dir.path(), name, b"x");
        }
        put(dir.path(), "README.md", b"see cat/img_1.jpg");
        put(dir.path(), "README.txt", b"see img_1.jpg");
        put(dir.path(), "config.json", b"{\"size\": 224}");
        put(dir.path(), "embeddings.parquet", b"PAR1");
        put(dir.path(), "words.txt", b"n02084071 dog\n");
        put(dir.path(), "sample_submission.csv", b"id,label\nimg_1,0\n");
        let (source, samples, _) = read_all(dir.path());
        assert_eq!((source.format(), samples.len()), ("class folders", 2));
    }

    #[test]
    fn annotations_around_a_folder_of_classes_are_not_left_behind() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["images/cat/1.jpg", "images/dog/2.jpg"] {
            put(dir.path(), name, b"x");
        }
        put(dir.path(), "annotations.xml", CVAT.as_bytes());
        let error = refusal(dir.path());
        assert!(
            error.contains("read as class-folder it would be passed over: annotations.xml (CVAT XML"),
            "{error}"
        );
    }

    #[test]
    fn a_table_beside_images_without_classes_is_asked_about() {
        let dir = tempfile::tempdir().unwrap();
        put(dir.path(), "a.jpg", b"x");
        put(dir.path(), "meta.parquet", b"PAR1");
        let error = refusal(dir.path());
        assert!(
            error.contains("read as image-folder it would be passed over: meta.parquet (a table)"),
            "{error}"
        );
        assert!(error.ends_with("--format image-folder or --ignore 'meta.parquet'"), "{error}");
        std::fs::rename(dir.path().join("meta.parquet"), dir.path().join("imagelabels.mat")).unwrap();
        assert!(refusal(dir.path()).contains("imagelabels.mat (arrays, which are not read)"));
    }
}
