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
    /// A folder of images beside a folder of their masks.
    MaskFolder,
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
    pub const NAMES: [(Self, &'static str); 16] = [
        (Self::ClassFolder, "class-folder"),
        (Self::FlatFiles, "flat-files"),
        (Self::IlsvrcTar, "ilsvrc-tar"),
        (Self::Idx, "idx"),
        (Self::Cifar, "cifar"),
        (Self::Coco, "coco"),
        (Self::Voc, "voc"),
        (Self::Yolo, "yolo"),
        (Self::MaskFolder, "mask-folder"),
        (Self::WebDataset, "webdataset"),
        (Self::Parquet, "parquet"),
        (Self::Csv, "csv"),
        (Self::Jsonl, "jsonl"),
        (Self::AudioFolder, "audio-folder"),
        (Self::VideoFolder, "video-folder"),
        (Self::ImageFolder, "image-folder"),
    ];

    /// Other words for the formats, which `--format` takes too; in any case, with or without `-`, `_` and spaces.
    pub const ALIASES: [(Self, &'static [&'static str]); 16] = [
        (Self::ClassFolder, &["classfolders", "classes", "classification", "folders"]),
        (Self::FlatFiles, &["flat", "flatfile"]),
        (Self::IlsvrcTar, &["ilsvrc", "ilsvrc2012", "imagenettar", "imagenettars"]),
        (Self::Idx, &["mnist", "emnist", "kmnist", "fashionmnist", "ubyte"]),
        (Self::Cifar, &["cifar10", "cifar100"]),
        (
            Self::Coco,
            &["cocojson", "coco2014", "coco2017", "mscoco", "lvis", "cocodetection", "cococaptions"],
        ),
        (Self::Voc, &["pascal", "pascalvoc", "voc2007", "voc2012", "vocxml"]),
        (
            Self::Yolo,
            &[
                "yolov3",
                "yolov4",
                "yolov5",
                "yolov6",
                "yolov7",
                "yolov8",
                "yolov9",
                "yolov10",
                "yolo11",
                "yolov11",
                "yolo12",
                "yolov12",
                "ultralytics",
                "darknet",
                "labelimg",
            ],
        ),
        (Self::MaskFolder, &["maskfolders", "masks", "segmentation", "imagemask", "imagesmasks"]),
        (Self::WebDataset, &["wds", "webdatasets", "tar", "tars", "img2dataset"]),
        (Self::Parquet, &["hf", "huggingface", "pq"]),
        (Self::Csv, &["tsv", "csvs", "metadatacsv"]),
        (Self::Jsonl, &["json", "jsonlines", "ndjson", "metadatajsonl"]),
        (Self::AudioFolder, &["audiofolders", "audio", "audiofiles"]),
        (Self::VideoFolder, &["videofolders", "video", "videos", "videofiles"]),
        (Self::ImageFolder, &["imagefolders", "image", "images", "imagefiles"]),
    ];

    /// torchvision's name of class folders. It differs from `image-folder` by its hyphen alone, and yet people who type it
    /// mean folders that torchvision's `ImageFolder` opens, which have a class each.
    const TORCHVISION: &str = "imagefolder";

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

/// A name that is none of [`Format::NAMES`] or [`Format::ALIASES`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown format '{found}', expected one of {}", Format::NAMES.map(|(_, n)| n).join(", "))]
pub struct UnknownFormat {
    /// The name that was given.
    pub found: String,
}

impl FromStr for Format {
    type Err = UnknownFormat;
    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        let plain = |name: &str| name.to_ascii_lowercase().replace(['-', '_', ' '], "");
        if text.eq_ignore_ascii_case(Self::TORCHVISION) {
            return Ok(Self::ClassFolder);
        }
        let wanted = plain(text);
        let name = Self::NAMES.iter().find(|(_, name)| plain(name) == wanted).map(|(format, _)| *format);
        let alias = || Self::ALIASES.iter().find(|(_, names)| names.contains(&wanted.as_str())).map(|a| a.0);
        name.or_else(alias).ok_or_else(|| UnknownFormat { found: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_that_people_type_are_formats() {
        for (word, format) in [
            ("coco", Format::Coco),
            ("imagefolder", Format::ClassFolder),
            ("ImageFolder", Format::ClassFolder),
            ("image-folder", Format::ImageFolder),
            ("AudioFolder", Format::AudioFolder),
            ("video_folder", Format::VideoFolder),
            ("mnist", Format::Idx),
            ("cifar10", Format::Cifar),
            ("hf", Format::Parquet),
            ("wds", Format::WebDataset),
            ("web-dataset", Format::WebDataset),
            ("YOLOv5", Format::Yolo),
            ("pascal_voc", Format::Voc),
        ] {
            assert_eq!(word.parse(), Ok(format), "{word}");
        }
        let error = "yoolo".parse::<Format>().unwrap_err().to_string();
        assert!(error.starts_with("unknown format 'yoolo', expected one of class-folder, "), "{error}");
    }

    #[test]
    fn a_word_means_one_format_and_is_written_as_it_is_compared() {
        let mut words: Vec<_> = Format::ALIASES.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        words.extend(Format::NAMES.map(|(_, name)| name));
        for word in &words {
            assert_eq!(words.iter().filter(|other| *other == word).count(), 1, "{word}");
            assert!(word.parse::<Format>().is_ok(), "{word}");
        }
    }
}
