//! Segments in the database.
//!
//! A small segment, as most commits make, is written whole by the transaction that puts it into a revision
//! ([`super::publish`]). A greater one is written part by part while it is made, under an id that nothing names
//! yet, so that the memory it takes is bounded and no lock is held while a data set is scanned; it becomes whole
//! with its head. What a writer that died left without a head is swept by a later one.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use super::builder::{Builder, Encoded, encode};
use super::posting_block::Entry;
use super::segment_header::SegmentHeader;
use super::{Failure, SynsetIndex};
use crate::db::{Db, Statement, Value};
use crate::error::{Error, Result};
use crate::time::now;

/// Bytes of parts that wait for the segment to be published.
const WAITING_BYTES: usize = 8 << 20;
/// Bytes of parts that are sent in one statement.
const SEND_BYTES: usize = 1 << 20;
/// Parts that are asked for in one statement.
const ASK_PARTS: usize = 64;

/// A segment.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    pub id: i64,
    /// Rows in it.
    pub size: u64,
    pub head: Arc<SegmentHeader>,
    /// What is not in the database yet; none if it is whole there.
    pub unwritten: Option<Arc<Unwritten>>,
}

/// What a segment that was made just now lacks in the database, beside its head.
#[derive(Debug, Default)]
pub(crate) struct Unwritten {
    /// Whether it has a row there.
    pub begun: bool,
    /// The number of the first part that is not there.
    pub first: usize,
    /// That part and those behind it.
    pub parts: Vec<Vec<u8>>,
    bytes: usize,
}

/// Makes a segment.
pub(crate) struct SegmentWriter<'a> {
    db: &'a Db,
    dataset: Uuid,
    id: i64,
    unwritten: Unwritten,
    pub builder: Builder,
}

impl<'a> SegmentWriter<'a> {
    /// Begins a segment.
    pub fn new(db: &'a Db, dataset: Uuid) -> Self {
        let id = (rand::random::<u64>() >> 1) as i64;
        Self { db, dataset, id, unwritten: Unwritten::default(), builder: Builder::default() }
    }

    /// Its id, under which nothing is whole yet.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Makes parts of what has piled up, if it is much.
    pub async fn relieve(&mut self) -> Result<()> {
        let blocks = self.builder.ready();
        if blocks.is_empty() { Ok(()) } else { self.encode(blocks).await }
    }

    /// Makes parts of blocks, on all cores; one that is ready is sent while the next are made.
    pub async fn encode(&mut self, blocks: Vec<(u32, Vec<Entry>)>) -> Result<()> {
        let task = |(block, entries)| tokio::task::spawn_blocking(move || encode(block, entries));
        let tasks: Vec<_> = blocks.into_iter().map(task).collect();
        for task in tasks {
            let encoded = task.await.map_err(|_| super::bytes::damaged("index_parts.postings"))?;
            self.builder.encoded(&encoded);
            self.put(encoded).await?;
        }
        Ok(())
    }

    async fn put(&mut self, encoded: Encoded) -> Result<()> {
        for part in encoded.parts {
            self.unwritten.bytes += part.postings.len();
            self.unwritten.parts.push(part.postings);
        }
        if self.unwritten.bytes < WAITING_BYTES {
            return Ok(());
        }
        if !self.unwritten.begun {
            let insert =
                "INSERT INTO index_segments (id, dataset, size, head, made) VALUES ($1, $2, 0, NULL, $3)";
            self.db.write(insert).bind(self.id).bind(self.dataset).bind(now()).run().await?;
            self.unwritten.begun = true;
        }
        for (first, parts) in packets(self.unwritten.first, std::mem::take(&mut self.unwritten.parts)) {
            let (count, sql) = (parts.len(), insert_parts(parts.len()));
            bind_parts(self.db.write(sql), self.id, first, parts).run().await?;
            self.unwritten.first = first + count;
        }
        self.unwritten.bytes = 0;
        Ok(())
    }

    /// The segment; none if it changes nothing.
    pub async fn finish(mut self) -> Result<Option<Segment>> {
        let blocks = self.builder.rest();
        self.encode(blocks).await?;
        let (size, builder) = (self.builder.rows(), std::mem::take(&mut self.builder));
        Ok((size > 0).then(|| self.with(size, builder.finish())))
    }

    /// The segment of what was written, with a head that others worked out.
    pub fn with(self, size: u64, head: SegmentHeader) -> Segment {
        Segment { id: self.id, size, head: Arc::new(head), unwritten: Some(Arc::new(self.unwritten)) }
    }
}

/// Parts that are sent together, with the number of the first.
pub(crate) fn packets(mut first: usize, parts: Vec<Vec<u8>>) -> Vec<(usize, Vec<Vec<u8>>)> {
    let mut packets = Vec::new();
    let (mut open, mut bytes) = (Vec::new(), 0);
    for part in parts {
        bytes += part.len();
        open.push(part);
        if bytes >= SEND_BYTES {
            let full = std::mem::take(&mut open);
            bytes = 0;
            first += full.len();
            packets.push((first - full.len(), full));
        }
    }
    if !open.is_empty() {
        packets.push((first, open));
    }
    packets
}

/// A statement that inserts so many parts, see [`bind_parts`].
pub(crate) fn insert_parts(count: usize) -> String {
    let rows: Vec<String> = (0..count).map(|i| format!("($1, ${}, ${})", 2 * i + 2, 2 * i + 3)).collect();
    format!("INSERT INTO index_parts (segment, part, postings) VALUES {}", rows.join(", "))
}

pub(crate) fn bind_parts(
    statement: Statement<'_>,
    id: i64,
    first: usize,
    parts: Vec<Vec<u8>>,
) -> Statement<'_> {
    let values = parts.into_iter().zip(first..);
    let values = values.flat_map(|(part, number)| [Value::from(number as i64), Value::from(part)]);
    statement.bind(id).bind_all(values)
}

/// Deletes segments that nothing names.
pub(crate) async fn discard(db: &Db, ids: &[i64]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let sql = format!("DELETE FROM index_segments WHERE id IN ({})", places(1, ids.len()));
    db.write(sql).bind_all(ids.iter().map(|id| Value::from(*id))).run().await.map(drop)
}

impl SynsetIndex {
    /// Segments by id, in the order asked for.
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
                let (id, head): (i64, Vec<u8>) = (row.get("id")?, row.get("head")?);
                let head = Arc::new(SegmentHeader::decode(&head)?);
                let segment = Segment { id, size: row.count("size")?, head, unwritten: None };
                self.caches.segments.insert(id, segment.clone()).await;
                found.insert(id, segment);
            }
        }
        ids.iter().map(|id| found.get(id).cloned().ok_or(Failure::Moved)).collect()
    }

    /// Calls `part` with parts of a segment.
    pub(crate) async fn parts(
        &self,
        segment: &Segment,
        numbers: &[usize],
        mut part: impl FnMut(usize, &[u8]) -> Result<()> + Send,
    ) -> Result<(), Failure> {
        let first = segment.unwritten.as_ref().map_or(usize::MAX, |unwritten| unwritten.first);
        let (numbers, waiting): (Vec<usize>, Vec<usize>) = numbers.iter().partition(|n| **n < first);
        for (number, unwritten) in waiting.into_iter().zip(segment.unwritten.iter().cycle()) {
            if let Some(postings) = unwritten.parts.get(number - first) {
                part(number, postings)?;
            }
        }
        for asked in numbers.chunks(ASK_PARTS) {
            let sql = format!(
                "SELECT part, postings FROM index_parts WHERE segment = $1 AND part IN ({})",
                places(2, asked.len())
            );
            let asked_values = asked.iter().map(|n| Value::from(*n as i64));
            let rows = self.db.read(sql).bind(segment.id).bind_all(asked_values).rows().await?;
            if rows.len() != asked.len() {
                return Err(Failure::Moved);
            }
            for row in rows {
                let number = usize::try_from(row.count("part")?).ok();
                let number = number.filter(|n| *n < segment.head.parts.len());
                let number = number.ok_or_else(|| Error::Damaged {
                    column: "index_parts.part",
                    found: segment.id.to_string(),
                })?;
                part(number, &row.get::<Vec<u8>>("postings")?)?;
            }
        }
        Ok(())
    }
}

/// `$first, …`: places for values.
pub(crate) fn places(first: usize, count: usize) -> String {
    let places: Vec<String> = (first..first + count).map(|n| format!("${n}")).collect();
    places.join(", ")
}
