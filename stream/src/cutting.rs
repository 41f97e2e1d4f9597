//! Cuts the rows of an epoch into batches: by number, by bucket, by cost.
//!
//! Rows are taken in the order of the epoch and put into the open batch of their bucket (one for all without buckets). A
//! batch is dealt when it has `batch_size` rows, or when the next row of its bucket would exceed the budget of cost. So a
//! batch has rows of one bucket, and the order of batches is as random as that of the rows. What is left in open batches at
//! the end comes last, in the order in which their buckets were met first.
//!
//! All consumers do this alike, from columns alone: which rows are in batch `k` is a function of seed, epoch and `k`.

use std::collections::HashMap;

use crate::random::Random;
use crate::sequence::Coming;

/// The key of the order within a batch, beside seed, epoch and the batch's number.
const WITHIN: u64 = 5;

/// A row of an epoch, and the data set of a mix that it is of, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    pub source: u32,
    pub coming: Coming,
}

/// When a batch is dealt.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// The most rows, at least 1.
    pub rows: usize,
    /// The greatest cost of a batch, if there is a budget.
    pub cost: Option<f64>,
}

/// Which batches are kept: those of one consumer.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    /// The first batch that any consumer takes.
    pub first: u64,
    pub consumer: u64,
    pub consumers: u64,
    /// Fill up the last batches.
    pub pads: bool,
}

impl Kept {
    fn has(&self, batch: u64) -> bool {
        batch >= self.first && (batch - self.first) % self.consumers == self.consumer
    }
}

/// The batches of an epoch, of which one consumer's rows are kept.
#[derive(Debug, Default)]
pub struct Batches {
    /// The rows of the kept batches, one after another, and where each ends.
    rows: Vec<Planned>,
    ends: Vec<usize>,
    /// The number of the kept batches.
    numbers: Vec<u64>,
    /// Batches that were dealt before the end: without a budget of cost they are full.
    pub dealt: u64,
    /// All batches.
    pub all: u64,
    /// Rows of all batches, padding not counted.
    pub epoch_rows: u64,
}

impl Batches {
    /// The rows of each kept batch below `end`, in order.
    pub fn below(&self, end: u64) -> impl Iterator<Item = &[Planned]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let kept = starts.zip(&self.ends).zip(&self.numbers).filter(move |(_, number)| **number < end);
        kept.map(move |((start, end), _)| &self.rows[start..*end])
    }

    fn keep(&mut self, number: u64, rows: &[Planned]) {
        self.rows.extend_from_slice(rows);
        self.ends.push(self.rows.len());
        self.numbers.push(number);
    }
}

/// An open batch.
#[derive(Debug, Default)]
struct Open {
    rows: Vec<Planned>,
    cost: f64,
    /// The first rows of the bucket, which pad its last batch.
    first: Vec<Planned>,
}

/// Cuts rows into batches.
#[derive(Debug)]
pub struct Cutter {
    size: Size,
    kept: Kept,
    /// Seed and epoch of the order within each batch; `None`: as the rows came.
    shuffle: Option<(u64, u64)>,
    places: HashMap<u64, usize>,
    open: Vec<Open>,
    /// The first batches of the epoch, by which it is padded.
    first: Vec<Vec<Planned>>,
    batches: Batches,
}

impl Cutter {
    pub fn new(size: Size, kept: Kept, shuffle: Option<(u64, u64)>) -> Self {
        Self {
            size,
            kept,
            shuffle,
            places: HashMap::new(),
            open: Vec::new(),
            first: Vec::new(),
            batches: Batches::default(),
        }
    }

    /// Adds the next row of the epoch.
    pub fn add(&mut self, row: Planned, bucket: u64, cost: f64) {
        self.batches.epoch_rows += 1;
        let open = &mut self.open;
        let place = *self.places.entry(bucket).or_insert_with(|| {
            open.push(Open::default());
            open.len() - 1
        });
        if self.size.cost.is_some_and(|most| open[place].cost + cost > most) && !open[place].rows.is_empty() {
            self.deal(place);
        }
        let found = &mut self.open[place];
        found.rows.push(row);
        found.cost += cost;
        if self.kept.pads && found.first.len() < self.size.rows {
            found.first.push(row);
        }
        if found.rows.len() == self.size.rows {
            self.deal(place);
        }
    }

    /// Deals the open batch of a bucket.
    fn deal(&mut self, place: usize) {
        let mut rows = std::mem::take(&mut self.open[place].rows);
        self.open[place].cost = 0.0;
        self.batches.dealt += 1;
        self.put(&mut rows, &[]);
        rows.clear();
        self.open[place].rows = rows;
    }

    /// Deals a batch, filled up with `padding`.
    fn put(&mut self, rows: &mut Vec<Planned>, padding: &[Planned]) {
        let number = self.batches.all;
        self.batches.all += 1;
        if let Some((seed, epoch)) = self.shuffle {
            Random::new(&[seed, epoch, WITHIN, number]).shuffle(rows);
        }
        rows.extend_from_slice(padding);
        if self.kept.pads && number < self.kept.consumers {
            self.first.push(rows.to_vec());
        }
        if self.kept.has(number) {
            self.batches.keep(number, rows);
        }
    }

    /// The batches, when all rows were added.
    pub fn finish(mut self) -> Batches {
        for place in 0..self.open.len() {
            let mut rows = std::mem::take(&mut self.open[place].rows);
            if rows.is_empty() {
                continue;
            }
            // With a budget of cost no number of rows is missing.
            let missing = match self.kept.pads && self.size.cost.is_none() {
                true => self.size.rows - rows.len(),
                false => 0,
            };
            let first = std::mem::take(&mut self.open[place].first);
            let padding: Vec<Planned> = first.into_iter().cycle().take(missing).collect();
            self.put(&mut rows, &padding);
        }
        // Equally many for all consumers: the first batches come again.
        let all = self.batches.all;
        if self.kept.pads && all > 0 {
            for number in all..all + self.kept.consumers {
                if self.kept.has(number)
                    && let Some(rows) = self.first.get(((number - all) % all) as usize)
                {
                    self.batches.keep(number, rows);
                }
            }
        }
        self.batches
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Kept = Kept { first: 0, consumer: 0, consumers: 1, pads: false };

    fn row(row: u32) -> Planned {
        Planned { source: 0, coming: Coming { chunk: 0, row, pass: 0 } }
    }

    /// The numbers of the rows of each batch; `of` has bucket and cost of each row.
    fn cut(size: Size, kept: Kept, of: &[(u64, f64)]) -> (Vec<Vec<u32>>, u64, u64) {
        let mut cutter = Cutter::new(size, kept, None);
        of.iter().enumerate().for_each(|(n, (bucket, cost))| cutter.add(row(n as u32), *bucket, *cost));
        let batches = cutter.finish();
        // With padding each consumer has equally many.
        let end = if kept.pads { batches.all.div_ceil(kept.consumers) * kept.consumers } else { u64::MAX };
        let rows = batches.below(end).map(|rows| rows.iter().map(|row| row.coming.row).collect());
        (rows.collect(), batches.dealt, batches.all)
    }

    #[test]
    fn batches_have_rows_of_one_bucket_and_come_as_they_fill() {
        let of = [1, 2, 1, 1, 2, 3, 1, 2].map(|bucket| (bucket, 0.0));
        let size = Size { rows: 2, cost: None };
        let (found, dealt, all) = cut(size, ALL, &of);
        assert_eq!(found, [vec![0, 2], vec![1, 4], vec![3, 6], vec![7], vec![5]]);
        assert_eq!((dealt, all), (3, 5));
        // Each is filled up with the first rows of its bucket.
        let (found, ..) = cut(size, Kept { pads: true, ..ALL }, &of);
        assert_eq!(found[3..], [vec![7, 1], vec![5, 5]]);
        let parts: Vec<_> = (0..3)
            .map(|consumer| cut(size, Kept { consumer, consumers: 3, first: 0, pads: true }, &of).0)
            .collect();
        assert_eq!(parts[0], [vec![0, 2], vec![7, 1]]);
        assert_eq!(parts[1], [vec![1, 4], vec![5, 5]]);
        assert_eq!(parts[2], [vec![3, 6], vec![0, 2]], "the first batch comes again");
        let (later, ..) = cut(size, Kept { first: 3, ..ALL }, &of);
        assert_eq!(later, [vec![7], vec![5]]);
    }

    #[test]
    fn a_batch_stays_within_its_budget() {
        let of = [3.0, 4.0, 4.0, 1.0, 2.0, 10.0, 1.0].map(|cost| (0, cost));
        let (found, dealt, all) = cut(Size { rows: 100, cost: Some(10.0) }, ALL, &of);
        assert_eq!(found, [vec![0, 1], vec![2, 3, 4], vec![5], vec![6]]);
        assert_eq!((dealt, all), (3, 4));
        let (found, ..) = cut(Size { rows: 2, cost: Some(10.0) }, ALL, &of);
        assert_eq!(found, [vec![0, 1], vec![2, 3], vec![4], vec![5], vec![6]]);
        let (found, ..) = cut(Size { rows: 1, cost: Some(10.0) }, ALL, &of);
        assert_eq!(found.len(), 7);
        assert!(cut(Size { rows: 1, cost: None }, Kept { pads: true, ..ALL }, &[]).0.is_empty());
    }

    #[test]
    fn the_order_within_a_batch_depends_on_its_number() {
        let mut orders = Vec::new();
        for _ in 0..2 {
            let mut cutter = Cutter::new(Size { rows: 8, cost: None }, ALL, Some((1, 2)));
            (0..16).for_each(|n| cutter.add(row(n % 8), 0, 0.0));
            let batches = cutter.finish();
            orders.extend(
                batches.below(9).map(|rows| rows.iter().map(|row| row.coming.row).collect::<Vec<_>>()),
            );
        }
        assert!(orders[0] == orders[2] && orders[1] == orders[3] && orders[0] != orders[1]);
    }
}
