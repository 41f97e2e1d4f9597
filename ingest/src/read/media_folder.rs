//! A folder of images, audio files or videos without classes.
//!
//! In: files of one kind at any depth, or one such file. Out: one column, `image`, `audio` or `video`.
//! Where all media are below folders with names of splits (`train/`, `images/val2017/`), they are the splits. Names
//! are taken for names: what a person meant by `0_george_0.wav` is not guessed; a table beside the files
//! (`metadata.csv`) says it.

use std::iter;

use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, Value};

use super::class_folder;
use super::file_errors::unreadable;
use super::found_file::FoundFile;
use super::input::Input;
use super::kind::{MediaKind, column_of, kind_of_name};
use super::media_files::{MediaFiles, kind_of_folder};
use super::sniff::Sniff;
use super::split::split_of_folders;
use super::walk::Walk;
use crate::format::Format;

/// The kind of media in the folder, or of the file.
pub(super) fn media_kind(look: &Sniff) -> Option<MediaKind> {
    if look.is_dir { kind_of_folder(look) } else { kind_of_name(&look.name()) }
}

/// Opens the folder or file.
pub(super) fn open(input: &Input) -> Result<Box<dyn SampleSource>, SampleError> {
    let (look, root) = (&input.look, input.root());
    let place = root.display().to_string();
    let asked = match input.options.format {
        Some(Format::AudioFolder) => Some(MediaKind::Audio),
        Some(Format::VideoFolder) => Some(MediaKind::Video),
        Some(Format::ImageFolder) => Some(MediaKind::Image),
        _ => None,
    };
    let kind = asked.or_else(|| media_kind(look)).ok_or_else(|| {
        SampleError::fatal(&place, "no image, audio or video file found").advise("check the path")
    })?;
    let files: Files = if look.is_dir {
        Box::new(MediaFiles::new(Walk::new(&input.source_root()?)?, kind))
    } else {
        root.metadata().map_err(|e| unreadable(&place, e))?;
        let name = root.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Box::new(iter::once(Ok(FoundFile { name, path: root.to_owned() })))
    };
    if let Some(classes) = class_folder::recognise(look) {
        input.note(format!("{classes} are not read as classes; --format class-folder does that"));
    }
    let format = match kind {
        MediaKind::Image => "image folder",
        MediaKind::Audio => "audio folder",
        MediaKind::Video => "video folder",
    };
    Ok(Box::new(MediaFolder { format, columns: [column_of(kind)], files, splits: has_splits(look) }))
}

/// Are all folders with media below folders of splits?
fn has_splits(look: &Sniff) -> bool {
    let mut folders = look.all().filter(|folder| folder.has_media()).peekable();
    folders.peek().is_some() && folders.all(|folder| split_of_folders(&folder.path).is_some())
}

type Files = Box<dyn Iterator<Item = Result<FoundFile, SampleError>> + Send>;

struct MediaFolder {
    format: &'static str,
    columns: [Column; 1],
    files: Files,
    splits: bool,
}

impl SampleSource for MediaFolder {
    fn format(&self) -> &'static str {
        self.format
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>> {
        let file = match self.files.next()? {
            Ok(file) => file,
            Err(e) => return Some(Err(e)),
        };
        let place = file.name.clone();
        let folders = place.rsplit_once('/').map(|(folders, _)| folders).filter(|_| self.splits);
        let split = folders.and_then(split_of_folders).map(ToOwned::to_owned);
        Some(file.media().map(|media| Sample { place, split, values: vec![Value::Media(media)] }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::options::ReadOptions;
    use crate::read::testing::{folder, read_all};

    #[test]
    fn names_are_only_names() {
        let dir = folder(&["0_george_0.wav", "1_theo_3.wav", "sub/a.mp3"]);
        let (source, samples, errors) = read_all(dir.path());
        assert_eq!(source.format(), "audio folder");
        assert_eq!(source.columns(), [column_of(MediaKind::Audio)]);
        let places: Vec<_> = samples.iter().map(|s| s.place.as_str()).collect();
        assert_eq!(places, ["0_george_0.wav", "1_theo_3.wav", "sub/a.mp3"]);
        assert!(samples.iter().all(|s| s.split.is_none()) && errors.is_empty());
    }

    #[test]
    fn folders_named_as_splits_are_splits() {
        for names in [
            ["train2017/a.jpg", "val2017/b.jpg", "docs/readme.md"],
            ["images/training_set/a.jpg", "images/val/b.jpg", "README"],
        ] {
            let dir = folder(&names);
            let (source, samples, _) = read_all(dir.path());
            assert_eq!(source.format(), "image folder");
            let splits: Vec<_> = samples.iter().map(|s| s.split.as_deref()).collect();
            assert_eq!(splits, [Some("train"), Some("val")]);
        }
    }

    #[test]
    fn one_file_is_one_sample() {
        let dir = folder(&["a.mp4"]);
        let (source, samples, _) = read_all(&dir.path().join("a.mp4"));
        assert_eq!((source.format(), samples.len()), ("video folder", 1));
    }

    #[test]
    fn the_kind_asked_for_is_the_kind() {
        let dir = folder(&["a.jpg", "b.jpg", "c.wav"]);
        let options = ReadOptions { format: Some(Format::AudioFolder), ..ReadOptions::default() };
        let mut source = open(&Input::at(dir.path(), &options)).unwrap();
        assert!(source.next_sample().unwrap().unwrap_err().to_string().starts_with("a.jpg: an image in"));
        source.next_sample();
        assert_eq!(source.next_sample().unwrap().unwrap().place, "c.wav");
        assert!(source.next_sample().is_none());
    }
}
