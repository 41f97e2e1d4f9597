//! Writing segments to the database.
//!
//! A small segment, as most commits make, is written whole by the transaction that puts it into a revision
//! ([`super::publish`]). A greater one is written block by block while it is made, under an id that nothing names
//! yet, so that the memory it takes is bounded and no lock is held while a data set is scanned; it becomes whole
//! with its header. What a writer that died left without a header is swept by a later one.

use std::sync::Arc;

use uuid::Uuid;

use super::builder::{Builder, Encoded, encode};
use super::posting_block::Entry;
use super::segment::{Segment, Unwritten};
use super::segment_header::SegmentHeader;
use crate::db::{Db, Statement, Value};
use crate::error::Result;
use crate::time::now;

/// Bytes of posting blocks that wait for the segment to be published.
const WAITING_BYTES: usize = 8 << 20;
/// Bytes of posting blocks that are sent in one statement.
const STATEMENT_BYTES: usize = 1 << 20;
pub(crate) struct SegmentWriter<'a> {
    db: &'a Db,
    dataset: Uuid,
    id: i64,
    unwritten: Unwritten,
    pub builder: Builder,
}

impl<'a> SegmentWriter<'a> {
    pub fn new(db: &'a Db, dataset: Uuid) -> Self {
        let id = (rand::random::<u64>() >> 1) as i64;
        Self { db, dataset, id, unwritten: Unwritten::default(), builder: Builder::default() }
    }

    /// Its id, under which nothing is whole yet.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Encodes what has piled up, if it is much.
    pub async fn relieve(&mut self) -> Result<()> {
        let blocks = self.builder.ready();
        if blocks.is_empty() { Ok(()) } else { self.encode(blocks).await }
    }

    /// Encodes blocks of rows, on all cores; one that is ready is sent while the next are made.
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
        for block in encoded.blocks {
            self.unwritten.bytes += block.postings.len();
            self.unwritten.postings.push(block.postings);
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
        for (first, postings) in packets(self.unwritten.first, std::mem::take(&mut self.unwritten.postings)) {
            let (count, sql) = (postings.len(), insert_postings(postings.len()));
            bind_postings(self.db.write(sql), self.id, first, postings).run().await?;
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

    /// The segment of what was written, with a header that was made elsewhere.
    pub fn with(self, size: u64, header: SegmentHeader) -> Segment {
        Segment { id: self.id, size, header: Arc::new(header), unwritten: Some(Arc::new(self.unwritten)) }
    }
}

/// Posting blocks that are sent together, with the number of the first.
pub(crate) fn packets(mut first: usize, postings: Vec<Vec<u8>>) -> Vec<(usize, Vec<Vec<u8>>)> {
    let mut packets = Vec::new();
    let (mut open, mut bytes) = (Vec::new(), 0);
    for block in postings {
        bytes += block.len();
        open.push(block);
        if bytes >= STATEMENT_BYTES {
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

/// A statement that inserts so many posting blocks, see [`bind_postings`].
pub(crate) fn insert_postings(count: usize) -> String {
    let rows: Vec<String> = (0..count).map(|i| format!("($1, ${}, ${})", 2 * i + 2, 2 * i + 3)).collect();
    format!("INSERT INTO index_parts (segment, part, postings) VALUES {}", rows.join(", "))
}

pub(crate) fn bind_postings(
    statement: Statement<'_>,
    id: i64,
    first: usize,
    postings: Vec<Vec<u8>>,
) -> Statement<'_> {
    let values = postings.into_iter().zip(first..);
    let values = values.flat_map(|(block, number)| [Value::from(number as i64), Value::from(block)]);
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

/// `$first, …`: places for values.
pub(crate) fn places(first: usize, count: usize) -> String {
    let places: Vec<String> = (first..first + count).map(|n| format!("${n}")).collect();
    places.join(", ")
}
