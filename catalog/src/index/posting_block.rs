//! A part: posting lists of one block, in the order of their meanings, in one row of the database.
//!
//! A part holds some 32 KiB: a concept's lists lie in few of them, since WordNet's offsets keep most kinds of a
//! thing together, and a question for a rare one reads little besides.

use super::bytes::{Reader, put};
use super::concept_key::ConceptKey;
use super::list::{self, BLOCK_BITS, BLOCK_ROWS, List};
use crate::error::Result;

/// When a part is full.
const BLOCK_BYTES: usize = 32 * 1024;

/// Where a part's rows and meanings lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub block: u32,
    pub first: ConceptKey,
    pub last: ConceptKey,
}

/// A part, ready to be stored.
#[derive(Debug)]
pub(crate) struct PostingBlock {
    pub span: Span,
    pub postings: Vec<u8>,
}

/// A label of a row of a block: the meaning, then the row, so that they sort into lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry(u64);

impl Entry {
    pub fn new(meaning: ConceptKey, row: u32) -> Self {
        Self(u64::from(meaning.raw()) << BLOCK_BITS | u64::from(row & (BLOCK_ROWS - 1)))
    }

    pub fn meaning(self) -> ConceptKey {
        ConceptKey::from_raw((self.0 >> BLOCK_BITS) as u32)
    }

    pub fn row(self) -> u32 {
        self.0 as u32 & (BLOCK_ROWS - 1)
    }
}

/// Makes parts of a block's entries, and says how many rows each meaning has.
pub(crate) fn encode(
    block: u32,
    mut entries: Vec<Entry>,
    mut count: impl FnMut(ConceptKey, u64),
) -> Vec<PostingBlock> {
    entries.sort_unstable();
    entries.dedup();
    let mut parts = Vec::new();
    let mut open: Option<PostingBlock> = None;
    for list in entries.chunk_by(|a, b| a.meaning() == b.meaning()) {
        let meaning = list[0].meaning();
        count(meaning, list.len() as u64);
        let span = Span { block, first: meaning, last: meaning };
        let part = open.get_or_insert_with(|| PostingBlock { span, postings: Vec::new() });
        put(&mut part.postings, u64::from(meaning.raw() - part.span.last.raw()));
        part.span.last = meaning;
        list::encode(&mut part.postings, list.iter().map(|entry| entry.row()));
        if part.postings.len() >= BLOCK_BYTES {
            parts.extend(open.take());
        }
    }
    parts.extend(open);
    parts
}

/// Calls `list` with each list of a part.
pub(crate) fn each_list(
    span: Span,
    postings: &[u8],
    mut list: impl FnMut(ConceptKey, List<'_>) -> Result<()>,
) -> Result<()> {
    let mut reader = Reader::new(postings, "index_parts.postings");
    let mut meaning = span.first.raw();
    while !reader.is_empty() {
        meaning = meaning.checked_add(reader.small()?).ok_or_else(|| reader.damaged())?;
        list(ConceptKey::from_raw(meaning), List::read(&mut reader)?)?;
    }
    Ok(())
}

/// A part's entries.
pub(crate) fn decode(span: Span, postings: &[u8], entries: &mut Vec<Entry>) -> Result<()> {
    each_list(span, postings, |meaning, list| list.each(|row| entries.push(Entry::new(meaning, row))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_back_from_parts() {
        let mut entries = Vec::new();
        for row in 0..200_000_u32 {
            entries.push(Entry::new(ConceptKey::from_raw(row.wrapping_mul(2_654_435_761) % 5000), row));
        }
        entries.push(Entry::new(ConceptKey::class(u32::MAX >> 1), 7));
        let mut counted = 0;
        let parts = encode(3, entries.clone(), |_, rows| counted += rows);
        assert_eq!(counted, entries.len() as u64);
        assert!(parts.len() > 5);
        let mut back = Vec::new();
        for part in &parts {
            assert_eq!(part.span.block, 3);
            decode(part.span, &part.postings, &mut back).unwrap();
        }
        entries.sort_unstable();
        assert_eq!(back, entries);
        assert!(parts.windows(2).all(|two| two[0].span.last < two[1].span.first));
    }
}
