//! Opening a source of any format.

use std::path::Path;

use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, SizeHint};

use super::options::ReadOptions;
use super::recognise::recognise;
use super::{
    cifar, class_folder, coco, flat_files, idx, ilsvrc, media_folder, parquet, table, voc, webdataset, yolo,
};
use crate::format::Format;

type Open = fn(&Path, &ReadOptions) -> Result<Box<dyn SampleSource>, SampleError>;

fn opener(format: Format) -> Open {
    match format {
        Format::ClassFolder => class_folder::open,
        Format::FlatFiles => flat_files::open,
        Format::IlsvrcTar => ilsvrc::open,
        Format::Idx => idx::open,
        Format::Cifar => cifar::open,
        Format::Coco => coco::open,
        Format::Voc => voc::open,
        Format::Yolo => yolo::open,
        Format::WebDataset => webdataset::open,
        Format::Parquet => parquet::open,
        Format::Csv | Format::Jsonl => table::open,
        Format::AudioFolder | Format::VideoFolder | Format::ImageFolder => media_folder::open,
    }
}

/// Opens the folder or file at `path`, or the files of a brace pattern (`train-{000..012}.tar`).
///
/// # Errors
/// The path is missing, empty or unreadable, its format is not recognised (the error lists what was
/// checked), or its index files are broken.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Box<dyn SampleSource>, SampleError> {
    let (format, path) = match options.format {
        Some(format) => (format, path.to_owned()),
        None => recognise(path)?,
    };
    let options = ReadOptions { format: Some(format), ..options.clone() };
    let source = opener(format)(&path, &options)?;
    Ok(match options.split {
        Some(split) => Box::new(InSplit { split, source }),
        None => source,
    })
}

/// A source whose samples all go to one split.
struct InSplit {
    split: String,
    source: Box<dyn SampleSource>,
}

impl SampleSource for InSplit {
    fn format(&self) -> &'static str {
        self.source.format()
    }
    fn columns(&self) -> &[Column] {
        self.source.columns()
    }
    fn size_hint(&self) -> SizeHint {
        self.source.size_hint()
    }
    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>> {
        let sample = self.source.next_sample()?;
        Some(sample.map(|sample| Sample { split: Some(self.split.clone()), ..sample }))
    }
}
