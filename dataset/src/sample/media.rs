//! Media of a sample: named now, read later.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use hub_schema::ContentHash;
use rustix::buffer::spare_capacity;
use rustix::io::retry_on_intr;

/// An encoded image, audio or video.
#[derive(Clone, Debug, PartialEq)]
pub struct Media {
    /// Its original name, relative to the source (`train/n01440764/a.JPEG`); kept in the data set.
    pub name: String,
    /// The encoded bytes, or where to read them.
    pub bytes: MediaBytes,
}

impl Media {
    /// A medium that came without a name: it gets the first 16 digits of its BLAKE3 hash, and the ending of its format
    /// (`jpg`) if that is known.
    pub fn unnamed(bytes: Bytes, ending: Option<&str>) -> Self {
        let hash = blake3::hash(&bytes).to_hex();
        let name = match ending {
            Some(ending) => format!("{}.{ending}", &hash[..16]),
            None => hash[..16].to_owned(),
        };
        Self { name, bytes: MediaBytes::Memory(bytes) }
    }
}

/// Where a medium's bytes are.
#[derive(Clone)]
pub enum MediaBytes {
    /// The bytes themselves, in memory.
    Memory(Bytes),
    /// In a file (`offset` 0), or in a range of an uncompressed archive.
    File {
        /// The path of the file or archive.
        path: PathBuf,
        /// Where in it the sample begins.
        offset: u64,
        /// The sample's length in bytes.
        len: u64,
    },
    /// In an object store; read in ranges.
    Object(Arc<dyn ReadAt>),
}

/// Bytes that can be read from anywhere in them. Calls block.
pub trait ReadAt: Send + Sync + fmt::Debug {
    /// The total length in bytes.
    fn size_bytes(&self) -> u64;
    /// Reads `len` bytes at `offset`; fewer only at the end.
    fn read_at(&self, offset: u64, len: usize) -> io::Result<Bytes>;
    /// The hash under which a data set stores these bytes as an object of their own (`blobs/<hash>`).
    fn blob(&self) -> Option<ContentHash> {
        None
    }
}

impl MediaBytes {
    /// The total length in bytes.
    pub fn size_bytes(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File { len, .. } => *len,
            Self::Object(object) => object.size_bytes(),
        }
    }

    /// Reads `len` bytes at `offset`; fewer only at the end. Blocks.
    pub fn read_at(&self, offset: u64, len: usize) -> io::Result<Bytes> {
        let left = self.size_bytes().saturating_sub(offset);
        let len = len.min(usize::try_from(left).unwrap_or(usize::MAX));
        match self {
            Self::Memory(bytes) => Ok(bytes.slice(offset as usize..offset as usize + len)),
            Self::File { path, offset: start, .. } => read_file(path, start + offset, len),
            Self::Object(object) => object.read_at(offset, len),
        }
    }

    /// Reads everything. Blocks; for samples that are known to be small.
    pub fn read_all(&self) -> io::Result<Bytes> {
        self.read_at(0, usize::try_from(self.size_bytes()).unwrap_or(usize::MAX))
    }

    /// A reader from the start, for probing and copying; reads `MediaBytes` in blocks of 1 MiB.
    pub fn reader(&self) -> MediaReader {
        MediaReader { media: self.clone(), block: Bytes::new(), block_at: 0, at: 0 }
    }
}

/// Reads exactly `len` bytes of a file, in one go: the standard library would fill the buffer with zeros first, or
/// begin with small pieces.
fn read_file(path: &Path, offset: u64, len: usize) -> io::Result<Bytes> {
    let file = File::open(path)?;
    let mut buffer: Vec<u8> = Vec::with_capacity(len);
    while buffer.len() < len {
        let at = offset + buffer.len() as u64;
        let read = retry_on_intr(|| rustix::io::pread(&file, spare_capacity(&mut buffer), at))?;
        if read == 0 {
            let problem = format!("{len} bytes at byte {offset} were expected, {} are there", buffer.len());
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, problem));
        }
    }
    // A file that grew meanwhile may fill what was given beyond.
    buffer.truncate(len);
    Ok(buffer.into())
}

impl fmt::Debug for MediaBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory(bytes) => write!(f, "Memory({} bytes)", bytes.len()),
            Self::File { path, offset, len } => write!(f, "File({}, {offset}+{len})", path.display()),
            Self::Object(object) => write!(f, "{object:?}"),
        }
    }
}

/// Equal in where they are or, in memory, in what they are.
impl PartialEq for MediaBytes {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Memory(a), Self::Memory(b)) => a == b,
            (Self::File { path: a, offset: ao, len: al }, Self::File { path: b, offset: bo, len: bl }) => {
                a == b && ao == bo && al == bl
            }
            (Self::Object(a), Self::Object(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

/// `Read + Seek` over a medium, in constant memory.
#[derive(Debug)]
pub struct MediaReader {
    media: MediaBytes,
    block: Bytes,
    block_at: u64,
    at: u64,
}

impl MediaReader {
    const BLOCK_BYTES: usize = 1 << 20;
}

impl io::Read for MediaReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.media.size_bytes() {
            return Ok(0);
        }
        let inside = self.at >= self.block_at && self.at < self.block_at + self.block.len() as u64;
        if !inside {
            self.block = self.media.read_at(self.at, Self::BLOCK_BYTES)?;
            self.block_at = self.at;
        }
        let from = (self.at - self.block_at) as usize;
        let n = out.len().min(self.block.len() - from);
        out[..n].copy_from_slice(&self.block[from..from + n]);
        self.at += n as u64;
        Ok(n)
    }
}

impl io::Seek for MediaReader {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        let target = match to {
            io::SeekFrom::Start(at) => i128::from(at),
            io::SeekFrom::End(by) => i128::from(self.media.size_bytes()) + i128::from(by),
            io::SeekFrom::Current(by) => i128::from(self.at) + i128::from(by),
        };
        self.at = u64::try_from(target)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "seek before the start"))?;
        Ok(self.at)
    }
}
