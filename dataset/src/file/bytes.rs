//! The fetched parts of a file, as the Parquet decoder reads them.

use std::io::Read;

use bytes::{Buf, Bytes};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};

/// A file of which some ranges are in memory: all of it (a memory map), or what was fetched from a bucket.
#[derive(Clone, Debug)]
pub struct SparseBytes {
    size_bytes: u64,
    /// Offset and bytes of each part, in order of offset, none overlapping.
    parts: Vec<(u64, Bytes)>,
}

impl SparseBytes {
    /// A file that is in memory as a whole.
    pub fn whole(bytes: Bytes) -> Self {
        Self { size_bytes: bytes.len() as u64, parts: vec![(0, bytes)] }
    }

    /// A file of `size_bytes` of which these parts (offset, bytes) are in memory.
    pub fn new(size_bytes: u64, mut parts: Vec<(u64, Bytes)>) -> Self {
        parts.sort_by_key(|(offset, _)| *offset);
        Self { size_bytes, parts }
    }

    fn tail(&self, start: u64) -> Result<Bytes, ParquetError> {
        let at = self.parts.partition_point(|(offset, _)| *offset <= start);
        let found = at.checked_sub(1).and_then(|i| {
            let (offset, bytes) = &self.parts[i];
            let from = usize::try_from(start - offset).ok()?;
            (from <= bytes.len()).then(|| bytes.slice(from..))
        });
        found.ok_or_else(|| ParquetError::General(format!("byte {start} was not fetched")))
    }
}

impl Length for SparseBytes {
    fn len(&self) -> u64 {
        self.size_bytes
    }
}

impl ChunkReader for SparseBytes {
    type T = Box<dyn Read>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(Box::new(self.tail(start)?.reader()))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let tail = self.tail(start)?;
        if tail.len() < length {
            let got = tail.len();
            return Err(ParquetError::EOF(format!(
                "{length} bytes requested at byte {start}, {got} were fetched"
            )));
        }
        Ok(tail.slice(..length))
    }
}
