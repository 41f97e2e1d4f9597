//! WebDataset: `train-000000.tar`, `train-000001.tar`, …, in which the files of a sample lie side by side.
//!
//! What a column becomes (the reader takes the same endings, see its essay):
//!
//! | column | member |
//! |---|---|
//! | the first of pictures, the first of sounds, the first of films | its own ending: `.jpg`; raw images `.png` |
//! | others of media, and masks as PNG | `.COLUMN.png` |
//! | the label | `.cls`, the class number (-1 for none), with `classnames.txt` beside the tars |
//! | a text called `text` | `.txt` |
//! | tensors | `.COLUMN.npy` |
//! | bytes | `.COLUMN`, if the name can be an ending |
//! | a text called `key` | the key |
//! | all others | members of one `.json`; a JSON document that is alone is the `.json` |
//!
//! The key is the sample's `key`, or else the name of its first medium up to the ending, safe, without dots
//! (which would end it) and unique. A tar is closed after so many bytes or samples, and a new one begun with
//! the next sample; nothing is buffered, so a film of gigabytes passes through in blocks.

mod members;
mod npy;
mod shard;

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use hub_dataset::sample::{Column, Sample, SampleError};

use self::members::{Member, Plan};
use self::shard::Shard;
use super::columns;
use super::loss::{Loss, LossKind, Unfit};
use super::names::{Unique, base_name, one_line, safe_path, split_ending};
use super::splits::Splits;
use super::staging::{Writer, cant};
use crate::Format;

const FORMAT: Format = Format::WebDataset;

/// Finds what each column becomes, and what is lost.
pub fn fit(columns: &[Column]) -> Result<(Plan, Vec<Loss>), Unfit> {
    let plan = Plan::of(columns);
    if plan.members.is_empty() {
        return Err(columns::lacking(FORMAT, "at least one column that can be a file", columns));
    }
    let mut losses = Vec::new();
    let names = |wanted: fn(&Member) -> bool| {
        plan.members.iter().filter(|m| wanted(m)).map(|m| columns[m.at()].name.clone()).collect::<Vec<_>>()
    };
    let mut say = |names: Vec<String>, kind| {
        if !names.is_empty() {
            losses.push(Loss::new(FORMAT, names, kind));
        }
    };
    say(plan.left_out.iter().map(|at| columns[*at].name.clone()).collect(), LossKind::Column);
    say(names(|m| matches!(m, Member::Medium { column, .. } if column.is_raw())), LossKind::RawPixels);
    say(
        names(|m| matches!(m, Member::Npy { .. })),
        LossKind::Type("NumPy arrays, which are read back as bytes"),
    );
    let in_json: Vec<_> = plan.json.iter().map(|at| columns[*at].name.clone()).collect();
    if !plan.json_is_alone(columns) {
        say(in_json, LossKind::Type("members of one JSON document a sample"));
    }
    for (at, name) in plan.renamed(columns) {
        losses.push(Loss::new(FORMAT, [&columns[at].name], LossKind::Renamed(name)));
    }
    if let Some(label) = &plan.label {
        losses.extend(label.synset_loss(FORMAT, &label.names));
    }
    if plan.key.is_none() && plan.media().any(|column| !column.is_raw()) {
        let media = plan.media().map(|column| column.name.clone()).collect();
        losses.push(Loss {
            format: FORMAT,
            names: media,
            kind: LossKind::FileNames("all but dots before the ending"),
        });
    }
    Ok((plan, losses))
}

/// Writes tars.
pub struct WebDataset {
    plan: Plan,
    columns: Vec<Column>,
    root: PathBuf,
    splits: Splits,
    keys: Unique,
    row: u64,
    limits: Limits,
    open: HashMap<String, Shard>,
    /// The number of the next tar of each split.
    next: HashMap<String, u32>,
}

/// When a tar is full.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes.
    pub bytes: u64,
    /// Samples.
    pub samples: Option<u64>,
}

impl WebDataset {
    pub fn new(plan: Plan, columns: Vec<Column>, root: PathBuf, splits: &[String], limits: Limits) -> Self {
        Self {
            plan,
            columns,
            root,
            splits: Splits::new(splits),
            keys: Unique::default(),
            row: 0,
            limits,
            open: HashMap::new(),
            next: HashMap::new(),
        }
    }

    fn key(&mut self, sample: &Sample, first_medium: Option<&str>) -> String {
        let row = self.row;
        let key =
            self.plan.key_of(sample).or_else(|| first_medium.map(|name| split_ending(name).0.to_owned()));
        let key = key.filter(|key| !base_name(key).is_empty()).unwrap_or_else(|| format!("{row:08}"));
        let path = safe_path(&key);
        let (folders, base) = path.split_at(path.len() - base_name(&path).len());
        self.keys.name(format!("{folders}{}", base.replace('.', "_")))
    }

    fn shard(&mut self, split: &str) -> Result<&mut Shard, SampleError> {
        let is_full = self.open.get(split).is_some_and(|shard| {
            shard.bytes >= self.limits.bytes || self.limits.samples.is_some_and(|most| shard.samples >= most)
        });
        if is_full && let Some(shard) = self.open.remove(split) {
            shard.finish()?;
        }
        if !self.open.contains_key(split) {
            let number = self.next.entry(split.to_owned()).or_default();
            let path = self.root.join(format!("{split}-{number:06}.tar"));
            *number += 1;
            self.open.insert(split.to_owned(), Shard::create(path)?);
        }
        let place = self.root.display().to_string();
        self.open.get_mut(split).ok_or_else(|| SampleError::fatal(place, "the file was closed"))
    }
}

impl Writer for WebDataset {
    fn write(&mut self, sample: &Sample) -> Result<(), SampleError> {
        let files = self.plan.files(sample, &self.columns, self.row)?;
        let first_medium = files.iter().find_map(|file| file.name.clone());
        let key = self.key(sample, first_medium.as_deref());
        self.row += 1;
        let split = self.splits.name(sample.split.as_deref()).unwrap_or_else(|| "data".to_owned());
        let shard = self.shard(&split)?;
        for file in &files {
            shard.add(&format!("{key}.{}", file.ending), &file.bytes)?;
        }
        shard.samples += 1;
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SampleError> {
        for (_, shard) in self.open.drain() {
            shard.finish()?;
        }
        if let Some(label) = &self.plan.label {
            let path = self.root.join("classnames.txt");
            let names: String = label.names.iter().map(|name| one_line(name) + "\n").collect();
            fs::write(&path, names).map_err(|e| cant("write", &path, e))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
