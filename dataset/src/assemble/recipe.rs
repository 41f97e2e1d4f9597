//! How a file is assembled: a list of segments, one after the other.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use super::chunk::Origin;

/// A run of bytes of the file.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    /// Where it begins in the file.
    start: u64,
    /// The segment's length in bytes.
    length: u64,
    /// Where the segment's bytes are stored.
    origin: Origin,
    /// The offset of its first byte within the origin.
    offset: u64,
}

/// A part of a segment, to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Where the piece's bytes are stored.
    pub origin: Origin,
    /// The piece's byte range within the origin.
    pub range: Range<u64>,
}

/// A file that exists only as a list of segments to read.
#[derive(Clone)]
pub struct Recipe {
    segments: Vec<Segment>,
    size_bytes: u64,
    etag: String,
    rows: u64,
}

impl fmt::Debug for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Recipe");
        debug.field("segments", &self.segments.len()).field("size_bytes", &self.size_bytes);
        debug.field("etag", &self.etag).finish_non_exhaustive()
    }
}

impl Recipe {
    /// The length of the file.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// 40 hex digits that identify the file's bytes: two files of the same etag are equal.
    pub fn etag(&self) -> &str {
        &self.etag
    }

    /// The number of rows in the file.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// How many of the file's bytes lie in stored files, untouched.
    pub fn stored_bytes(&self) -> u64 {
        let stored = self.segments.iter().filter(|s| matches!(s.origin, Origin::Stored(_)));
        stored.map(|s| s.length).sum()
    }

    /// Bytes of memory that the recipe takes.
    pub(super) fn memory_bytes(&self) -> usize {
        let literal = |s: &Segment| match &s.origin {
            Origin::Literal(bytes) => bytes.len(),
            _ => 0,
        };
        self.segments.iter().map(|s| size_of::<Segment>() + literal(s)).sum()
    }

    /// What to read for a range of the file, in pieces of at most `max_bytes`.
    pub(super) fn pieces(
        self: Arc<Self>,
        range: Range<u64>,
        max_bytes: u64,
    ) -> impl Iterator<Item = Piece> + use<> {
        let end = range.end.min(self.size_bytes);
        let max_bytes = max_bytes.max(1);
        let mut at = range.start;
        let mut next = self.segments.partition_point(|s| s.start + s.length <= at);
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let segment = self.segments.get(next)?;
            let stop = (segment.start + segment.length).min(end).min(at.saturating_add(max_bytes));
            let into = at - segment.start;
            let from = segment.offset + into;
            let piece = Piece { origin: segment.origin.clone(), range: from..from + (stop - at) };
            at = stop;
            if at == segment.start + segment.length {
                next += 1;
            }
            Some(piece)
        })
    }
}

/// Builds a recipe from its first byte to its last.
#[derive(Debug)]
pub(super) struct RecipeBuilder {
    segments: Vec<Segment>,
    size_bytes: u64,
}

impl RecipeBuilder {
    /// A builder of a file without segments.
    pub fn new() -> Self {
        Self { segments: Vec::new(), size_bytes: 0 }
    }

    /// Where the next byte goes.
    pub fn at(&self) -> u64 {
        self.size_bytes
    }

    /// Appends bytes that are in memory.
    pub fn literal(&mut self, bytes: Bytes) {
        let length = bytes.len() as u64;
        self.push(Origin::Literal(bytes), 0..length);
    }

    /// A range of something; joined with the segment before it if it goes on there.
    pub fn push(&mut self, origin: Origin, range: Range<u64>) {
        let length = range.end.saturating_sub(range.start);
        if length == 0 {
            return;
        }
        match self.segments.last_mut() {
            Some(last)
                if !matches!(origin, Origin::Literal(_))
                    && last.origin == origin
                    && last.offset + last.length == range.start =>
            {
                last.length += length;
            }
            _ => {
                self.segments.push(Segment { start: self.size_bytes, length, origin, offset: range.start });
            }
        }
        self.size_bytes += length;
    }

    /// The recipe of all segments, for a file of `rows` rows.
    pub fn finish(self, rows: u64) -> Recipe {
        let mut hasher = blake3::Hasher::new();
        for segment in &self.segments {
            let place = |hasher: &mut blake3::Hasher, kind: u8, name: &[u8]| {
                hasher.update(&[kind]).update(name);
                hasher.update(&segment.offset.to_le_bytes()).update(&segment.length.to_le_bytes());
            };
            match &segment.origin {
                Origin::Literal(bytes) => place(&mut hasher, 0, blake3::hash(bytes).as_bytes()),
                Origin::Stored(path) => place(&mut hasher, 1, blake3::hash(path.as_bytes()).as_bytes()),
                Origin::Rewritten(part) => place(&mut hasher, 2, &part.hash.0),
            }
        }
        let etag = hasher.finalize().to_hex().as_str()[..40].to_owned();
        Recipe { segments: self.segments, size_bytes: self.size_bytes, etag, rows }
    }
}
