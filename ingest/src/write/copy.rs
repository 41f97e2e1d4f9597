//! Copies media files in blocks.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use bytes::Bytes;
use hub_dataset::sample::{Media, MediaBytes, Sample, SampleError};

use super::staging::cant;

/// Size of the buffer through which files of any size are copied.
const BLOCK_BYTES: usize = 1 << 20;

pub enum CopyError {
    /// The medium can't be read.
    Read(io::Error),
    /// The copy can't be written.
    Write(io::Error),
}

/// Writes a medium's bytes to `out`.
pub fn copy(media: &MediaBytes, out: &mut dyn Write) -> Result<(), CopyError> {
    let size = media.size_bytes();
    let mut at = 0;
    while at < size {
        let block = media.read_at(at, BLOCK_BYTES).map_err(CopyError::Read)?;
        if block.is_empty() {
            return Err(CopyError::Read(io::ErrorKind::UnexpectedEof.into()));
        }
        out.write_all(&block).map_err(CopyError::Write)?;
        at += block.len() as u64;
    }
    Ok(())
}

/// All of a medium that is known to be small.
pub fn read_whole(media: &MediaBytes) -> io::Result<Bytes> {
    let bytes = media.read_all()?;
    if (bytes.len() as u64) < media.size_bytes() {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file ends early"));
    }
    Ok(bytes)
}

/// Writes a medium to a new file, folders above it included. Of a medium that can't be read no file remains,
/// so that a caller may leave the sample out and go on.
pub fn copy_to(media: &MediaBytes, path: &Path, sample: &Sample) -> Result<(), SampleError> {
    make_parent(path)?;
    let mut file = File::create(path).map_err(|e| cant("write", path, e))?;
    copy(media, &mut file).map_err(|error| match error {
        CopyError::Write(e) => cant("write", path, e),
        CopyError::Read(e) => {
            let _ = fs::remove_file(path);
            unreadable(sample, e)
        }
    })
}

/// The error of a medium that can't be read.
pub fn unreadable(sample: &Sample, error: io::Error) -> SampleError {
    SampleError::sample(&sample.place, format!("the sample can't be read: {error}")).because(error)
}

/// Makes the folders above a file.
pub fn make_parent(path: &Path) -> Result<(), SampleError> {
    let Some(parent) = path.parent() else { return Ok(()) };
    fs::create_dir_all(parent).map_err(|e| cant("make", parent, e))
}

/// The first bytes of a medium; of one that can't be read, none.
pub fn head(media: &Media) -> Bytes {
    media.bytes.read_at(0, 64).unwrap_or_default()
}
