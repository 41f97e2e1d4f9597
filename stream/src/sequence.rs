//! The rows of one data set in the order of an epoch, one after another: what planned batches are cut from.
//!
//! The order is that of `order.rs` with one lane. Where an epoch shows a data set more than once (a small one in a mix),
//! its passes follow each other, each with an order of its own.

use std::sync::Arc;

use crate::order::{Order, Rules, Window};
use crate::random::Random;

/// The key of the orders of further data sets and passes.
const PASSES: u64 = 3;

/// A row, as it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coming {
    /// The chunk's place in the selection.
    pub chunk: u32,
    /// The row, counted among those that come of the chunk.
    pub row: u32,
    /// How many passes were before, from 0.
    pub pass: u32,
}

/// Walks through the rows of one data set.
#[derive(Debug)]
pub struct Sequence {
    rules: Rules,
    /// The data set's place in the mix, from 0.
    source: u64,
    /// Rows of each chunk.
    rows: Arc<[u32]>,
    order: Order,
    window: Option<Window>,
    pass: u32,
    next: u64,
}

impl Sequence {
    /// Of chunks with so many rows; `rules` has one lane.
    pub fn new(rules: Rules, source: u64, rows: Arc<[u32]>) -> Self {
        let order = Order::new(of_pass(rules, source, 0), &rows);
        Self { rules, source, rows, order, window: None, pass: 0, next: 0 }
    }

    /// Rows of a pass.
    pub fn len(&self) -> u64 {
        self.order.rows()
    }

    /// The most rows that are mixed at a time.
    pub fn largest_window(&self) -> u64 {
        self.order.largest_window()
    }

    /// The next row, of the next pass after the last one; `None` only if there are no rows.
    pub fn next(&mut self) -> Option<Coming> {
        if self.len() == 0 {
            return None;
        }
        if self.next == self.len() {
            self.pass += 1;
            self.order = Order::new(of_pass(self.rules, self.source, self.pass), &self.rows);
            (self.window, self.next) = (None, 0);
        }
        let open = self.window.take().filter(|window| window.rows.contains(&self.next));
        let window =
            open.unwrap_or_else(|| self.order.open(0, self.order.window_of(0, self.next), &self.rows));
        let (place, row) = window.locate(self.next);
        let coming = Coming { chunk: window.chunks()[place], row, pass: self.pass };
        self.window = Some(window);
        self.next += 1;
        Some(coming)
    }
}

/// The rules of a pass: those of the first pass of the first data set are the epoch's.
fn of_pass(rules: Rules, source: u64, pass: u32) -> Rules {
    let seed = |seed| match (source, pass) {
        (0, 0) => seed,
        _ => Random::new(&[seed, PASSES, source, pass.into()]).number(),
    };
    Rules { shuffle: rules.shuffle.map(|(first, epoch)| (seed(first), epoch)), ..rules }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(shuffle: Option<(u64, u64)>, source: u64) -> Sequence {
        let rules = Rules { shuffle, batch_size: 4, lanes: 1, window_chunks: 2 };
        Sequence::new(rules, source, [3, 1, 2].into())
    }

    fn pass(sequence: &mut Sequence) -> Vec<(u32, u32)> {
        (0..6).filter_map(|_| sequence.next()).map(|coming| (coming.chunk, coming.row)).collect()
    }

    #[test]
    fn each_pass_has_every_row_once_and_its_own_order() {
        let all = [(0, 0), (0, 1), (0, 2), (1, 0), (2, 0), (2, 1)];
        let mut found = sequence(None, 0);
        assert_eq!((pass(&mut found), pass(&mut found)), (all.to_vec(), all.to_vec()));
        assert_eq!(found.next().map(|coming| coming.pass), Some(2));
        let mut orders = Vec::new();
        for source in 0..3 {
            let mut found = sequence(Some((7, 1)), source);
            for _ in 0..3 {
                let order = pass(&mut found);
                let mut sorted = order.clone();
                sorted.sort_unstable();
                assert_eq!(sorted, all);
                orders.push(order);
            }
        }
        orders.sort_unstable();
        orders.dedup();
        assert!(orders.len() >= 7, "of nine orders few are the same: {}", orders.len());
        assert_eq!(Sequence::new(found_rules(), 0, [].into()).next(), None);
    }

    fn found_rules() -> Rules {
        Rules { shuffle: None, batch_size: 1, lanes: 1, window_chunks: 1 }
    }
}
