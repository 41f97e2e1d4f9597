//! Reads a sample that is an object of its own in blocks, as its reader asks for them.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use hub_dataset::Store;
use hub_decode::ClipReader;
use tokio::runtime::Handle;

/// Bytes of a block: what a request to a bucket fetches, at least.
const BLOCK: u64 = 1 << 20;
/// Blocks that are kept: an index, and the stretch that is being read.
const KEPT: usize = 8;

/// A sample under `blobs/`, from which the blocking readers of media formats read. Clones share the blocks.
#[derive(Clone, Debug)]
pub struct BlobReader {
    at: u64,
    blob: Arc<Blob>,
}

#[derive(Debug)]
struct Blob {
    store: Store,
    path: String,
    size_bytes: u64,
    /// Where requests run, while the thread that decodes waits for them.
    runtime: Handle,
    /// The last blocks that were read, the latest first.
    blocks: Mutex<Vec<(u64, Bytes)>>,
}

impl BlobReader {
    pub fn new(store: Store, path: String, size_bytes: u64, runtime: Handle) -> Self {
        let blob = Blob { store, path, size_bytes, runtime, blocks: Mutex::default() };
        Self { at: 0, blob: Arc::new(blob) }
    }
}

impl Blob {
    /// The block that begins at a place.
    fn block(&self, start: u64) -> io::Result<Bytes> {
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = blocks.iter().position(|(at, _)| *at == start) {
            let block = blocks.remove(place);
            blocks.insert(0, block.clone());
            return Ok(block.1);
        }
        let bytes = self.read(start, (start + BLOCK).min(self.size_bytes))?;
        blocks.truncate(KEPT - 1);
        blocks.insert(0, (start, bytes.clone()));
        Ok(bytes)
    }

    fn read(&self, start: u64, end: u64) -> io::Result<Bytes> {
        if let Some(file) = self.store.local_file(&self.path) {
            let mut bytes = vec![0; (end - start) as usize];
            File::open(file)?.read_exact_at(&mut bytes, start)?;
            return Ok(bytes.into());
        }
        let (done, wait) = sync_channel(1);
        let (store, path) = (self.store.clone(), self.path.clone());
        self.runtime.spawn(async move { drop(done.send(store.range(&path, start..end).await)) });
        match wait.recv() {
            Ok(read) => read.map_err(io::Error::other),
            Err(_) => Err(io::Error::other("the stream's runtime was shut down")),
        }
    }
}

impl ClipReader for BlobReader {}

impl Read for BlobReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.blob.size_bytes || out.is_empty() {
            return Ok(0);
        }
        let start = self.at - self.at % BLOCK;
        let block = self.blob.block(start)?;
        let there = block.get((self.at - start) as usize..).unwrap_or_default();
        let count = there.len().min(out.len());
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        out[..count].copy_from_slice(&there[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for BlobReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => i128::from(at),
            SeekFrom::End(by) => i128::from(self.blob.size_bytes) + i128::from(by),
            SeekFrom::Current(by) => i128::from(self.at) + i128::from(by),
        };
        self.at = u64::try_from(target).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}
