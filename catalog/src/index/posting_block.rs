//! A posting block: posting lists of one block of rows, in the order of their concepts, in one row of the database.
//!
//! It holds some 32 KiB: a concept's lists lie in few of them, since WordNet's offsets keep most kinds of a
//! thing together, and a query for a rare one reads little besides.

use super::bytes::{Reader, put};
use super::concept_key::ConceptKey;
use super::list::{self, BLOCK_BITS, BLOCK_ROWS, List};
use crate::error::Result;

/// When a posting block is full.
const BLOCK_BYTES: usize = 32 * 1024;

/// The block of rows and the concepts of a posting block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub block: u32,
    pub first: ConceptKey,
    pub last: ConceptKey,
}

/// A posting block, ready to be stored.
#[derive(Debug)]
pub(crate) struct PostingBlock {
    pub span: Span,
    pub postings: Vec<u8>,
}

/// A label of a row of a block: the concept, then the row, so that they sort into lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry(u64);

impl Entry {
    pub fn new(concept: ConceptKey, row: u32) -> Self {
        Self(u64::from(concept.raw()) << BLOCK_BITS | u64::from(row & (BLOCK_ROWS - 1)))
    }

    pub fn concept(self) -> ConceptKey {
        ConceptKey::from_raw((self.0 >> BLOCK_BITS) as u32)
    }

    pub fn row(self) -> u32 {
        self.0 as u32 & (BLOCK_ROWS - 1)
    }
}

/// Encodes the entries of a block of rows, and says how many rows each concept has.
pub(crate) fn encode(
    block: u32,
    mut entries: Vec<Entry>,
    mut count: impl FnMut(ConceptKey, u64),
) -> Vec<PostingBlock> {
    entries.sort_unstable();
    entries.dedup();
    let mut full = Vec::new();
    let mut open: Option<PostingBlock> = None;
    for list in entries.chunk_by(|a, b| a.concept() == b.concept()) {
        let concept = list[0].concept();
        count(concept, list.len() as u64);
        let span = Span { block, first: concept, last: concept };
        let posting_block = open.get_or_insert_with(|| PostingBlock { span, postings: Vec::new() });
        put(&mut posting_block.postings, u64::from(concept.raw() - posting_block.span.last.raw()));
        posting_block.span.last = concept;
        list::encode(&mut posting_block.postings, list.iter().map(|entry| entry.row()));
        if posting_block.postings.len() >= BLOCK_BYTES {
            full.extend(open.take());
        }
    }
    full.extend(open);
    full
}

/// Calls `list` with each list of a posting block.
pub(crate) fn each_list(
    span: Span,
    postings: &[u8],
    mut list: impl FnMut(ConceptKey, List<'_>) -> Result<()>,
) -> Result<()> {
    let mut reader = Reader::new(postings, "index_parts.postings");
    let mut concept = span.first.raw();
    while !reader.is_empty() {
        concept = concept.checked_add(reader.small()?).ok_or_else(|| reader.damaged())?;
        list(ConceptKey::from_raw(concept), List::read(&mut reader)?)?;
    }
    Ok(())
}

/// The entries of a posting block.
pub(crate) fn decode(span: Span, postings: &[u8], entries: &mut Vec<Entry>) -> Result<()> {
    each_list(span, postings, |concept, list| list.each(|row| entries.push(Entry::new(concept, row))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_back_from_posting_blocks() {
        let mut entries = Vec::new();
        for row in 0..200_000_u32 {
            entries.push(Entry::new(ConceptKey::from_raw(row.wrapping_mul(2_654_435_761) % 5000), row));
        }
        entries.push(Entry::new(ConceptKey::class(u32::MAX >> 1), 7));
        let mut counted = 0;
        let blocks = encode(3, entries.clone(), |_, rows| counted += rows);
        assert_eq!(counted, entries.len() as u64);
        assert!(blocks.len() > 5);
        let mut back = Vec::new();
        for one in &blocks {
            assert_eq!(one.span.block, 3);
            decode(one.span, &one.postings, &mut back).unwrap();
        }
        entries.sort_unstable();
        assert_eq!(back, entries);
        assert!(blocks.windows(2).all(|two| two[0].span.last < two[1].span.first));
    }
}
