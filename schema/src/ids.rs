//! Identifiers, each a type of its own, so that a row can't be taken for a fragment.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bits of a [`RowId`] that count rows inside a fragment.
const ROW_BITS: u32 = 24;

/// Names a fragment for the life of the data set: 40 bits, drawn from the fragment's content.
///
/// Writers and branches never agree on ids beforehand: the id is the first 40 bits of the BLAKE3 of the
/// fragment's files, and the next free one where it is taken (see `FORMAT.md`, "Fragment ids").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FragmentId(u64);

impl FragmentId {
    /// The greatest id: 2^40 − 1.
    pub const MAX: u64 = (1 << (64 - ROW_BITS)) - 1;

    /// Takes the low 40 bits of `raw`.
    pub const fn from_raw(raw: u64) -> Self {
        Self(raw & Self::MAX)
    }

    /// The id as a number below 2^40.
    pub const fn raw(self) -> u64 {
        self.0
    }

    /// The id to try when this one is taken.
    pub const fn next(self) -> Self {
        Self((self.0 + 1) & Self::MAX)
    }
}

impl fmt::Display for FragmentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:010x}", self.0)
    }
}

/// Names a row for its life, on every branch: 40 bits of fragment, 24 bits of row in it.
///
/// Compaction moves rows into new fragments and keeps their ids ([`crate::Fragment::row_ids`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RowId(u64);

impl RowId {
    /// The most rows a fragment may hold.
    pub const MAX_ROWS: u32 = 1 << ROW_BITS;

    /// The row `offset` (below 2^24) of `fragment`.
    pub const fn new(fragment: FragmentId, offset: u32) -> Self {
        Self((fragment.0 << ROW_BITS) | (offset as u64 & ((1 << ROW_BITS) - 1)))
    }

    /// The id as 64 bits, as it stands in manifests, plans and results.
    pub const fn raw(self) -> u64 {
        self.0
    }

    /// The id from its 64 bits.
    pub const fn from_raw(raw: u64) -> Self {
        Self(raw)
    }

    /// The fragment the row was born in.
    pub const fn fragment(self) -> FragmentId {
        FragmentId(self.0 >> ROW_BITS)
    }

    /// The row's place in the fragment it was born in.
    pub const fn offset(self) -> u32 {
        (self.0 & ((1 << ROW_BITS) - 1)) as u32
    }
}

impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.fragment(), self.offset())
    }
}

/// Names a column for its life: a rename keeps it, a dropped one is not given again.
///
/// Ids are 31 bits (Parquet's field ids are signed), drawn from the name and a count rather than counted up:
/// two branches that add a column each give them different ids, so that a merge renumbers nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldId(pub u32);

impl FieldId {
    /// The greatest id: 2^31 − 1.
    pub const MAX: u32 = i32::MAX as u32;

    /// The id of a new column: the low 31 bits of the first four bytes (big-endian) of the BLAKE3 of its name,
    /// a zero byte, and how many columns there ever were, in decimal digits.
    pub fn draw(name: &str, columns_ever: u32) -> Self {
        let hash = blake3::hash(format!("{name}\0{columns_ever}").as_bytes());
        let first = hash.as_bytes()[..4].iter().fold(0, |id, byte| (id << 8) | u32::from(*byte));
        Self(first & Self::MAX)
    }

    /// The id to try when this one is taken.
    pub const fn next(self) -> Self {
        Self((self.0 + 1) & Self::MAX)
    }
}

impl fmt::Display for FieldId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The BLAKE3 of a file's bytes, which is also its name: 32 bytes, 64 hex digits in text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash(pub [u8; 32]);

/// A commit's id: the BLAKE3 of the commit file's bytes.
pub type CommitId = ContentHash;

impl ContentHash {
    /// The first 12 hex digits, for people.
    pub fn short(&self) -> String {
        self.to_string()[..12].to_owned()
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The text is not 64 hex digits.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a BLAKE3 hash: expected 64 hex digits")]
pub struct ParseHashError(pub String);

impl FromStr for ContentHash {
    type Err = ParseHashError;

    fn from_str(text: &str) -> Result<Self, ParseHashError> {
        let bad = || ParseHashError(text.to_owned());
        if text.len() != 64 || !text.is_ascii() {
            return Err(bad());
        }
        let mut out = [0; 32];
        for (i, byte) in out.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).map_err(|_| bad())?;
        }
        Ok(Self(out))
    }
}

impl Serialize for ContentHash {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ContentHash {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}
