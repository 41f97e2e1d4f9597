//! Encodes numbers to bytes and back. Decoding validates its input: a blob that was cut
//! or changed is an error, never a panic and never a huge allocation.

use roaring::RoaringBitmap;

use crate::error::{Error, Result};

/// A stored value that is not what was written.
pub(crate) fn damaged(what: &'static str) -> Error {
    Error::Damaged { column: what, found: "bytes that are cut or changed".to_owned() }
}

/// Appends a number, seven bits a byte.
pub(crate) fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends a number that may be below zero.
pub(crate) fn put_signed(out: &mut Vec<u8>, number: i64) {
    put(out, ((number << 1) ^ (number >> 63)) as u64);
}

/// Appends bytes with their length before them.
pub(crate) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Appends a bitmap with its length before it.
pub(crate) fn put_bitmap(out: &mut Vec<u8>, bitmap: &RoaringBitmap) {
    let mut bytes = Vec::with_capacity(bitmap.serialized_size());
    // A vector takes all that is written.
    let _ = bitmap.serialize_into(&mut bytes);
    put_bytes(out, &bytes);
}

/// Takes numbers and bytes off the front.
pub(crate) struct Reader<'a> {
    left: &'a [u8],
    what: &'static str,
}

impl<'a> Reader<'a> {
    /// Reads `bytes`, which are called `what` in an error.
    pub fn new(bytes: &'a [u8], what: &'static str) -> Self {
        Self { left: bytes, what }
    }

    pub fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    pub fn damaged(&self) -> Error {
        damaged(self.what)
    }

    pub fn number(&mut self) -> Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.left.split_first().ok_or_else(|| damaged(self.what))?;
            self.left = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(self.damaged())
    }

    pub fn small(&mut self) -> Result<u32> {
        self.number()?.try_into().map_err(|_| self.damaged())
    }

    pub fn signed(&mut self) -> Result<i64> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    pub fn bytes(&mut self) -> Result<&'a [u8]> {
        let length = self.number()?;
        self.exactly(length)
    }

    pub fn exactly(&mut self, length: u64) -> Result<&'a [u8]> {
        let length = usize::try_from(length).map_err(|_| self.damaged())?;
        let (bytes, rest) = self.left.split_at_checked(length).ok_or_else(|| damaged(self.what))?;
        self.left = rest;
        Ok(bytes)
    }

    pub fn bitmap(&mut self) -> Result<RoaringBitmap> {
        RoaringBitmap::deserialize_from(self.bytes()?).map_err(|_| self.damaged())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out_and_what_is_cut_is_refused() {
        let mut out = Vec::new();
        let numbers = [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX];
        numbers.iter().for_each(|n| put(&mut out, *n));
        let signed = [0, -1, 1, -64, 64, i64::MIN, i64::MAX];
        signed.iter().for_each(|n| put_signed(&mut out, *n));
        let bitmap: RoaringBitmap = [1, 5, 70_000].into_iter().collect();
        put_bitmap(&mut out, &bitmap);
        let mut reader = Reader::new(&out, "x");
        numbers.iter().for_each(|n| assert_eq!(reader.number().unwrap(), *n));
        signed.iter().for_each(|n| assert_eq!(reader.signed().unwrap(), *n));
        assert_eq!(reader.bitmap().unwrap(), bitmap);
        assert!(reader.is_empty());
        for length in 0..out.len() {
            let mut reader = Reader::new(&out[..length], "x");
            let whole = (0..7).all(|_| reader.number().is_ok())
                && (0..7).all(|_| reader.signed().is_ok())
                && reader.bitmap().is_ok();
            assert!(!whole, "{length}");
        }
        assert!(Reader::new(&[0xff; 20], "x").number().is_err());
    }
}
