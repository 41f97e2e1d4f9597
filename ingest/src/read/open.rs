//! Opening a source of any format.

use std::path::Path;
use std::sync::Arc;

use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, SizeHint};

use super::input::Input;
use super::options::ReadOptions;
use super::packed::unpacked;
use super::reading::Reading;
use super::recognise::{check_readable, recognise_in};
use super::sniff::Sniff;
use super::unpacked::UnpackedFolder;
use super::unread::refuse_unread;
use super::{
    cifar, class_folder, coco, flat_files, idx, ilsvrc, mask_folder, media_folder, parquet, table, voc,
    webdataset, yolo,
};
use crate::format::Format;

type Open = fn(&Input) -> Result<Box<dyn SampleSource>, SampleError>;

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
        Format::MaskFolder => mask_folder::open,
        Format::WebDataset => webdataset::open,
        Format::Parquet => parquet::open,
        Format::Csv | Format::Jsonl => table::open,
        Format::AudioFolder | Format::VideoFolder | Format::ImageFolder => media_folder::open,
    }
}

/// A source, and how it is read.
pub struct Opened {
    /// Gives the samples.
    pub source: Box<dyn SampleSource>,
    /// What there is to say about it.
    pub reading: Reading,
}

/// Opens the folder or file at `path`, or the files of a brace pattern (`train-{000..012}.tar`). An archive of a folder is
/// unpacked first.
///
/// # Errors
/// The path is missing, empty or unreadable, its format is not recognised (the error lists what was
/// checked), its index files are broken, or (where no format is given) it holds annotations that would be passed over.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Opened, SampleError> {
    check_readable(path)?;
    let look = Sniff::at(path, &options.ignore, options.allow_outside);
    let Some(folder) = unpacked(&look, options)? else {
        return open_at(look, options, None);
    };
    let look = Sniff::at(folder.path(), &options.ignore, options.allow_outside);
    open_at(look, options, Some(&folder)).map_err(|e| folder.shown(e))
}

fn open_at(
    look: Sniff,
    options: &ReadOptions,
    unpacked: Option<&Arc<UnpackedFolder>>,
) -> Result<Opened, SampleError> {
    let (format, sign, input) = match options.format {
        Some(format) => (format, None, Input::new(look, options.clone())),
        None => {
            let found = recognise_in(look, options)?;
            let options = ReadOptions { format: Some(found.format), ..options.clone() };
            (found.format, Some(found.sign), Input::recognised(found.look, options))
        }
    };
    let source = opener(format)(&input)?;
    if input.recognised {
        refuse_unread(&input, format)?;
    }
    let reading = Reading::new(format, sign, input);
    let (split, unpacked) = (options.split.clone(), unpacked.cloned());
    let source = match (&split, &unpacked) {
        (None, None) => source,
        _ => Box::new(Wrapped { source, split, unpacked }),
    };
    Ok(Opened { source, reading })
}

/// A source whose samples all go to one split, or come from archives.
struct Wrapped {
    source: Box<dyn SampleSource>,
    split: Option<String>,
    /// Its files are there as long as this is.
    unpacked: Option<Arc<UnpackedFolder>>,
}

impl SampleSource for Wrapped {
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
        Some(match (sample, &self.split, &self.unpacked) {
            (Ok(sample), Some(split), _) => Ok(Sample { split: Some(split.clone()), ..sample }),
            (Err(error), _, Some(folder)) => Err(folder.shown(error)),
            (sample, ..) => sample,
        })
    }
}
