//! A gzip file whose first bytes are known last.
//!
//! An IDX header has the number of samples, which a sink knows only at the end. The file is one ordinary gzip
//! member: a deflate block that stores the header as it is, at a place that can be overwritten, then
//! compressed blocks, then the checksum, which is combined from those of header and body. So nothing is
//! written twice, and programs that read only the first member of a gzip file read all of it.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// Magic, deflate, no flags, no time, no hint, unknown system.
const GZIP: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// A gzip file that begins with a header of a fixed length.
pub struct HeadedGzip {
    body: DeflateEncoder<BufWriter<File>>,
    crc: Crc,
    header_len: usize,
    /// The length of header and body, as gzip counts it: modulo 2^32.
    len: u32,
}

impl HeadedGzip {
    /// Creates the file, with room for a header.
    pub fn create(path: &Path, header_len: usize) -> io::Result<Self> {
        let too_long =
            || io::Error::new(io::ErrorKind::InvalidInput, "the header is longer than 65,535 bytes");
        let len = u16::try_from(header_len).map_err(|_| too_long())?;
        let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
        out.write_all(&GZIP)?;
        // Not the last block, stored; its length, and the length's complement.
        out.write_all(&[0])?;
        out.write_all(&len.to_le_bytes())?;
        out.write_all(&(!len).to_le_bytes())?;
        out.write_all(&vec![0; header_len])?;
        let body = DeflateEncoder::new(out, Compression::default());
        Ok(Self { body, crc: Crc::new(), header_len, len: u32::from(len) })
    }

    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.crc.update(bytes);
        self.len = self.len.wrapping_add(bytes.len() as u32);
        self.body.write_all(bytes)
    }

    /// Fills in the header and closes the file.
    pub fn finish(self, header: &[u8]) -> io::Result<()> {
        debug_assert_eq!(header.len(), self.header_len);
        let mut out = self.body.finish()?;
        let mut crc = Crc::new();
        crc.update(header);
        crc.combine(&self.crc);
        out.write_all(&crc.sum().to_le_bytes())?;
        out.write_all(&self.len.to_le_bytes())?;
        out.seek(SeekFrom::Start(GZIP.len() as u64 + 5))?;
        out.write_all(header)?;
        out.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read;

    use super::*;

    #[test]
    fn it_is_one_ordinary_member() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.gz");
        let body: Vec<u8> = (0..300_000_u32).flat_map(|i| (i / 7).to_le_bytes()).collect();
        let mut file = HeadedGzip::create(&path, 16).unwrap();
        body.chunks(1000).for_each(|chunk| file.write(chunk).unwrap());
        file.finish(b"0123456789abcdef").unwrap();
        let mut read = Vec::new();
        // The decoder for one member checks the checksum and the length.
        let packed = fs::read(&path).unwrap();
        flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut read).unwrap();
        assert_eq!(&read[..16], b"0123456789abcdef");
        assert!(read[16..] == body);
        assert!(packed.len() < body.len() / 2);
    }
}
