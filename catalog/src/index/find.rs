//! Finds the rows of a block that carry one of some concepts, block by block, lazily.
//!
//! A block's rows are a bit each, 128 KiB: the segments are laid over each other from the oldest to the newest,
//! each taking away the rows that lost their labels and adding those that have the wanted ones. A first page
//! mostly needs one block.

use std::collections::HashMap;
use std::ops::Range;

use super::builder::block_of;
use super::concept_key::ConceptKey;
use super::failure::Failure;
use super::list::{BLOCK_BITS, BLOCK_ROWS};
use super::posting_block::{Span, each_list};
use super::segment::Segment;
use super::synset_index::SynsetIndex;

const WORDS: usize = BLOCK_ROWS as usize / 64;

/// Finds rows with some concepts.
pub(crate) struct Finder<'a> {
    index: &'a SynsetIndex,
    /// The segments of the revision, oldest first.
    segments: Vec<Segment>,
    /// What is wanted, in order.
    wanted: Vec<ConceptKey>,
    /// The blocks that were read; none where a block has no such row.
    blocks: HashMap<u32, Option<Vec<u64>>>,
}

impl<'a> Finder<'a> {
    pub fn new(index: &'a SynsetIndex, segments: Vec<Segment>, mut wanted: Vec<ConceptKey>) -> Self {
        wanted.sort_unstable();
        wanted.dedup();
        Self { index, segments, wanted, blocks: HashMap::new() }
    }

    /// Calls `found` with the ordinals in a range that are rows with one of the concepts, in order, as long as
    /// it says to go on. Says whether it did to the end.
    pub async fn each(
        &mut self,
        ordinals: Range<u64>,
        mut found: impl FnMut(u32) -> bool,
    ) -> Result<bool, Failure> {
        let mut at = ordinals.start;
        while at < ordinals.end {
            let block = (at >> BLOCK_BITS) as u32;
            let start = u64::from(block) << BLOCK_BITS;
            let stop = ordinals.end.min(start + u64::from(BLOCK_ROWS));
            if let Some(words) = self.block(block).await? {
                let (mut word, last) = ((at - start) as usize / 64, (stop - 1 - start) as usize / 64);
                let mut bits = words[word] & (!0 << (at % 64));
                loop {
                    while bits != 0 {
                        let ordinal = start + (word * 64) as u64 + u64::from(bits.trailing_zeros());
                        if ordinal >= stop {
                            break;
                        }
                        if !found(ordinal as u32) {
                            return Ok(false);
                        }
                        bits &= bits - 1;
                    }
                    if word == last {
                        break;
                    }
                    word += 1;
                    bits = words[word];
                }
            }
            at = stop;
        }
        Ok(true)
    }

    async fn block(&mut self, block: u32) -> Result<Option<&Vec<u64>>, Failure> {
        if !self.blocks.contains_key(&block) {
            let words = self.load(block).await?;
            self.blocks.insert(block, words);
        }
        Ok(self.blocks.get(&block).and_then(Option::as_ref))
    }

    async fn load(&self, block: u32) -> Result<Option<Vec<u64>>, Failure> {
        let mut words: Option<Vec<u64>> = None;
        for segment in &self.segments {
            if let Some(words) = &mut words {
                for row in block_of(&segment.header.removed, block) {
                    words[row as usize / 64] &= !(1 << (row % 64));
                }
            }
            let spans = &segment.header.spans;
            let numbers: Vec<usize> = (0..spans.len()).filter(|i| self.may_hold(block, &spans[*i])).collect();
            if numbers.is_empty() {
                continue;
            }
            let words = words.get_or_insert_with(|| vec![0; WORDS]);
            let read = |number: usize, postings: &[u8]| {
                each_list(spans[number], postings, |concept, list| {
                    if self.wanted.binary_search(&concept).is_err() {
                        return Ok(());
                    }
                    list.each(|row| words[row as usize / 64] |= 1 << (row % 64))
                })
            };
            self.index.posting_blocks(segment, &numbers, read).await?;
        }
        Ok(words.filter(|words| words.iter().any(|word| *word != 0)))
    }

    fn may_hold(&self, block: u32, span: &Span) -> bool {
        let next = self.wanted.partition_point(|concept| *concept < span.first);
        span.block == block && self.wanted.get(next).is_some_and(|concept| *concept <= span.last)
    }
}
