//! A seekable reader with a budget.
//!
//! Parsers of audio and video seek freely, and a hostile file can make them read without end. So they get the reader
//! through here: what is read counts against
//! [`Limits::max_header_bytes`], skipping is free, and the length is known from the start, for sizes to be
//! checked against it before they are used.

use std::io::{self, Read, Seek, SeekFrom};

use symphonia::core::io::MediaSource;

use crate::{Limits, MediaError};

/// The part of a reader from some offset to its end, read within a budget.
#[derive(Debug)]
pub(crate) struct Source<R> {
    reader: R,
    start: u64,
    len: u64,
    at: u64,
    limit: u64,
    left: u64,
}

#[derive(Debug, thiserror::Error)]
#[error("no facts found in the first {0} bytes of headers and indexes")]
struct BudgetSpent(u64);

impl<R: Read + Seek> Source<R> {
    /// All of the reader.
    pub(crate) fn new(mut reader: R, limits: &Limits) -> Result<Self, MediaError> {
        let len = reader.seek(SeekFrom::End(0))?;
        reader.seek(SeekFrom::Start(0))?;
        let limit = limits.max_header_bytes;
        Ok(Self { reader, start: 0, len, at: 0, limit, left: limit })
    }

    /// Length in bytes, from the offset on.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Leaves out what lies before `offset`, and stands there.
    pub(crate) fn starting_at(mut self, offset: u64) -> Result<Self, MediaError> {
        let offset = offset.min(self.len);
        self.start += offset;
        self.len -= offset;
        self.seek(SeekFrom::Start(0))?;
        Ok(self)
    }

    /// Up to `len` bytes at `at`, as many as there are.
    pub(crate) fn peek(&mut self, at: u64, len: usize) -> Result<Vec<u8>, MediaError> {
        let there = self.len.saturating_sub(at).min(len as u64);
        let mut bytes = vec![0; there as usize];
        self.fill(at, &mut bytes, || String::from("more"))?;
        Ok(bytes)
    }

    /// Fills `bytes` from `at` on; where the file ends before, the error says what was expected.
    pub(crate) fn fill(
        &mut self,
        at: u64,
        bytes: &mut [u8],
        expected: impl FnOnce() -> String,
    ) -> Result<(), MediaError> {
        if at.checked_add(bytes.len() as u64).is_none_or(|end| end > self.len) {
            return Err(self.ends_before(expected()));
        }
        self.seek(SeekFrom::Start(at))?;
        self.read_exact(bytes).map_err(|error| self.explain(error))
    }

    /// The error of a file that ends where something was expected.
    pub(crate) fn ends_before(&self, expected: impl Into<String>) -> MediaError {
        MediaError::truncated(self.file_len(), expected)
    }

    /// Length in bytes of the whole, what was left out included.
    pub(crate) fn file_len(&self) -> u64 {
        self.start + self.len
    }

    /// Maps an I/O error: the end of the file, the end of the budget, or an error of the reader.
    pub(crate) fn explain(&self, error: io::Error) -> MediaError {
        explain(error, self.file_len())
    }
}

/// [`Source::explain`], after a parser has taken the source; `len` is the file's length.
pub(crate) fn explain(error: io::Error, len: u64) -> MediaError {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return MediaError::truncated(len, "more of its header");
    }
    match error.get_ref().and_then(|inner| inner.downcast_ref::<BudgetSpent>()) {
        Some(BudgetSpent(limit)) => MediaError::HeaderTooLong { limit: *limit },
        None => error.into(),
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() || self.at >= self.len {
            return Ok(0);
        }
        if self.left == 0 {
            return Err(io::Error::other(BudgetSpent(self.limit)));
        }
        let most = out.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let read = self.reader.read(&mut out[..most])?;
        self.left -= read as u64;
        self.at += read as u64;
        Ok(read)
    }
}

impl<R: Seek> Seek for Source<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => i128::from(at),
            SeekFrom::End(by) => i128::from(self.len) + i128::from(by),
            SeekFrom::Current(by) => i128::from(self.at) + i128::from(by),
        };
        let at = u64::try_from(target).ok().and_then(|at| Some((at, at.checked_add(self.start)?)));
        let (at, absolute) = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        self.reader.seek(SeekFrom::Start(absolute))?;
        self.at = at;
        Ok(at)
    }
}

impl<R: Read + Seek + Send + Sync> MediaSource for Source<R> {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.len)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn reading_costs_and_skipping_is_free() {
        let limits = Limits { max_header_bytes: 10, ..Limits::default() };
        let mut source = Source::new(Cursor::new(vec![7; 100]), &limits).unwrap();
        assert_eq!(source.peek(90, 6).unwrap(), [7; 6]);
        source.seek(SeekFrom::Start(50)).unwrap();
        assert_eq!(source.peek(0, 4).unwrap(), [7; 4]);
        assert!(matches!(source.peek(0, 1), Err(MediaError::HeaderTooLong { limit: 10 })));
    }

    #[test]
    fn an_offset_hides_what_lies_before() {
        let source = Source::new(Cursor::new((0..100).collect::<Vec<u8>>()), &Limits::default()).unwrap();
        let mut source = source.starting_at(40).unwrap();
        assert_eq!((source.len(), source.peek(0, 2).unwrap()), (60, vec![40, 41]));
        assert_eq!(source.peek(58, 9).unwrap(), [98, 99]);
        let error = source.fill(55, &mut [0; 9], || "nine".to_owned()).unwrap_err();
        assert_eq!(error.to_string(), "truncated: it breaks off at byte 100; expected nine");
    }
}
