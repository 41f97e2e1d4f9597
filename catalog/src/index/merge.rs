//! Merging segments, so that a revision is few of them.
//!
//! Like a log-structured tree: while a segment is less than four times as large as the one behind it, the two
//! become one. So a revision has at most one segment a power of four, and an append of a few rows to millions
//! merges with other small ones, seldom with the millions. Two segments are merged block by block: what the newer
//! one takes away is left out of the older one's lists. Segments are never changed, only replaced: earlier
//! revisions and other branches may name them.

use std::collections::{BTreeSet, HashMap};

use roaring::RoaringBitmap;
use uuid::Uuid;

use super::builder::block_of;
use super::concept_key::ConceptKey;
use super::counter::sorted;
use super::failure::Failure;
use super::posting_block::{Entry, decode};
use super::segment::Segment;
use super::segment_header::{Count, SegmentHeader};
use super::segment_writer::SegmentWriter;
use super::synset_index::SynsetIndex;

/// By how much a segment must be larger than the next one to be left alone.
const RATIO: u64 = 4;

impl SynsetIndex {
    /// Merges the newest segments as long as they are too much alike in size. `new` are the ids of segments that
    /// no revision names yet.
    pub(crate) async fn tidy(
        &self,
        dataset: Uuid,
        mut list: Vec<Segment>,
        new: &mut Vec<i64>,
    ) -> Result<Vec<Segment>, Failure> {
        while let [.., older, newer] = list.as_slice()
            && older.size < newer.size.saturating_mul(RATIO)
        {
            let writer = SegmentWriter::new(&self.db, dataset);
            new.push(writer.id());
            let merged = self.merge(writer, older, newer, list.len() == 2).await?;
            list.truncate(list.len() - 2);
            list.extend(merged);
        }
        Ok(list)
    }

    /// One segment that does what two did; none if together they do nothing. `oldest`: none comes before them.
    async fn merge(
        &self,
        mut writer: SegmentWriter<'_>,
        older: &Segment,
        newer: &Segment,
        oldest: bool,
    ) -> Result<Option<Segment>, Failure> {
        let blocks =
            |segment: &Segment| segment.header.spans.iter().map(|span| span.block).collect::<Vec<_>>();
        let blocks: BTreeSet<u32> = blocks(older).into_iter().chain(blocks(newer)).collect();
        let mut rows = 0;
        for block in blocks {
            let mut entries = self.entries(older, block).await?;
            let gone: RoaringBitmap = block_of(&newer.header.removed, block).collect();
            if !gone.is_empty() {
                entries.retain(|entry| !gone.contains(entry.row()));
            }
            entries.append(&mut self.entries(newer, block).await?);
            rows += distinct_rows(&entries);
            writer.encode(vec![(block, entries)]).await?;
        }
        let removed =
            if oldest { RoaringBitmap::new() } else { &older.header.removed | &newer.header.removed };
        let counts = sum([&*older.header, &*newer.header]);
        let size = rows + removed.len();
        if size == 0 && counts.is_empty() {
            return Ok(None);
        }
        let spans = std::mem::take(&mut writer.builder).finish().spans;
        Ok(Some(writer.with(size, SegmentHeader { counts, removed, spans })))
    }

    /// All entries of a segment in a block.
    async fn entries(&self, segment: &Segment, block: u32) -> Result<Vec<Entry>, Failure> {
        let spans = &segment.header.spans;
        let numbers: Vec<usize> = (0..spans.len()).filter(|i| spans[*i].block == block).collect();
        let mut entries = Vec::new();
        self.posting_blocks(segment, &numbers, |number, postings| {
            decode(spans[number], postings, &mut entries)
        })
        .await?;
        Ok(entries)
    }
}

fn distinct_rows(entries: &[Entry]) -> u64 {
    entries.iter().map(|entry| entry.row()).collect::<RoaringBitmap>().len()
}

/// The counts of several headers together.
pub(crate) fn sum<'a>(headers: impl IntoIterator<Item = &'a SegmentHeader>) -> Vec<(ConceptKey, Count)> {
    let mut counts: HashMap<ConceptKey, Count> = HashMap::new();
    for (concept, count) in headers.into_iter().flat_map(|header| &header.counts) {
        let all = counts.entry(*concept).or_default();
        all.own += count.own;
        all.subtree += count.subtree;
    }
    sorted(counts)
}
