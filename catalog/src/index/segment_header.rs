//! A segment's header: all of it that is not postings.
//!
//! For each concept how many rows more (or fewer) carry it, and how many more lie below it; which rows lost the
//! labels that earlier segments gave them; and where each posting block lies. A count reads headers alone: what lies below
//! a concept was counted, each row once, when the segment was made.

use roaring::RoaringBitmap;

use super::bytes::{Reader, put, put_bitmap, put_signed};
use super::concept_key::ConceptKey;
use super::posting_block::Span;
use crate::error::Result;

/// The first byte: the version of the encoding.
const VERSION: u64 = 1;

/// The change of a concept's row counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Rows with just this concept among theirs.
    pub own: i64,
    /// Rows with this concept or one below it, each once.
    pub subtree: i64,
}

/// A segment without its postings.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SegmentHeader {
    pub counts: Vec<(ConceptKey, Count)>,
    /// Ordinals of the rows whose earlier labels no longer count.
    pub removed: RoaringBitmap,
    /// The posting blocks, by number.
    pub spans: Vec<Span>,
}

impl SegmentHeader {
    pub fn count(&self, concept: ConceptKey) -> Count {
        let found = self.counts.binary_search_by_key(&concept, |(m, _)| *m);
        found.map(|i| self.counts[i].1).unwrap_or_default()
    }

    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put(&mut out, VERSION);
        put_bitmap(&mut out, &self.removed);
        put(&mut out, self.counts.len() as u64);
        let mut last = 0;
        for (concept, count) in &self.counts {
            put(&mut out, u64::from(concept.raw() - last));
            put_signed(&mut out, count.own);
            put_signed(&mut out, count.subtree);
            last = concept.raw();
        }
        put(&mut out, self.spans.len() as u64);
        for span in &self.spans {
            put(&mut out, u64::from(span.block));
            put(&mut out, u64::from(span.first.raw()));
            put(&mut out, u64::from(span.last.raw() - span.first.raw()));
        }
        out
    }

    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes, "index_segments.head");
        if reader.number()? != VERSION {
            return Err(reader.damaged());
        }
        let removed = reader.bitmap()?;
        // A count takes three bytes at least, so a length that lies can't cost memory.
        let mut counts = Vec::with_capacity(length(&mut reader, bytes.len() / 3)?);
        let mut last = 0_u32;
        for i in 0..counts.capacity() {
            let step = reader.small()?;
            if i > 0 && step == 0 {
                return Err(reader.damaged());
            }
            last = last.checked_add(step).ok_or_else(|| reader.damaged())?;
            let count = Count { own: reader.signed()?, subtree: reader.signed()? };
            counts.push((ConceptKey::from_raw(last), count));
        }
        let mut spans = Vec::with_capacity(length(&mut reader, bytes.len() / 3)?);
        for _ in 0..spans.capacity() {
            let (block, first, more) = (reader.small()?, reader.small()?, reader.small()?);
            let last = first.checked_add(more).ok_or_else(|| reader.damaged())?;
            spans.push(Span { block, first: ConceptKey::from_raw(first), last: ConceptKey::from_raw(last) });
        }
        Ok(Self { counts, removed, spans })
    }

    /// About how much memory it takes.
    pub fn memory_bytes(&self) -> usize {
        self.counts.len() * size_of::<(ConceptKey, Count)>()
            + self.spans.len() * size_of::<Span>()
            + self.removed.serialized_size()
    }
}

fn length(reader: &mut Reader<'_>, most: usize) -> Result<usize> {
    let length = reader.number()?;
    usize::try_from(length).ok().filter(|length| *length <= most).ok_or_else(|| reader.damaged())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_comes_back_and_a_cut_one_is_refused() {
        let count = |own, subtree| Count { own, subtree };
        let header = SegmentHeader {
            counts: vec![
                (ConceptKey::from_raw(0), count(0, 7)),
                (ConceptKey::from_raw(900), count(-3, -3)),
                (ConceptKey::class(4), count(1, 1)),
            ],
            removed: (10..2000).collect(),
            spans: vec![Span { block: 2, first: ConceptKey::from_raw(5), last: ConceptKey::class(4) }],
        };
        let bytes = header.encode();
        assert_eq!(SegmentHeader::decode(&bytes).unwrap(), header);
        assert_eq!(header.count(ConceptKey::from_raw(900)), count(-3, -3));
        assert_eq!(header.count(ConceptKey::from_raw(901)), Count::default());
        for length in 0..bytes.len() {
            assert!(SegmentHeader::decode(&bytes[..length]).is_err(), "{length}");
        }
    }
}
