//! A segment while it is made: rows come in with their meanings, parts go out as blocks fill up.
//!
//! Rows may come in any order. What is held in memory is bounded: beyond some millions of labels the blocks that
//! are behind become parts; should one of their rows still come, its block gets further parts.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;

use super::concept_key::ConceptKey;
use super::counter::Counter;
use super::list::BLOCK_BITS;
use super::posting_block::{self, Entry, PostingBlock};
use super::segment_header::SegmentHeader;

/// Labels that are held before blocks are made into parts: 8 bytes each.
const HELD: usize = 1 << 22;

/// A segment while it is made.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    head: SegmentHeader,
    tally: Counter,
    blocks: BTreeMap<u32, Vec<Entry>>,
    /// The block that the last row was of, kept out of the map.
    block: u32,
    entries: Vec<Entry>,
    held: usize,
    rows: u64,
}

impl Builder {
    /// A row with these meanings; it must have been removed before if it had others.
    pub fn add(&mut self, ordinal: u32, meanings: &[ConceptKey]) {
        let block = ordinal >> BLOCK_BITS;
        if block != self.block {
            self.park();
            self.block = block;
            self.entries = self.blocks.remove(&block).unwrap_or_default();
        }
        self.entries.extend(meanings.iter().map(|meaning| Entry::new(*meaning, ordinal)));
        self.tally.add(meanings);
        self.held += meanings.len();
        self.rows += 1;
    }

    /// A row that had these meanings until now.
    pub fn remove(&mut self, ordinal: u32, meanings: &[ConceptKey]) {
        self.head.removed.insert(ordinal);
        self.tally.remove(meanings);
        self.rows += 1;
    }

    /// Rows that came and went.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    fn park(&mut self) {
        let entries = std::mem::take(&mut self.entries);
        if !entries.is_empty() {
            self.blocks.insert(self.block, entries);
        }
    }

    /// Blocks that should become parts now, so that memory stays bounded; none most of the time.
    pub fn ready(&mut self) -> Vec<(u32, Vec<Entry>)> {
        if self.held < HELD {
            return Vec::new();
        }
        // The block that is being filled stays, unless it is all there is.
        if self.blocks.is_empty() {
            self.park();
        }
        self.take()
    }

    /// All blocks that are left.
    pub fn rest(&mut self) -> Vec<(u32, Vec<Entry>)> {
        self.park();
        self.take()
    }

    fn take(&mut self) -> Vec<(u32, Vec<Entry>)> {
        self.held = self.entries.len();
        std::mem::take(&mut self.blocks).into_iter().collect()
    }

    /// Takes note of encoded blocks.
    pub fn encoded(&mut self, encoded: &Encoded) {
        self.head.parts.extend(encoded.parts.iter().map(|part| part.span));
        for (meaning, rows) in &encoded.counts {
            self.tally.list(*meaning, *rows);
        }
    }

    /// The segment's head, once the rest is encoded.
    pub fn finish(self) -> SegmentHeader {
        SegmentHeader { counts: self.tally.finish(), ..self.head }
    }
}

/// A block that became parts.
#[derive(Debug, Default)]
pub(crate) struct Encoded {
    pub parts: Vec<PostingBlock>,
    counts: Vec<(ConceptKey, u64)>,
}

/// Makes parts of a block: the part of the work that takes long.
pub(crate) fn encode(block: u32, entries: Vec<Entry>) -> Encoded {
    let mut counts = Vec::new();
    let parts = posting_block::encode(block, entries, |meaning, rows| counts.push((meaning, rows)));
    Encoded { parts, counts }
}

/// The rows of a block that a bitmap of ordinals holds.
pub(crate) fn block_of(bitmap: &RoaringBitmap, block: u32) -> impl Iterator<Item = u32> + '_ {
    let first = block << BLOCK_BITS;
    let last = first | ((1 << BLOCK_BITS) - 1);
    bitmap.range(first..=last).map(move |ordinal| ordinal - first)
}
