//! Where a new file's bytes go: a list of segments, hashed and summed as they come.
//!
//! Most bytes of a media file are in memory already, so they are not copied: [`HashingSink::splice`] names the
//! segments that belong at an offset, Parquet's writer is given a [`Placeholder`] for them (it insists on copying
//! a chunk through a small buffer), and the sink drops the placeholder's bytes and takes the segments.

use std::collections::VecDeque;
use std::io::{self, Read, Write};

use bytes::{Bytes, BytesMut};
use parquet::file::reader::{ChunkReader, Length};

use super::aligned_hash::AlignedHash;
use super::encoded_file::EncodedFile;

/// Size of the blocks that collect written (not spliced) bytes.
const BLOCK_BYTES: usize = 1024 * 1024;

/// Collects what is written as segments, with its hash and a checksum that can be taken at any point.
#[derive(Default)]
pub struct HashingSink {
    segments: Vec<Bytes>,
    /// Bytes that were written, not spliced in; they end the file.
    block: BytesMut,
    splices: VecDeque<Splice>,
    hash: AlignedHash,
    checksum: crc32fast::Hasher,
    size_bytes: u64,
    /// Bytes since the checksum was last taken.
    unsummed_bytes: u64,
}

struct Splice {
    offset: u64,
    /// Bytes of the placeholder that are still to come.
    left: u64,
    segments: Vec<Bytes>,
}

impl HashingSink {
    /// Puts segments where `offset` will be; the writer writes as many bytes there, which are dropped.
    /// Splices come in the order of their offsets.
    pub fn splice(&mut self, offset: u64, segments: Vec<Bytes>) {
        let left = segments.iter().map(|s| s.len() as u64).sum();
        if left > 0 {
            self.splices.push_back(Splice { offset, left, segments });
        }
    }

    /// The CRC-32 of what came since the last call.
    pub fn take_checksum(&mut self) -> u32 {
        self.seal_block();
        self.unsummed_bytes = 0;
        std::mem::take(&mut self.checksum).finalize()
    }

    /// The finished file: hash, lengths and bytes.
    pub fn finish(mut self) -> EncodedFile {
        let footer_bytes = u32::try_from(self.unsummed_bytes).unwrap_or(u32::MAX);
        let footer_crc = self.take_checksum();
        EncodedFile {
            hash: self.hash.finish(),
            size_bytes: self.size_bytes,
            footer_bytes,
            footer_crc,
            payload: self.segments.into_iter().collect(),
        }
    }

    fn seal_block(&mut self) {
        if !self.block.is_empty() {
            let block = self.block.split().freeze();
            self.take(block);
        }
    }

    fn take(&mut self, segment: Bytes) {
        self.hash.update(&segment);
        self.checksum.update(&segment);
        self.segments.push(segment);
    }

    fn advance(&mut self, bytes: usize) {
        self.size_bytes += bytes as u64;
        self.unsummed_bytes += bytes as u64;
    }

    /// Drops bytes of a placeholder; takes its segments at its end.
    fn drop_placeholder(&mut self, at_most: usize) -> usize {
        let Some(splice) = self.splices.front_mut() else { return 0 };
        let dropped = splice.left.min(at_most as u64);
        splice.left -= dropped;
        if splice.left == 0
            && let Some(splice) = self.splices.pop_front()
        {
            self.seal_block();
            for segment in splice.segments {
                self.take(segment);
            }
        }
        dropped as usize
    }
}

impl Write for HashingSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let until_splice = self.splices.front().map(|s| s.offset.saturating_sub(self.size_bytes));
        let written = match until_splice {
            Some(0) => self.drop_placeholder(bytes.len()),
            ahead => {
                let own = ahead.map_or(bytes.len(), |ahead| bytes.len().min(ahead as usize));
                if self.block.len() + own > BLOCK_BYTES {
                    self.seal_block();
                }
                self.block.extend_from_slice(&bytes[..own]);
                own
            }
        };
        self.advance(written);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Stands for a chunk whose bytes were spliced in: any number of zeros.
pub struct Placeholder;

impl Length for Placeholder {
    fn len(&self) -> u64 {
        u64::MAX
    }
}

impl ChunkReader for Placeholder {
    type T = io::Repeat;

    fn get_read(&self, _offset: u64) -> parquet::errors::Result<io::Repeat> {
        Ok(io::repeat(0))
    }

    fn get_bytes(&self, _offset: u64, length: usize) -> parquet::errors::Result<Bytes> {
        let mut zeros = Vec::new();
        self.get_read(0)?.take(length as u64).read_to_end(&mut zeros)?;
        Ok(zeros.into())
    }
}
