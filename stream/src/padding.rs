//! The rows that fill up the last batches of an epoch, so that every rank gets equally many full ones.
//!
//! The epoch goes on from its beginning: behind its last row come its first rows again, in the order in which they were
//! dealt. So which rows batch `k` holds is a function of `k`, also where `k` is behind the end.
//!
//! A row that comes again is read again, under a number of its own for its chunk: the chunk's number plus the
//! number of all chunks. What prefetching keeps of the chunk for the batches before is not affected.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::order::{Order, Window};
use crate::share::{Need, NeededRows, Pick, Share};

/// The rows that fill up one consumer's batches.
#[derive(Debug, Default)]
pub struct Padding {
    /// Of each batch that is filled up, in order.
    batches: VecDeque<(u64, Vec<Pick>)>,
}

impl Padding {
    /// What is missing in the batches of a share, and the chunks that are needed for it. `rows` are those of each chunk.
    pub fn new(order: &Order, rows: &[u32], share: &Share, needs: &mut Vec<Need>) -> Self {
        let (size, total) = (order.batch_size(), order.rows());
        let mut batches = VecDeque::new();
        let mut windows = HashMap::new();
        // Chunks in the order of need, each with how often each of its rows is used.
        let mut chunks: Vec<(u32, BTreeMap<u32, usize>)> = Vec::new();
        let own = (0..share.len()).rev().map_while(|nth| share.nth(nth));
        let own: Vec<u64> = own.take_while(|batch| (batch + 1) * size > total).collect();
        for batch in own.into_iter().rev().filter(|_| total > 0) {
            let (start, end) = ((batch * size).max(total), (batch + 1) * size);
            let picks: Vec<Pick> =
                (start..end).map(|row| pick(order, rows, (row - total) % total, &mut windows)).collect();
            for Pick { chunk, row, .. } in &picks {
                let place = chunks.iter().position(|(known, _)| known == chunk).unwrap_or_else(|| {
                    chunks.push((*chunk, BTreeMap::new()));
                    chunks.len() - 1
                });
                *chunks[place].1.entry(*row).or_default() += 1;
            }
            batches.push_back((batch, picks));
        }
        needs.extend(chunks.into_iter().map(|(chunk, uses)| Need {
            chunk,
            uses: uses.values().sum(),
            rows: NeededRows::Some(uses.into_keys().collect()),
        }));
        Self { batches }
    }

    /// What is missing in a batch; batches are asked for in order.
    pub fn of(&mut self, batch: u64) -> Vec<Pick> {
        match self.batches.front() {
            Some((front, _)) if *front == batch => self.batches.pop_front().map_or_else(Vec::new, |(_, p)| p),
            _ => Vec::new(),
        }
    }
}

/// The `nth` row of the epoch, of a chunk with the number under which it is read again.
fn pick(order: &Order, rows: &[u32], nth: u64, windows: &mut HashMap<(usize, usize), Window>) -> Pick {
    let size = order.batch_size();
    let mut skip = nth % size;
    for span in order.batch(nth / size) {
        let length = span.rows.end - span.rows.start;
        if skip < length {
            let row = span.rows.start + skip;
            let key = (span.lane, order.window_of(span.lane, row));
            let window = windows.entry(key).or_insert_with(|| order.open(key.0, key.1, rows));
            let (chunk, row) = window.locate(row);
            return Pick { chunk: window.chunks()[chunk] + rows.len() as u32, row, pass: 0 };
        }
        skip -= length;
    }
    // Every batch before the last is full, so this isn't reached.
    Pick { chunk: 0, row: 0, pass: 0 }
}
