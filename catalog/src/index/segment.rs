//! Segments in the database.
//!
//! A segment is written part by part while it is made, under an id that nothing names yet, so that the memory it
//! takes is bounded and no lock is held while a data set is scanned. With its head it becomes whole, in the
//! transaction that puts it into a revision ([`super::publish`]). What a writer that died left without a head
//! is swept by a later one.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use super::builder::{Builder, Encoded, encode};
use super::head::Head;
use super::part::Part;
use super::{Failure, SynsetIndex};
use crate::db::{Db, Value};
use crate::error::{Error, Result};
use crate::time::now;

/// Bytes of parts that are sent in one statement.
const SEND_BYTES: usize = 1 << 20;
/// Parts that are asked for in one statement.
const ASK_PARTS: usize = 64;

/// A whole segment.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    pub id: i64,
    /// Rows in it.
    pub size: u64,
    pub head: Arc<Head>,
    /// No revision names it yet, and its head is not written.
    pub is_new: bool,
}

/// Writes a segment.
pub(crate) struct SegmentWriter<'a> {
    db: &'a Db,
    id: i64,
    pub builder: Builder,
}

impl<'a> SegmentWriter<'a> {
    /// Begins a segment.
    pub async fn begin(db: &'a Db, dataset: Uuid) -> Result<Self> {
        let id = (rand::random::<u64>() >> 1) as i64;
        db.write("INSERT INTO index_segments (id, dataset, size, head, made) VALUES ($1, $2, 0, NULL, $3)")
            .bind(id)
            .bind(dataset)
            .bind(now())
            .run()
            .await?;
        Ok(Self { db, id, builder: Builder::default() })
    }

    /// Its id, under which nothing is whole yet.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Writes what has piled up, if it is much.
    pub async fn relieve(&mut self) -> Result<()> {
        let blocks = self.builder.ready();
        if blocks.is_empty() { Ok(()) } else { self.encode(blocks).await }
    }

    async fn encode(&mut self, blocks: Vec<(u32, Vec<super::part::Entry>)>) -> Result<()> {
        let encoded = tokio::task::spawn_blocking(move || encode(blocks)).await;
        self.put(encoded.map_err(|_| super::bytes::damaged("index_parts.postings"))?).await
    }

    /// Writes encoded blocks.
    pub async fn put(&mut self, encoded: Encoded) -> Result<()> {
        let mut number = self.builder.encoded(&encoded);
        let mut together: Vec<Part> = Vec::new();
        let mut size_bytes = 0;
        for part in encoded.parts {
            size_bytes += part.postings.len();
            together.push(part);
            if size_bytes >= SEND_BYTES {
                number = self.send(number, std::mem::take(&mut together)).await?;
                size_bytes = 0;
            }
        }
        self.send(number, together).await?;
        Ok(())
    }

    async fn send(&self, first: usize, parts: Vec<Part>) -> Result<usize> {
        if parts.is_empty() {
            return Ok(first);
        }
        let next = first + parts.len();
        let rows: Vec<String> =
            (0..parts.len()).map(|i| format!("($1, ${}, ${})", 2 * i + 2, 2 * i + 3)).collect();
        let sql = format!("INSERT INTO index_parts (segment, part, postings) VALUES {}", rows.join(", "));
        let values = parts.into_iter().zip(first..);
        let values = values.flat_map(|(p, number)| [Value::from(number as i64), Value::from(p.postings)]);
        self.db.write(sql).bind(self.id).bind_all(values).run().await?;
        Ok(next)
    }

    /// Writes the rest; none if the segment changes nothing.
    pub async fn finish(mut self) -> Result<Option<Segment>> {
        let blocks = self.builder.rest();
        self.encode(blocks).await?;
        let (id, size) = (self.id, self.builder.rows());
        if size == 0 {
            return Ok(None);
        }
        Ok(Some(Segment { id, size, head: Arc::new(self.builder.finish()), is_new: true }))
    }
}

/// Deletes segments that nothing names.
pub(crate) async fn discard(db: &Db, ids: &[i64]) -> Result<()> {
    for id in ids {
        db.write("DELETE FROM index_segments WHERE id = $1").bind(*id).run().await?;
    }
    Ok(())
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
                let head = Arc::new(Head::decode(&head)?);
                let segment = Segment { id, size: row.count("size")?, head, is_new: false };
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
