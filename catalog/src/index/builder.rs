//! A segment while it is made: rows come in with their concepts, posting blocks go out as blocks of rows fill up.
//!
//! Rows may come in any order. What is held in memory is bounded: beyond some millions of labels the blocks that
//! are behind are encoded; should one of their rows still come, its block gets further posting blocks.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;

use super::concept_key::ConceptKey;
use super::counter::Counter;
use super::list::BLOCK_BITS;
use super::posting_block::{self, Entry, PostingBlock};
use super::segment_header::SegmentHeader;

/// Labels that are held before blocks are encoded: 8 bytes each.
const HELD: usize = 1 << 22;

/// A segment while it is made.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    header: SegmentHeader,
    counter: Counter,
    blocks: BTreeMap<u32, Vec<Entry>>,
    /// The block that the last row was of, kept out of the map.
    block: u32,
    entries: Vec<Entry>,
    held: usize,
    rows: u64,
}

impl Builder {
    /// A row with these concepts; it must have been removed before if it had others.
    pub fn add(&mut self, ordinal: u32, concepts: &[ConceptKey]) {
        let block = ordinal >> BLOCK_BITS;
        if block != self.block {
            self.park();
            self.block = block;
            self.entries = self.blocks.remove(&block).unwrap_or_default();
        }
        self.entries.extend(concepts.iter().map(|concept| Entry::new(*concept, ordinal)));
        self.counter.add(concepts);
        self.held += concepts.len();
        self.rows += 1;
    }

    /// A row that had these concepts until now.
    pub fn remove(&mut self, ordinal: u32, concepts: &[ConceptKey]) {
        self.header.removed.insert(ordinal);
        self.counter.remove(concepts);
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

    /// Blocks that should be encoded now, so that memory stays bounded; none most of the time.
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
        self.header.spans.extend(encoded.blocks.iter().map(|block| block.span));
        for (concept, rows) in &encoded.counts {
            self.counter.list(*concept, *rows);
        }
    }

    /// The segment's header, once the rest is encoded.
    pub fn finish(self) -> SegmentHeader {
        SegmentHeader { counts: self.counter.finish(), ..self.header }
    }
}

/// A block of rows, encoded.
#[derive(Debug, Default)]
pub(crate) struct Encoded {
    pub blocks: Vec<PostingBlock>,
    counts: Vec<(ConceptKey, u64)>,
}

/// Encodes a block of rows: what takes most of the time.
pub(crate) fn encode(block: u32, entries: Vec<Entry>) -> Encoded {
    let mut counts = Vec::new();
    let blocks = posting_block::encode(block, entries, |concept, rows| counts.push((concept, rows)));
    Encoded { blocks, counts }
}

/// The rows of a block that a bitmap of ordinals holds.
pub(crate) fn block_of(bitmap: &RoaringBitmap, block: u32) -> impl Iterator<Item = u32> + '_ {
    let first = block << BLOCK_BITS;
    let last = first | ((1 << BLOCK_BITS) - 1);
    bitmap.range(first..=last).map(move |ordinal| ordinal - first)
}
