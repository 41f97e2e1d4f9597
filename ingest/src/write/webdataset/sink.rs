//! Writes each sample's members to the tar of its split.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use hub_dataset::sample::{Column, Sample, SampleError};

use super::layout::Layout;
use super::shard::Shard;
use crate::write::names::{Unique, base_name, one_line, safe_path, split_ending};
use crate::write::splits::Splits;
use crate::write::staging::{Writer, cant};

pub struct WebDataset {
    layout: Layout,
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
    pub bytes: u64,
    pub samples: Option<u64>,
}

impl WebDataset {
    pub fn new(
        layout: Layout,
        columns: Vec<Column>,
        root: PathBuf,
        splits: &[String],
        limits: Limits,
    ) -> Self {
        Self {
            layout,
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
            self.layout.key_of(sample).or_else(|| first_medium.map(|name| split_ending(name).0.to_owned()));
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
        self.open.get_mut(split).ok_or_else(|| SampleError::fatal(place, "the output file is already closed"))
    }
}

impl Writer for WebDataset {
    fn write(&mut self, sample: &Sample) -> Result<(), SampleError> {
        let files = self.layout.files(sample, &self.columns, self.row)?;
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
        if let Some(label) = &self.layout.label {
            let path = self.root.join("classnames.txt");
            let names: String = label.names.iter().map(|name| one_line(name) + "\n").collect();
            fs::write(&path, names).map_err(|e| cant("write", &path, e))?;
        }
        Ok(())
    }
}
