//! Samples → foreign formats.
//!
//! [`losses`] says what a format can't express of some columns, or that it can't hold them at all, before
//! anything is written; [`create`] gives the [`SampleSink`] that writes. Each format is one module with a
//! `fit`, which decides from the columns alone what goes where (so the two can't disagree), and a
//! [`staging::Writer`]. What they share: a file becomes visible under its name only at the end
//! ([`staging`]), names from a data set are made safe ([`names`]), media are copied in blocks ([`copy`]).

use std::path::PathBuf;

use hub_dataset::sample::{Column, SampleError, SampleSink};

use crate::Format;

mod columns;
mod copy;
mod json;
mod loss;
mod medium;
mod names;
mod splits;
mod staging;

mod cifar;
mod class_folder;
mod coco;
mod idx;
mod media_folder;
mod parquet;
mod table;
mod webdataset;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use loss::{Loss, LossKind, Unfit};

use staging::{Staged, Staging, Writer};

/// So many splits may be written at once, since each keeps files open.
const MOST_SPLITS: usize = 128;

/// What to write, and where.
#[derive(Clone, Debug)]
pub struct Target {
    /// The format.
    pub format: Format,
    /// A folder that is empty or not there yet.
    pub dest: PathBuf,
    /// The columns of every sample.
    pub columns: Vec<Column>,
    /// The splits samples are in, in the order of the data set; empty if they have none.
    pub splits: Vec<String>,
    /// Formats of several files a split (WebDataset, Parquet) begin a new one after so many bytes.
    pub shard_bytes: u64,
    /// … or after so many samples.
    pub shard_samples: Option<u64>,
}

impl Target {
    /// A target with shards of 1 GiB (WebDataset) or 512 MiB (Parquet).
    pub fn new(format: Format, dest: impl Into<PathBuf>, columns: Vec<Column>, splits: Vec<String>) -> Self {
        let shard_bytes = if format == Format::Parquet { 512 << 20 } else { 1 << 30 };
        Self { format, dest: dest.into(), columns, splits, shard_bytes, shard_samples: None }
    }
}

/// The formats that are written.
const WRITTEN: [Format; 11] = [
    Format::ClassFolder,
    Format::ImageFolder,
    Format::AudioFolder,
    Format::VideoFolder,
    Format::Idx,
    Format::Cifar,
    Format::Coco,
    Format::WebDataset,
    Format::Parquet,
    Format::Csv,
    Format::Jsonl,
];

/// What `format` loses of a data set of these columns and splits.
///
/// # Errors
/// It can't hold such a data set at all.
pub fn losses(format: Format, columns: &[Column], splits: &[String]) -> Result<Vec<Loss>, Unfit> {
    if splits.len() > MOST_SPLITS {
        return Err(Unfit::TooManySplits { format, splits: splits.len(), most: MOST_SPLITS });
    }
    Ok(match format {
        Format::ClassFolder => class_folder::fit(columns)?.1,
        Format::ImageFolder | Format::AudioFolder | Format::VideoFolder => {
            media_folder::fit(format, columns)?.1
        }
        Format::Idx => idx::fit(columns)?.1,
        Format::Cifar => cifar::fit(columns, splits)?.1,
        Format::Coco => coco::fit(columns)?.1,
        Format::WebDataset => webdataset::fit(columns)?.1,
        Format::Parquet => parquet::fit(columns, splits)?.1,
        Format::Csv | Format::Jsonl => table::fit(format, columns, splits)?.1,
        _ => return Err(Unfit::NotWritten { format, written: WRITTEN.to_vec() }),
    })
}

/// Makes the sink that writes `target`. Until its `finish`, nothing is there under the destination's name.
///
/// # Errors
/// The destination is not an empty folder, or the format can't hold the columns (see [`losses`]).
pub fn create(target: Target) -> Result<Box<dyn SampleSink>, SampleError> {
    let Target { format, dest, columns, splits, .. } = &target;
    let unfit =
        |unfit: Unfit| SampleError::fatal(dest.display().to_string(), unfit.to_string()).because(unfit);
    losses(*format, columns, splits).map_err(unfit)?;
    let staging = Staging::new(dest)?;
    let root = staging.root().to_owned();
    Ok(match format {
        Format::ClassFolder => {
            let (plan, _) = class_folder::fit(columns).map_err(unfit)?;
            staged(class_folder::ClassFolders::new(plan, root, splits), staging)
        }
        Format::ImageFolder | Format::AudioFolder | Format::VideoFolder => {
            let (medium, _) = media_folder::fit(*format, columns).map_err(unfit)?;
            staged(media_folder::MediaFolder::new(medium, root, splits), staging)
        }
        Format::Idx => {
            let (plan, _) = idx::fit(columns).map_err(unfit)?;
            staged(idx::Idx::new(plan, root, splits), staging)
        }
        Format::Cifar => {
            let (plan, _) = cifar::fit(columns, splits).map_err(unfit)?;
            staged(cifar::Cifar::new(plan, root), staging)
        }
        Format::Coco => {
            let (plan, _) = coco::fit(columns).map_err(unfit)?;
            staged(coco::Coco::new(plan, root, splits), staging)
        }
        Format::WebDataset => {
            let (plan, _) = webdataset::fit(columns).map_err(unfit)?;
            let limits = webdataset::Limits { bytes: target.shard_bytes, samples: target.shard_samples };
            staged(webdataset::WebDataset::new(plan, columns.clone(), root, splits, limits), staging)
        }
        Format::Parquet => {
            let (plan, _) = parquet::fit(columns, splits).map_err(unfit)?;
            let (bytes, samples) = (target.shard_bytes, target.shard_samples);
            staged(parquet::Parquet::new(plan, root, dest, bytes, samples), staging)
        }
        Format::Csv | Format::Jsonl => {
            let (plan, _) = table::fit(*format, columns, splits).map_err(unfit)?;
            staged(table::Table::new(plan, root, splits)?, staging)
        }
        _ => return Err(unfit(Unfit::NotWritten { format: *format, written: WRITTEN.to_vec() })),
    })
}

fn staged<W: Writer + 'static>(writer: W, staging: Staging) -> Box<dyn SampleSink> {
    Box::new(Staged::new(writer, staging))
}
