//! Writes one tar.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::PathBuf;

use hub_dataset::sample::{MediaBytes, SampleError};

use crate::write::staging::cant;

/// A tar being written. It holds no times, users or paths of the machine, so equal samples make equal tars.
pub struct Shard {
    path: PathBuf,
    tar: tar::Builder<BufWriter<File>>,
    /// Bytes so far, headers and padding included.
    pub bytes: u64,
    pub samples: u64,
}

impl Shard {
    pub fn create(path: PathBuf) -> Result<Self, SampleError> {
        let file = File::create(&path).map_err(|e| cant("write", &path, e))?;
        let tar = tar::Builder::new(BufWriter::with_capacity(1 << 20, file));
        Ok(Self { path, tar, bytes: 0, samples: 0 })
    }

    /// Adds a member. An error leaves the tar broken in the middle, so it is fatal, also where it is the
    /// member's bytes that can't be read.
    pub fn add(&mut self, name: &str, content: &MediaBytes) -> Result<(), SampleError> {
        let size = content.size_bytes();
        let mut header = tar::Header::new_gnu();
        header.set_size(size);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_entry_type(tar::EntryType::Regular);
        let mut exactly = Exactly { left: size, inner: content.reader() };
        let added = self.tar.append_data(&mut header, name, &mut exactly);
        added.map_err(|e| cant("write", &self.path, e))?;
        self.bytes += 512 + size.next_multiple_of(512);
        Ok(())
    }

    pub fn finish(self) -> Result<(), SampleError> {
        let path = self.path;
        let end = || self.tar.into_inner()?.flush();
        end().map_err(|e| cant("write", &path, e))
    }
}

/// Reads exactly as many bytes as the header says, or fails.
struct Exactly<R> {
    left: u64,
    inner: R,
}

impl<R: Read> Read for Exactly<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Ok(0);
        }
        let most = out.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        match self.inner.read(&mut out[..most])? {
            0 => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the sample's file ended early")),
            n => {
                self.left -= n as u64;
                Ok(n)
            }
        }
    }
}
