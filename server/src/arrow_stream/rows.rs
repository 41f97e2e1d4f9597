//! The rows of a stream, a row group at a time.

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use hub_dataset::{FragmentReader, Snapshot};
use hub_schema::{Field, Fragment};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use crate::problem::{Result, internal};

/// Where fewer than one in so many rows of a row group are wanted, those are read by themselves.
const SPARSE: usize = 4;

/// A row group, or the part of it that is wanted.
#[derive(Clone, Debug)]
struct Chunk {
    fragment: usize,
    row_group: usize,
    /// The first row of the row group in its fragment.
    first: u32,
    rows: u32,
    /// The offsets in the fragment that are wanted, rising.
    offsets: Vec<u32>,
}

/// Rows as they were read, and their ids.
#[derive(Debug)]
pub struct Read {
    /// The columns.
    pub batch: RecordBatch,
    /// The ids, where they are wanted.
    pub ids: Vec<u64>,
    /// Where they are.
    pub pages: Pages,
}

/// A row group of files that are mapped into memory.
#[derive(Clone, Debug)]
pub struct Pages {
    reader: FragmentReader,
    row_group: usize,
}

impl Pages {
    /// What was touched of them is no memory of this process any longer. A stream looks at everything once: with many
    /// of them, all that they ever looked at would add up.
    pub fn let_go(&self) {
        self.reader.let_go(self.row_group);
    }
}

/// The rows of a stream.
#[derive(Debug)]
pub struct Rows {
    snapshot: Snapshot,
    fields: Vec<Field>,
    with_ids: bool,
    chunks: std::vec::IntoIter<Chunk>,
    order: Option<StdRng>,
}

impl Rows {
    /// The rows of a revision whose positions are wanted.
    pub async fn new(
        snapshot: &Snapshot,
        fields: Vec<Field>,
        with_ids: bool,
        wanted: impl Fn(u64) -> bool,
    ) -> Result<Self> {
        let index = snapshot.index().await?;
        let mut chunks = Vec::new();
        for (i, fragment) in index.fragments().iter().enumerate() {
            add(&mut chunks, i, fragment, index.start(i), &wanted);
        }
        Ok(Self { snapshot: snapshot.clone(), fields, with_ids, chunks: chunks.into_iter(), order: None })
    }

    /// Puts row groups, and the rows in each, into an order drawn from a number.
    pub fn shuffle(&mut self, seed: u64) {
        let mut order = StdRng::seed_from_u64(seed);
        let mut chunks: Vec<_> = std::mem::take(&mut self.chunks).collect();
        chunks.shuffle(&mut order);
        self.chunks = chunks.into_iter();
        self.order = Some(order);
    }

    /// The columns.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Are the rows' ids wanted?
    pub const fn with_ids(&self) -> bool {
        self.with_ids
    }

    /// Reads the next row group.
    pub async fn next(&mut self) -> Option<Result<Read>> {
        let chunk = self.chunks.next()?;
        Some(self.read(chunk).await)
    }

    async fn read(&mut self, chunk: Chunk) -> Result<Read> {
        let index = self.snapshot.index().await?;
        let fragment = &index.fragments()[chunk.fragment];
        let fields: Vec<&Field> = self.fields.iter().collect();
        let reader = self.snapshot.open(fragment, &fields).await?;
        let wanted = chunk.offsets.len();
        let mut order: Vec<u32> = (0..wanted as u32).collect();
        if let Some(rng) = &mut self.order {
            order.shuffle(rng);
        }
        let ids = match self.with_ids {
            true => order.iter().map(|i| fragment.row_id(chunk.offsets[*i as usize]).raw()).collect(),
            false => Vec::new(),
        };
        let sparse = wanted * SPARSE <= chunk.rows as usize;
        let (batch, places): (RecordBatch, Vec<u32>) = match sparse {
            true => (reader.read_rows(&chunk.offsets).await?, order),
            false => {
                let batch = reader.read_row_group(chunk.row_group).await?;
                (batch, order.iter().map(|i| chunk.offsets[*i as usize] - chunk.first).collect())
            }
        };
        let as_read =
            places.len() == batch.num_rows() && places.iter().enumerate().all(|(i, p)| i == *p as usize);
        let batch = match as_read {
            true => batch,
            // Media are views: only they are moved.
            false => take_record_batch(&batch, &UInt32Array::from(places)).map_err(|e| internal(&e))?,
        };
        let pages = Pages { reader, row_group: chunk.row_group };
        pages.let_go();
        Ok(Read { batch, ids, pages })
    }
}

/// The row groups of a fragment that hold wanted rows.
fn add(chunks: &mut Vec<Chunk>, i: usize, fragment: &Fragment, start: u64, wanted: &impl Fn(u64) -> bool) {
    let (mut first, mut position) = (0, start);
    for (row_group, rows) in fragment.row_groups.iter().enumerate() {
        let mut offsets = Vec::new();
        for offset in first..first + rows {
            if fragment.deleted.contains(offset) {
                continue;
            }
            if wanted(position) {
                offsets.push(offset);
            }
            position += 1;
        }
        if !offsets.is_empty() {
            chunks.push(Chunk { fragment: i, row_group, first, rows: *rows, offsets });
        }
        first += rows;
    }
}
