//! The bundled bytes: `data/wordnet30/*.zst`, as `scripts/wordnet.py` writes them.
//!
//! In: three zstd frames. Out: [`Asset`], which reads single numbers and strings in place. Nothing is built on
//! loading: the arrays are flat and sorted, so that loading is no more than decompression, a comparison of
//! lengths and a check that the strings are UTF-8. zstd's checksum in each frame refuses every accidental change;
//! what passes it is still read with bounds checked, so that wrong numbers give wrong answers at worst.
//!
//! Numbers of 24 bits are kept in *planes* (all low bytes, all middle bytes, all high bytes), since similar bytes
//! side by side compress to half the size; reading one is three loads.

use std::ops::Range;

/// Why the bundled files can't be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AssetError {
    #[error("{file}: can't be decompressed: {what}")]
    Unpack { file: &'static str, what: String },
    #[error("numbers.zst: expected the magic number HUBWN30 and version 1 at the beginning")]
    Magic,
    #[error("numbers.zst: expected {expected} bytes according to its header, found {found}")]
    Length { found: usize, expected: u64 },
    #[error("strings.zst: {0}")]
    Strings(&'static str),
}

const MAGIC: &[u8; 8] = b"HUBWN30\x01";
const COUNTS: usize = 13;
const HEADER: usize = MAGIC.len() + 4 * COUNTS;

/// More than any bundled file unpacks to.
const MAX_BYTES: usize = 16 << 20;

/// How many there are of each thing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// By part of speech: nouns, verbs, adjectives, adverbs.
    pub synsets: [u32; 4],
    pub lemmas: u32,
    pub spellings: u32,
    pub words: u32,
    pub senses: u32,
    pub pointers: u32,
    /// Irregular forms, by part of speech.
    pub exceptions: [u32; 4],
}

impl Counts {
    fn read(numbers: &[u8]) -> Option<Self> {
        let (magic, counts) = numbers.get(..HEADER)?.split_at_checked(MAGIC.len())?;
        let (counts, _) = counts.as_chunks::<4>();
        let mut counts = counts.iter().map(|bytes| u32::from_le_bytes(*bytes));
        let mut next = || counts.next();
        (magic == MAGIC).then_some(())?;
        Some(Self {
            synsets: [next()?, next()?, next()?, next()?],
            lemmas: next()?,
            spellings: next()?,
            words: next()?,
            senses: next()?,
            pointers: next()?,
            exceptions: [next()?, next()?, next()?, next()?],
        })
    }

    pub fn all_synsets(&self) -> u32 {
        self.synsets.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }
}

/// An array of 24 bit numbers: where its low plane begins, and how many there are.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Planes {
    at: usize,
    len: usize,
}

/// An array of bytes: its offset and length.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bytes {
    at: usize,
    len: usize,
}

/// Everything but the glosses; by default nothing.
#[derive(Default)]
pub(crate) struct Asset {
    numbers: Vec<u8>,
    strings: String,
    pub counts: Counts,
    /// Of each synset its offset.
    pub offset: Planes,
    /// Of each synset where its words begin in `words`; one more for the end. So do all that end in `_start`.
    pub word_start: Planes,
    /// Numbers of strings: lemmas or spellings.
    pub words: Planes,
    pub string_start: Planes,
    /// Of each lemma where its senses begin in `senses`.
    pub lemma_start: Planes,
    /// Numbers of synsets: by part of speech, then in the order of their senses.
    pub senses: Planes,
    pub pointer_start: Planes,
    /// The number of the target's synset less that of the source's.
    pub pointer_target: Planes,
    pub gloss_start: Planes,
    /// The lexicographer file; the high bit is set for a satellite adjective.
    pub lexfile: Bytes,
    /// Which sense of its first word a synset is.
    pub sense: Bytes,
    pub min_depth: Bytes,
    pub max_depth: Bytes,
    pub height: Bytes,
    pub pointer_kind: Bytes,
    pub pointer_source: Bytes,
    pub pointer_to_word: Bytes,
}

/// Hands out the sections one after another.
struct Sections(usize);

impl Sections {
    fn planes(&mut self, len: u32) -> Planes {
        let planes = Planes { at: self.0, len: len as usize };
        self.0 = self.0.saturating_add(planes.len.saturating_mul(3));
        planes
    }

    fn bytes(&mut self, len: u32) -> Bytes {
        let bytes = Bytes { at: self.0, len: len as usize };
        self.0 = self.0.saturating_add(bytes.len);
        bytes
    }
}

impl Asset {
    /// Unpacks the files that are compiled into this crate.
    pub fn bundled() -> Result<Self, AssetError> {
        Self::load(
            include_bytes!("../data/wordnet30/numbers.zst"),
            include_bytes!("../data/wordnet30/strings.zst"),
        )
    }

    pub fn load(numbers: &[u8], strings: &[u8]) -> Result<Self, AssetError> {
        let numbers = unpack("numbers.zst", numbers)?;
        let strings = String::from_utf8(unpack("strings.zst", strings)?)
            .map_err(|_| AssetError::Strings("is not UTF-8"))?;
        let counts = Counts::read(&numbers).ok_or(AssetError::Magic)?;
        let synsets = counts.all_synsets();
        let sum = |a: u32, b: u32| a.saturating_add(b);
        let all_strings =
            counts.exceptions.iter().fold(sum(counts.lemmas, counts.spellings), |a, b| sum(a, *b));
        let mut next = Sections(HEADER);
        let asset = Self {
            offset: next.planes(synsets),
            word_start: next.planes(sum(synsets, 1)),
            words: next.planes(counts.words),
            string_start: next.planes(sum(all_strings, 1)),
            lemma_start: next.planes(sum(counts.lemmas, 1)),
            senses: next.planes(counts.senses),
            pointer_start: next.planes(sum(synsets, 1)),
            pointer_target: next.planes(counts.pointers),
            gloss_start: next.planes(sum(synsets, 1)),
            lexfile: next.bytes(synsets),
            sense: next.bytes(synsets),
            min_depth: next.bytes(synsets),
            max_depth: next.bytes(synsets),
            height: next.bytes(synsets),
            pointer_kind: next.bytes(counts.pointers),
            pointer_source: next.bytes(counts.pointers),
            pointer_to_word: next.bytes(counts.pointers),
            numbers,
            strings,
            counts,
        };
        if next.0 != asset.numbers.len() {
            return Err(AssetError::Length { found: asset.numbers.len(), expected: next.0 as u64 });
        }
        if asset.number(asset.string_start, all_strings) as usize != asset.strings.len() {
            return Err(AssetError::Strings("has another length than numbers.zst says"));
        }
        Ok(asset)
    }

    /// One number; 0 past the end.
    pub fn number(&self, array: Planes, place: u32) -> u32 {
        let place = place as usize;
        if place >= array.len {
            return 0;
        }
        let byte = |plane: usize| {
            self.numbers.get(array.at + plane * array.len + place).map_or(0, |byte| u32::from(*byte))
        };
        byte(0) | byte(1) << 8 | byte(2) << 16
    }

    /// One byte; 0 past the end.
    pub fn byte(&self, array: Bytes, place: u32) -> u8 {
        let place = place as usize;
        if place >= array.len { 0 } else { self.numbers.get(array.at + place).copied().unwrap_or(0) }
    }

    /// Where the list of a thing lies, by its `_start` array.
    pub fn list(&self, starts: Planes, place: u32) -> Range<u32> {
        self.number(starts, place)..self.number(starts, place.saturating_add(1))
    }

    /// The string at an index; empty past the end.
    pub fn string(&self, place: u32) -> &str {
        let range = self.list(self.string_start, place);
        self.strings.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    /// The lemmas one after another, without anything between.
    pub fn lemma_text(&self) -> &str {
        self.strings.get(..self.number(self.string_start, self.counts.lemmas) as usize).unwrap_or_default()
    }

    /// The first place in `0..len` for which `is_before` no longer holds.
    pub fn partition(range: Range<u32>, is_before: impl Fn(u32) -> bool) -> u32 {
        let (mut low, mut high) = (range.start, range.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if is_before(middle) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// The glosses, a line each.
pub(crate) fn bundled_glosses() -> Result<String, AssetError> {
    let glosses = unpack("glosses.zst", include_bytes!("../data/wordnet30/glosses.zst"))?;
    String::from_utf8(glosses).map_err(|_| AssetError::Strings("glosses are not UTF-8"))
}

/// 24 bit differences in planes, summed up: a list of noun numbers.
pub(crate) fn unpack_differences(file: &'static str, packed: &[u8]) -> Result<Vec<u32>, AssetError> {
    let bytes = unpack(file, packed)?;
    let len = bytes.len() / 3;
    let mut sum = 0u32;
    Ok((0..len)
        .map(|place| {
            let byte = |plane: usize| bytes.get(plane * len + place).map_or(0, |byte| u32::from(*byte));
            sum = sum.wrapping_add(byte(0) | byte(1) << 8 | byte(2) << 16) & 0x00ff_ffff;
            sum
        })
        .collect())
}

fn unpack(file: &'static str, packed: &[u8]) -> Result<Vec<u8>, AssetError> {
    zstd::bulk::decompress(packed, MAX_BYTES)
        .map_err(|error| AssetError::Unpack { file, what: error.to_string() })
}
