//! Collects samples until they fill a row group, then writes it to the file of their split.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use hub_dataset::sample::{MediaBytes, Sample, SampleError, Value};

use super::layout::Layout;
use super::shard::Shard;
use crate::write::copy::{read_whole, unreadable};
use crate::write::names::one_line;
use crate::write::staging::{Writer, cant};

const FOLDER: &str = "data";

/// A row group ends at this many bytes of all splits together, or samples of one.
const GROUP_BYTES: u64 = 32 << 20;
const GROUP_SAMPLES: usize = 1000;

/// A larger sample is refused.
pub const MAX_SAMPLE_BYTES: u64 = 512 << 20;

pub struct Parquet {
    layout: Layout,
    root: PathBuf,
    title: String,
    shard_bytes: u64,
    shard_samples: u64,
    row: u64,
    splits: Vec<Split>,
    /// The place in `splits` of each split.
    places: HashMap<Option<String>, usize>,
}

/// A split that is being written.
struct Split {
    name: String,
    shards: usize,
    open: Option<Shard>,
    /// Samples that are not written yet, and their size.
    held: Vec<Sample>,
    held_bytes: u64,
}

impl Parquet {
    pub fn new(
        layout: Layout,
        root: PathBuf,
        dest: &Path,
        shard_bytes: u64,
        shard_samples: Option<u64>,
    ) -> Self {
        let title = dest.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        Self {
            layout,
            root,
            title,
            shard_bytes,
            shard_samples: shard_samples.unwrap_or(u64::MAX).max(1),
            row: 0,
            splits: Vec::new(),
            places: HashMap::new(),
        }
    }

    fn place(&mut self, split: Option<&str>) -> usize {
        if let Some(place) = self.places.get(&split.map(ToOwned::to_owned)) {
            return *place;
        }
        let mut name = split_name(split);
        while self.splits.iter().any(|split| split.name.eq_ignore_ascii_case(&name)) {
            name.push('_');
        }
        self.splits.push(Split { name, shards: 0, open: None, held: Vec::new(), held_bytes: 0 });
        self.places.insert(split.map(ToOwned::to_owned), self.splits.len() - 1);
        self.splits.len() - 1
    }

    /// The sample with its media in memory, and its size.
    fn load(&self, sample: &Sample) -> Result<(Sample, u64), SampleError> {
        let mut size = 0;
        let mut values = Vec::with_capacity(sample.values.len());
        for column in &self.layout.columns {
            let mut value = column.value(sample, self.row)?;
            load(&mut value, &mut size).map_err(|e| unreadable(sample, e))?;
            values.push(value);
        }
        if size > MAX_SAMPLE_BYTES {
            let problem =
                format!("{size} bytes, expected at most {MAX_SAMPLE_BYTES} per sample in a Parquet file");
            return Err(SampleError::sample(&sample.place, problem)
                .advise("leave the sample out, or use webdataset, which has no such limit"));
        }
        Ok((Sample { values, ..sample.clone() }, size))
    }

    /// Writes what a split holds as one row group.
    fn write_held(&mut self, place: usize) -> Result<(), SampleError> {
        let split = &mut self.splits[place];
        let held = std::mem::take(&mut split.held);
        split.held_bytes = 0;
        if held.is_empty() {
            return Ok(());
        }
        let mut shard = match split.open.take() {
            Some(shard) => shard,
            None => {
                let folder = self.root.join(FOLDER);
                fs::create_dir_all(&folder).map_err(|e| cant("make", &folder, e))?;
                let path = folder.join(format!("{}-{:05}.part", split.name, split.shards));
                split.shards += 1;
                Shard::create(path, &self.layout.columns)?
            }
        };
        shard.write(&held, &self.layout.columns)?;
        if shard.bytes() < self.shard_bytes && shard.samples < self.shard_samples {
            split.open = Some(shard);
            return Ok(());
        }
        shard.finish()
    }

    /// Names the files with their number, which is known now.
    fn name_files(&self) -> Result<(), SampleError> {
        for split in &self.splits {
            for number in 0..split.shards {
                let folder = self.root.join(FOLDER);
                let part = folder.join(format!("{}-{number:05}.part", split.name));
                let name = format!("{}-{number:05}-of-{:05}.parquet", split.name, split.shards);
                fs::rename(&part, folder.join(name)).map_err(|e| cant("rename", &part, e))?;
            }
        }
        Ok(())
    }

    fn readme(&self) -> String {
        let file = |split: &Split| format!("  - split: {0}\n    path: {FOLDER}/{0}-*\n", split.name);
        let files: String = self.splits.iter().map(file).collect();
        format!(
            "---\nconfigs:\n- config_name: default\n  data_files:\n{files}---\n\n# {}\n\nWritten by Image Hub. \
             Read it with `datasets.load_dataset`, or any reader of Parquet.\n",
            one_line(&self.title)
        )
    }
}

impl Writer for Parquet {
    fn write(&mut self, sample: &Sample) -> Result<(), SampleError> {
        let (loaded, size) = self.load(sample)?;
        self.row += 1;
        let place = self.place(sample.split.as_deref());
        let full = self.splits[place].open.as_ref().map_or(0, |shard| shard.samples);
        let split = &mut self.splits[place];
        split.held.push(loaded);
        split.held_bytes += size;
        let of_shard = full + split.held.len() as u64;
        if split.held.len() >= GROUP_SAMPLES || of_shard >= self.shard_samples {
            return self.write_held(place);
        }
        // The bound is on all splits together, so that many splits don't hold many times as much.
        if self.splits.iter().map(|split| split.held_bytes).sum::<u64>() >= GROUP_BYTES {
            let most = (0..self.splits.len()).max_by_key(|place| self.splits[*place].held_bytes);
            return self.write_held(most.unwrap_or(place));
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SampleError> {
        for place in 0..self.splits.len() {
            self.write_held(place)?;
            self.splits[place].open.take().map_or(Ok(()), Shard::finish)?;
        }
        self.name_files()?;
        let path = self.root.join("README.md");
        fs::write(&path, self.readme()).map_err(|e| cant("write", &path, e))
    }
}

/// The split's name at Hugging Face: letters, digits and `_`; `val` is called `validation` there.
fn split_name(split: Option<&str>) -> String {
    match split {
        None => "train".to_owned(),
        Some("val") => "validation".to_owned(),
        Some(name) => {
            let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
            let name: String = name.chars().take(64).map(plain).collect();
            if name.is_empty() { "_".to_owned() } else { name }
        }
    }
}

/// Reads the media in a value; adds up the bytes it takes.
fn load(value: &mut Value, size: &mut u64) -> std::io::Result<()> {
    match value {
        Value::Media(media) => {
            *size = size.saturating_add(media.bytes.size_bytes());
            if *size <= MAX_SAMPLE_BYTES {
                media.bytes = MediaBytes::Memory(read_whole(&media.bytes)?);
            }
        }
        Value::Bytes(bytes) => *size += bytes.len() as u64,
        Value::Text(text) => *size += text.len() as u64,
        Value::List(values) | Value::Struct(values) => {
            *size += 32 * values.len() as u64;
            for value in values {
                load(value, size)?;
            }
        }
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::UInt(_) | Value::Float(_) => *size += 8,
    }
    Ok(())
}
