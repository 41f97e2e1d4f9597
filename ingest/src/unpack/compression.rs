//! The compressions of tars, told by their first bytes.

use std::io::{self, BufRead, Read};

/// A compression of a whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    Gzip,
    Bzip2,
    Xz,
    Zstd,
}

/// Maximum memory of the decoder of an xz file. `xz -9` needs 65 MiB.
const MAX_XZ_KIB: u32 = 256 << 10;

impl Compression {
    /// Number of bytes that tell it.
    pub const HEAD_BYTES: usize = 6;

    /// The compression of a file that begins with these bytes.
    pub fn of_head(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Some(Self::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            _ => None,
        }
    }

    /// A reader of what the file holds.
    ///
    /// # Errors
    /// The decoder can't be made.
    pub fn reader(self, file: impl BufRead + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(file)),
            Self::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(file)),
            Self::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(file, true, MAX_XZ_KIB)),
            // Its own limit of the window is 128 MiB.
            Self::Zstd => Box::new(zstd::Decoder::with_buffer(file)?),
        })
    }
}
