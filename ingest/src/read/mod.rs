//! Foreign formats → samples.
//!
//! One module a format, each with the same two functions: `recognise` says from a [`Look`] whether a source is
//! of its format, `open` makes a [`SampleSource`] of it. [`open`] here asks them in the order of
//! [`RECOGNISERS`]: formats told by a file of their own (IDX, CIFAR, a COCO JSON) come first, formats that are
//! little more than "a folder of pictures" last, since every VOC data set is also a folder of pictures.

use std::path::Path;

use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, SizeHint};

use crate::Format;

mod kind;
mod look;
mod split;
mod walk;

mod cifar;
mod class_folder;
mod coco;
mod flat_files;
mod idx;
mod ilsvrc;
mod media_folder;
mod parquet;
mod table;
mod voc;
mod webdataset;
mod yolo;

pub use look::Look;

/// What a caller can say about a source.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// The format; `None`: found by looking.
    pub format: Option<Format>,
    /// Put every sample in this split, whatever the source says.
    pub split: Option<String>,
}

type Recognise = fn(&Look) -> bool;
type Open = fn(&Path, &ReadOptions) -> Result<Box<dyn SampleSource>, SampleError>;

/// Who is asked, in order; the first that says yes opens the source.
const RECOGNISERS: [(Format, Recognise); 12] = [
    (Format::IlsvrcTar, ilsvrc::recognise),
    (Format::Cifar, cifar::recognise),
    (Format::Idx, idx::recognise),
    (Format::Coco, coco::recognise),
    (Format::Voc, voc::recognise),
    (Format::Yolo, yolo::recognise),
    (Format::Parquet, parquet::recognise),
    (Format::WebDataset, webdataset::recognise),
    (Format::Csv, table::recognise),
    (Format::ClassFolder, class_folder::recognise),
    (Format::FlatFiles, flat_files::recognise),
    (Format::ImageFolder, media_folder::recognise),
];

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

/// Opens the folder or file at `path`.
///
/// # Errors
/// The path is missing, empty or unreadable, its format is not recognised (the error lists what was looked
/// for), or its index files are broken.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Box<dyn SampleSource>, SampleError> {
    let format = match options.format {
        Some(format) => format,
        None => recognise(path)?,
    };
    let source = opener(format)(path, options)?;
    Ok(match &options.split {
        Some(split) => Box::new(InSplit { split: split.clone(), source }),
        None => source,
    })
}

/// The format of the folder or file at `path`.
///
/// # Errors
/// The path is missing, empty or unreadable, or no format is recognised.
pub fn recognise(path: &Path) -> Result<Format, SampleError> {
    let look = Look::at(path);
    let found = RECOGNISERS.iter().find(|(_, recognises)| recognises(&look));
    found.map(|(format, _)| *format).ok_or_else(|| {
        SampleError::fatal(path.display().to_string(), "no format is recognised").advise("say --format")
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
