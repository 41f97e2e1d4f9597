//! Reads segments from the database, or from the cache in memory.

use std::collections::HashMap;
use std::sync::Arc;

use super::failure::Failure;
use super::segment::Segment;
use super::segment_header::SegmentHeader;
use super::segment_writer::places;
use super::synset_index::SynsetIndex;
use crate::db::Value;
use crate::error::{Error, Result};

/// Posting blocks that are read with one statement.
const READ_BLOCKS: usize = 64;

impl SynsetIndex {
    /// Segments by id, in the order of their ids in the request.
    pub(crate) async fn segments(&self, ids: &[i64]) -> Result<Vec<Segment>, Failure> {
        let mut found: HashMap<i64, Segment> = HashMap::new();
        let mut missing = Vec::new();
        for id in ids {
            match self.caches.segments.get(id).await {
                Some(segment) => drop(found.insert(*id, segment)),
                None => missing.push(Value::from(*id)),
            }
        }
        if !missing.is_empty() {
            let sql = format!(
                "SELECT id, size, head FROM index_segments WHERE head IS NOT NULL AND id IN ({})",
                places(1, missing.len())
            );
            for row in self.db.read(sql).bind_all(missing).rows().await? {
                let (id, header): (i64, Vec<u8>) = (row.get("id")?, row.get("head")?);
                let header = Arc::new(SegmentHeader::decode(&header)?);
                let segment = Segment { id, size: row.count("size")?, header, unwritten: None };
                self.caches.segments.insert(id, segment.clone()).await;
                found.insert(id, segment);
            }
        }
        ids.iter().map(|id| found.get(id).cloned().ok_or(Failure::Moved)).collect()
    }

    /// Calls `block` with posting blocks of a segment, each with its number.
    pub(crate) async fn posting_blocks(
        &self,
        segment: &Segment,
        numbers: &[usize],
        mut block: impl FnMut(usize, &[u8]) -> Result<()> + Send,
    ) -> Result<(), Failure> {
        let first = segment.unwritten.as_ref().map_or(usize::MAX, |unwritten| unwritten.first);
        let (numbers, waiting): (Vec<usize>, Vec<usize>) = numbers.iter().partition(|n| **n < first);
        for (number, unwritten) in waiting.into_iter().zip(segment.unwritten.iter().cycle()) {
            if let Some(postings) = unwritten.postings.get(number - first) {
                block(number, postings)?;
            }
        }
        for some in numbers.chunks(READ_BLOCKS) {
            let sql = format!(
                "SELECT part, postings FROM index_parts WHERE segment = $1 AND part IN ({})",
                places(2, some.len())
            );
            let values = some.iter().map(|n| Value::from(*n as i64));
            let rows = self.db.read(sql).bind(segment.id).bind_all(values).rows().await?;
            if rows.len() != some.len() {
                return Err(Failure::Moved);
            }
            for row in rows {
                let number = usize::try_from(row.count("part")?).ok();
                let number = number.filter(|n| *n < segment.header.spans.len());
                let number = number.ok_or_else(|| Error::Damaged {
                    column: "index_parts.part",
                    found: segment.id.to_string(),
                })?;
                block(number, &row.get::<Vec<u8>>("postings")?)?;
            }
        }
        Ok(())
    }
}
