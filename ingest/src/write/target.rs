//! The destination of a write.

use std::path::PathBuf;

use hub_dataset::sample::Column;

use crate::format::Format;

/// What to write, and where.
#[derive(Clone, Debug)]
pub struct Target {
    /// The format to write.
    pub format: Format,
    /// A folder that is empty or does not exist yet.
    pub dest: PathBuf,
    /// The columns of every sample.
    pub columns: Vec<Column>,
    /// The splits samples are in, in the order of the data set; empty if they have none.
    pub splits: Vec<String>,
    /// Formats of several files a split (WebDataset, Parquet) begin a new one after so many bytes.
    pub shard_bytes: u64,
    /// … or after so many samples.
    pub shard_samples: Option<u64>,
    /// Class folders: whether every split has a folder for every class, also an empty one (default: no).
    pub keep_classes: bool,
}

impl Target {
    /// A target with shards of 1 GiB (WebDataset) or 512 MiB (Parquet).
    pub fn new(format: Format, dest: impl Into<PathBuf>, columns: Vec<Column>, splits: Vec<String>) -> Self {
        let shard_bytes = if format == Format::Parquet { 512 << 20 } else { 1 << 30 };
        Self {
            format,
            dest: dest.into(),
            columns,
            splits,
            shard_bytes,
            shard_samples: None,
            keep_classes: false,
        }
    }
}
