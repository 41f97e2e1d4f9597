//! Files alone: every medium under its own name, below its split.
//!
//! A name that begins with its split stays as it is; any other goes below a folder of the split. Without
//! splits the names are the names.

use std::path::PathBuf;

use hub_dataset::sample::{Column, Sample, SampleError};
use hub_schema::Feature;

use super::columns;
use super::copy::copy_to;
use super::loss::{Loss, LossKind, Unfit};
use super::medium::MediumColumn;
use super::names::{Unique, safe_path};
use super::splits::Splits;
use super::staging::Writer;
use crate::format::Format;
use crate::read::split::split_of;

/// Finds the media, and what is lost.
pub fn fit(format: Format, columns: &[Column]) -> Result<(MediumColumn, Vec<Loss>), Unfit> {
    let (needs, wanted) = match format {
        Format::AudioFolder => ("a column of audio files", Some(Feature::Audio)),
        Format::VideoFolder => ("a column of videos", Some(Feature::Video)),
        _ => ("a column of images", None),
    };
    let fits = |feature: &Feature| match &wanted {
        Some(wanted) => feature == wanted,
        None => *feature == Feature::Image || columns::Pixels::of(feature).is_some(),
    };
    let at = columns.iter().position(|column| fits(&column.feature));
    let medium = at.and_then(|at| MediumColumn::of(at, &columns[at]));
    let medium = medium.ok_or_else(|| columns::lacking(format, needs, columns))?;
    let mut losses = Vec::new();
    losses.extend(columns::others(format, columns, &[medium.at]));
    losses.extend(medium.loss(format));
    losses.push(Loss::new(format, [] as [&str; 0], LossKind::Order));
    Ok((medium, losses))
}

/// The path of a medium: its own, below its split unless its top folder means that (`train2017`). Safe, not
/// unique.
pub fn path_of(name: &str, split: Option<&str>) -> String {
    let path = safe_path(name);
    match split {
        Some(_) if path.split_once('/').is_some_and(|(top, _)| split_of(top) == split) => path,
        Some(split) if path.split('/').next() != Some(split) || !path.contains('/') => {
            format!("{split}/{path}")
        }
        _ => path,
    }
}

pub struct MediaFolder {
    medium: MediumColumn,
    root: PathBuf,
    splits: Splits,
    unique: Unique,
    row: u64,
}

impl MediaFolder {
    pub fn new(medium: MediumColumn, root: PathBuf, splits: &[String]) -> Self {
        Self { medium, root, splits: Splits::new(splits), unique: Unique::default(), row: 0 }
    }
}

impl Writer for MediaFolder {
    fn write(&mut self, sample: &Sample) -> Result<(), SampleError> {
        let row = self.row;
        self.row += 1;
        let medium = self.medium.file(sample, row)?.ok_or_else(|| {
            SampleError::sample(
                &sample.place,
                format!("column '{}' is empty, so there is no file to write", self.medium.name),
            )
        })?;
        let split = self.splits.name(sample.split.as_deref());
        let path = self.unique.path(path_of(&medium.name, split.as_deref()));
        copy_to(&medium.bytes, &self.root.join(path), sample)
    }

    fn finish(&mut self) -> Result<(), SampleError> {
        Ok(())
    }
}
