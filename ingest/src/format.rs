//! The formats by name, as `--format` takes them.

use std::fmt;
use std::str::FromStr;

/// A file format of data sets other than the hub's own, read by `hub push` and mostly also written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// One folder per class, perhaps below one folder per split, with images, audio files or videos.
    ClassFolder,
    /// Files named `n01440764_tench.JPEG` in one folder.
    FlatFiles,
    /// ILSVRC's tars: a tar of class tars, or the validation tar with its ground truth.
    IlsvrcTar,
    /// MNIST's IDX files, plain or gzipped.
    Idx,
    /// CIFAR-10 and CIFAR-100, binary or pickled.
    Cifar,
    /// COCO's JSON annotations: instances, keypoints and captions.
    Coco,
    /// Pascal VOC: an XML file per image.
    Voc,
    /// YOLO's text labels with `data.yaml`.
    Yolo,
    /// WebDataset: tars whose members are grouped by their base name.
    WebDataset,
    /// Parquet, plain or as Hugging Face writes it.
    Parquet,
    /// CSV with columns of file names (`metadata.csv`).
    Csv,
    /// JSON lines with columns of file names (`metadata.jsonl`).
    Jsonl,
    /// Any folders of audio files, without classes.
    AudioFolder,
    /// Any folders of videos, without classes.
    VideoFolder,
    /// Any folders of images, without classes.
    ImageFolder,
}

impl Format {
    /// All formats, with their names as `--format` takes them.
    pub const NAMES: [(Self, &'static str); 15] = [
        (Self::ClassFolder, "class-folder"),
        (Self::FlatFiles, "flat-files"),
        (Self::IlsvrcTar, "ilsvrc-tar"),
        (Self::Idx, "idx"),
        (Self::Cifar, "cifar"),
        (Self::Coco, "coco"),
        (Self::Voc, "voc"),
        (Self::Yolo, "yolo"),
        (Self::WebDataset, "webdataset"),
        (Self::Parquet, "parquet"),
        (Self::Csv, "csv"),
        (Self::Jsonl, "jsonl"),
        (Self::AudioFolder, "audio-folder"),
        (Self::VideoFolder, "video-folder"),
        (Self::ImageFolder, "image-folder"),
    ];

    /// The name, as `--format` takes it.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(f, _)| *f == self).map_or("", |(_, n)| n)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is none of [`Format::NAMES`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown format '{found}', expected one of {}", Format::NAMES.map(|(_, n)| n).join(", "))]
pub struct UnknownFormat {
    /// The name that was given.
    pub found: String,
}

impl FromStr for Format {
    type Err = UnknownFormat;
    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        let found = Self::NAMES.iter().find(|(_, name)| *name == text);
        found.map(|(f, _)| *f).ok_or_else(|| UnknownFormat { found: text.to_owned() })
    }
}
