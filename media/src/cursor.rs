//! A cursor over bytes that may be truncated anywhere.

use crate::MediaError;

/// A place in a byte slice. Every step says what it expects, so that the error of a file that breaks off
/// names it.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The offset of the next byte.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// What is left.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The next `len` bytes.
    pub(crate) fn take(
        &mut self,
        len: usize,
        expected: impl FnOnce() -> String,
    ) -> Result<&'a [u8], MediaError> {
        let end = self.at.checked_add(len).filter(|end| *end <= self.bytes.len());
        let Some(end) = end else {
            return Err(MediaError::truncated(self.bytes.len() as u64, expected()));
        };
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    /// The next `N` bytes.
    pub(crate) fn array<const N: usize>(
        &mut self,
        expected: impl FnOnce() -> String,
    ) -> Result<[u8; N], MediaError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N, expected)?);
        Ok(array)
    }

    /// The next byte.
    pub(crate) fn byte(&mut self, expected: impl FnOnce() -> String) -> Result<u8, MediaError> {
        self.array::<1>(expected).map(|[byte]| byte)
    }

    /// An error about the bytes at `at`.
    pub(crate) fn damaged(at: usize, problem: impl Into<String>) -> MediaError {
        MediaError::damaged(at as u64, problem)
    }
}
