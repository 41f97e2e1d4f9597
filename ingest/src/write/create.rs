//! Creates the sink of a format, and reports what the format loses.

use hub_dataset::sample::{Column, SampleError, SampleSink};

use super::loss::{Loss, Unfit};
use super::staging::{Staged, Staging, Writer};
use super::target::Target;
use super::{boxes, cifar, class_folder, coco, idx, media_folder, parquet, table, webdataset};
use crate::format::Format;

/// Maximum number of splits that are written at once, since each keeps files open.
const MAX_SPLITS: usize = 128;

/// The formats that are written.
pub const WRITTEN: [Format; 13] = [
    Format::ClassFolder,
    Format::ImageFolder,
    Format::AudioFolder,
    Format::VideoFolder,
    Format::Idx,
    Format::Cifar,
    Format::Coco,
    Format::Yolo,
    Format::Voc,
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
    if splits.len() > MAX_SPLITS {
        return Err(Unfit::TooManySplits { format, splits: splits.len(), most: MAX_SPLITS });
    }
    Ok(match format {
        Format::ClassFolder => class_folder::fit(columns)?.1,
        Format::ImageFolder | Format::AudioFolder | Format::VideoFolder => {
            media_folder::fit(format, columns)?.1
        }
        Format::Idx => idx::fit(columns)?.1,
        Format::Cifar => cifar::fit(columns, splits)?.1,
        Format::Coco => coco::fit(columns)?.1,
        Format::Yolo | Format::Voc => boxes::fit(format, columns)?.1,
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
            let (layout, _) = class_folder::fit(columns).map_err(unfit)?;
            staged(class_folder::ClassFolders::new(layout, root, splits, target.keep_classes), staging)
        }
        Format::ImageFolder | Format::AudioFolder | Format::VideoFolder => {
            let (medium, _) = media_folder::fit(*format, columns).map_err(unfit)?;
            staged(media_folder::MediaFolder::new(medium, root, splits), staging)
        }
        Format::Idx => {
            let (layout, _) = idx::fit(columns).map_err(unfit)?;
            staged(idx::Idx::new(layout, root, splits), staging)
        }
        Format::Cifar => {
            let (layout, _) = cifar::fit(columns, splits).map_err(unfit)?;
            staged(cifar::Cifar::new(layout, root), staging)
        }
        Format::Coco => {
            let (layout, _) = coco::fit(columns).map_err(unfit)?;
            staged(coco::Coco::new(layout, root, splits), staging)
        }
        Format::Yolo => {
            let (layout, _) = boxes::fit(*format, columns).map_err(unfit)?;
            staged(boxes::Yolo::new(layout, root, splits), staging)
        }
        Format::Voc => {
            let (layout, _) = boxes::fit(*format, columns).map_err(unfit)?;
            staged(boxes::Voc::new(layout, root, splits), staging)
        }
        Format::WebDataset => {
            let (layout, _) = webdataset::fit(columns).map_err(unfit)?;
            let limits = webdataset::Limits { bytes: target.shard_bytes, samples: target.shard_samples };
            staged(webdataset::WebDataset::new(layout, columns.clone(), root, splits, limits), staging)
        }
        Format::Parquet => {
            let (layout, _) = parquet::fit(columns, splits).map_err(unfit)?;
            let (bytes, samples) = (target.shard_bytes, target.shard_samples);
            staged(parquet::Parquet::new(layout, root, dest, bytes, samples), staging)
        }
        Format::Csv | Format::Jsonl => {
            let (layout, _) = table::fit(*format, columns, splits).map_err(unfit)?;
            staged(table::Table::new(layout, root, splits)?, staging)
        }
        _ => return Err(unfit(Unfit::NotWritten { format: *format, written: WRITTEN.to_vec() })),
    })
}

fn staged<W: Writer + 'static>(writer: W, staging: Staging) -> Box<dyn SampleSink> {
    Box::new(Staged::new(writer, staging))
}
