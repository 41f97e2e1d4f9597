//! The order of an epoch: which rows stand in which batch. A pure function, with no I/O.
//!
//! In come the chunks (a chunk is one row group of one fragment, its wanted rows counted from 0 in their
//! order); out comes, for any batch number, the rows of that batch. Nothing here knows about ranks or workers.
//!
//! 1. **Lanes.** Shuffled: the chunks are shuffled with the key `(seed, epoch, 0)`. Lane `l` of `L` takes the
//!    chunks at `l, l + L, l + 2L, …` of that list. In order: the same without the shuffle; with one lane, the
//!    default, that is the revision's own order.
//! 2. **Windows.** A lane of `n` chunks has `w = ceil(n / window_chunks)` windows; window `j` holds the lane's
//!    chunks `floor(j·n/w) .. floor((j+1)·n/w)`. Shuffled: all rows of a window, in the order of its chunks,
//!    are shuffled with the key `(seed, epoch, 1, l, j)`. The lane's rows are its windows' rows, one after
//!    another.
//! 3. **Stripes.** Each lane is cut into stripes of `batch_size` rows. Batches are dealt in rounds: in round
//!    `r` each lane that has a whole stripe `r` gives it, in the order of the lanes. What is left at the ends
//!    of the lanes (each less than a stripe) is put together, in the order of the lanes, and cut in the same
//!    way. So all batches but the last are full.
//!
//! Why lanes: with as many lanes as consumers, batch `k` comes from lane `k mod L`, and each consumer reads
//! only its own chunks. Why not one global shuffle of rows: each batch would touch as many row groups as it
//! has rows, which from a bucket means reading everything many times.
//!
//! What is kept is one number a chunk and a few a lane: 14 million rows take about a megabyte.

use std::ops::Range;

use crate::random::Random;

/// Keys of the two shuffles.
const CHUNKS: u64 = 0;
const ROWS: u64 = 1;

/// What determines an order, beside the chunks.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Seed and epoch; `None`: in order.
    pub shuffle: Option<(u64, u64)>,
    /// Rows a batch, at least 1.
    pub batch_size: u64,
    /// Lanes, at least 1.
    pub lanes: u64,
    /// The most chunks of a window, at least 1.
    pub window_chunks: u64,
}

/// The order of an epoch.
#[derive(Debug)]
pub struct Order {
    rules: Rules,
    lanes: Vec<Lane>,
    /// Whole stripes of each lane, smallest first, and the sums before each.
    sorted: Vec<u64>,
    sums: Vec<u64>,
    rows: u64,
}

#[derive(Debug)]
struct Lane {
    chunks: Vec<u32>,
    /// First row of each window in the lane, and the lane's rows at the end.
    windows: Vec<u64>,
    stripes: u64,
    /// Where its leftover begins among the leftovers of all lanes.
    leftover_start: u64,
}

/// Some rows of a lane, next to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub lane: usize,
    /// The rows, counted in the lane.
    pub rows: Range<u64>,
}

/// A window whose chunks and shuffle are worked out.
#[derive(Debug)]
pub struct Window {
    /// Its rows, counted in the lane.
    pub rows: Range<u64>,
    chunks: Vec<u32>,
    /// First row of each chunk in the window.
    starts: Vec<u32>,
    /// Where each row comes from; empty: from its own place.
    shuffled: Vec<u32>,
}

impl Order {
    /// The order of chunks that hold `rows[i]` rows each.
    pub fn new(rules: Rules, rows: &[u32]) -> Self {
        let mut chunks: Vec<u32> = (0..rows.len() as u32).collect();
        if let Some((seed, epoch)) = rules.shuffle {
            Random::new(&[seed, epoch, CHUNKS]).shuffle(&mut chunks);
        }
        let count = rules.lanes as usize;
        let mut lanes: Vec<Lane> = Vec::with_capacity(count.min(chunks.len().max(1)));
        let mut leftover_start = 0;
        for l in 0..count.min(chunks.len().max(1)) {
            let chunks: Vec<u32> = chunks.iter().skip(l).step_by(count).copied().collect();
            let lane = Lane::new(&rules, chunks, rows, leftover_start);
            leftover_start += lane.rows() % rules.batch_size;
            lanes.push(lane);
        }
        let mut sorted: Vec<u64> = lanes.iter().map(|l| l.stripes).collect();
        sorted.sort_unstable();
        let mut sums = vec![0];
        sums.extend(sorted.iter().scan(0, |sum, s| {
            *sum += s;
            Some(*sum)
        }));
        Self { rules, sorted, sums, rows: lanes.iter().map(Lane::rows).sum(), lanes }
    }

    pub fn rows(&self) -> u64 {
        self.rows
    }

    pub fn batch_size(&self) -> u64 {
        self.rules.batch_size
    }

    /// Batches of the epoch, the smaller last one counted.
    pub fn batches(&self) -> u64 {
        self.rows.div_ceil(self.rules.batch_size)
    }

    /// Batches of the epoch that have `batch_size` rows.
    pub fn full_batches(&self) -> u64 {
        self.rows / self.rules.batch_size
    }

    /// Batches dealt before round `round`.
    fn before(&self, round: u64) -> u64 {
        let done = self.sorted.partition_point(|s| *s <= round);
        self.sums[done] + (self.sorted.len() - done) as u64 * round
    }

    fn dealt(&self) -> u64 {
        self.sums[self.lanes.len()]
    }

    /// The rows of a batch.
    pub fn batch(&self, batch: u64) -> Vec<Span> {
        let size = self.rules.batch_size;
        if batch >= self.dealt() {
            return self.leftover((batch - self.dealt()) * size);
        }
        let (mut low, mut high) = (0, self.sorted.last().copied().unwrap_or(0));
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.before(middle) <= batch { low = middle } else { high = middle }
        }
        let nth = (batch - self.before(low)) as usize;
        let mut giving = (0..self.lanes.len()).filter(|l| self.lanes[*l].stripes > low);
        let lane = giving.nth(nth).unwrap_or_default();
        vec![Span { lane, rows: low * size..(low + 1) * size }]
    }

    /// The batch of the leftovers that begins at `start`.
    fn leftover(&self, start: u64) -> Vec<Span> {
        let end = start + self.rules.batch_size;
        let mut spans = Vec::new();
        for (l, lane) in self.lanes.iter().enumerate() {
            let whole = lane.stripes * self.rules.batch_size;
            let of_lane = lane.leftover_start..lane.leftover_start + lane.rows() - whole;
            let (from, to) = (start.max(of_lane.start), end.min(of_lane.end));
            if from < to {
                let shift = |row: u64| row - of_lane.start + whole;
                spans.push(Span { lane: l, rows: shift(from)..shift(to) });
            }
        }
        spans
    }

    /// The batch that holds a row of a lane, and the end of that batch's run of rows in the lane.
    pub fn batch_of(&self, lane: usize, row: u64) -> (u64, u64) {
        let size = self.rules.batch_size;
        let held = &self.lanes[lane];
        let round = row / size;
        if round < held.stripes {
            let earlier = self.lanes[..lane].iter().filter(|l| l.stripes > round).count() as u64;
            return (self.before(round) + earlier, (round + 1) * size);
        }
        let offset = held.leftover_start + (row - held.stripes * size);
        let end = row + (size - offset % size);
        (self.dealt() + offset / size, end.min(held.rows()))
    }

    /// The window of a lane that holds a row.
    pub fn window_of(&self, lane: usize, row: u64) -> usize {
        self.lanes[lane].windows.partition_point(|start| *start <= row).saturating_sub(1)
    }

    /// Opens a window; `rows` are those of every chunk.
    pub fn open(&self, lane: usize, window: usize, rows: &[u32]) -> Window {
        let held = &self.lanes[lane];
        let chunks = held.chunks[held.chunks_of(&self.rules, window)].to_vec();
        let mut at = 0;
        let starts = chunks.iter().map(|c| {
            at += rows[*c as usize];
            at - rows[*c as usize]
        });
        let starts = starts.collect();
        let rows = held.windows[window]..held.windows[window + 1];
        let mut shuffled = Vec::new();
        if let Some((seed, epoch)) = self.rules.shuffle {
            shuffled = (0..(rows.end - rows.start) as u32).collect();
            Random::new(&[seed, epoch, ROWS, lane as u64, window as u64]).shuffle(&mut shuffled);
        }
        Window { rows, chunks, starts, shuffled }
    }

    /// The most rows that a window holds.
    pub fn largest_window(&self) -> u64 {
        let windows = self.lanes.iter().flat_map(|l| l.windows.windows(2));
        windows.map(|w| w[1] - w[0]).max().unwrap_or(0)
    }
}

impl Lane {
    fn new(rules: &Rules, chunks: Vec<u32>, rows: &[u32], leftover_start: u64) -> Self {
        let mut lane = Self { chunks, windows: vec![0], stripes: 0, leftover_start };
        let mut at = 0;
        for window in 0..lane.window_count(rules) {
            let of_window = &lane.chunks[lane.chunks_of(rules, window)];
            at += of_window.iter().map(|c| u64::from(rows[*c as usize])).sum::<u64>();
            lane.windows.push(at);
        }
        lane.stripes = at / rules.batch_size;
        lane
    }

    fn rows(&self) -> u64 {
        self.windows.last().copied().unwrap_or(0)
    }

    fn window_count(&self, rules: &Rules) -> usize {
        (self.chunks.len() as u64).div_ceil(rules.window_chunks) as usize
    }

    fn chunks_of(&self, rules: &Rules, window: usize) -> Range<usize> {
        let (chunks, windows) = (self.chunks.len(), self.window_count(rules));
        window * chunks / windows..(window + 1) * chunks / windows
    }
}

impl Window {
    /// The chunks, in the order of the lane.
    pub fn chunks(&self) -> &[u32] {
        &self.chunks
    }

    /// The place among [`chunks`](Self::chunks), and the row in that chunk, of a row of the lane.
    pub fn locate(&self, row: u64) -> (usize, u32) {
        let place = (row - self.rows.start) as usize;
        let from = self.shuffled.get(place).copied().unwrap_or(place as u32);
        let chunk = self.starts.partition_point(|start| *start <= from) - 1;
        (chunk, from - self.starts[chunk])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(shuffle: Option<(u64, u64)>, batch_size: u64, lanes: u64, window: u64, rows: &[u32]) -> Order {
        Order::new(Rules { shuffle, batch_size, lanes, window_chunks: window }, rows)
    }

    fn rows_of(order: &Order, chunks: &[u32], batch: u64) -> Vec<(u32, u32)> {
        let rows = order.batch(batch).into_iter().flat_map(|s| s.rows.map(move |r| (s.lane, r)));
        let locate = |(lane, row)| {
            let window = order.open(lane, order.window_of(lane, row), chunks);
            let (chunk, row) = window.locate(row);
            (window.chunks()[chunk], row)
        };
        rows.map(locate).collect()
    }

    #[test]
    fn every_row_stands_in_one_batch_and_all_batches_are_full() {
        let chunks = [5, 1, 9, 3, 3, 7, 2, 8, 4, 6];
        for (lanes, batch_size, window) in
            [(1, 4, 3), (2, 4, 1), (3, 5, 2), (4, 1, 3), (7, 3, 1), (10, 4, 2), (64, 2, 1), (3, 100, 1)]
        {
            let order = order(Some((1, 2)), batch_size, lanes, window, &chunks);
            let mut seen = Vec::new();
            for batch in 0..order.batches() {
                let rows = rows_of(&order, &chunks, batch);
                let wanted = batch_size.min(48 - batch * batch_size);
                assert_eq!(rows.len() as u64, wanted, "batch {batch} of {lanes} lanes");
                for span in order.batch(batch) {
                    for row in span.rows.clone() {
                        assert_eq!(order.batch_of(span.lane, row), (batch, span.rows.end));
                    }
                }
                seen.extend(rows);
            }
            seen.sort_unstable();
            let all = chunks.iter().enumerate().flat_map(|(c, n)| (0..*n).map(move |r| (c as u32, r)));
            assert_eq!(seen, all.collect::<Vec<_>>());
        }
    }

    #[test]
    fn in_order_is_the_natural_order() {
        let chunks = [3, 1, 2];
        let order = order(None, 2, 1, 1, &chunks);
        let all: Vec<_> = (0..3).flat_map(|b| rows_of(&order, &chunks, b)).collect();
        assert_eq!(all, [(0, 0), (0, 1), (0, 2), (1, 0), (2, 0), (2, 1)]);
    }

    #[test]
    fn seed_and_epoch_change_the_order_and_nothing_else_does() {
        let chunks = [20; 10];
        let all = |shuffle| {
            let order = order(Some(shuffle), 8, 2, 3, &chunks);
            (0..order.batches()).flat_map(|b| rows_of(&order, &chunks, b)).collect::<Vec<_>>()
        };
        assert_eq!(all((1, 0)), all((1, 0)));
        assert_ne!(all((1, 0)), all((1, 1)));
        assert_ne!(all((1, 0)), all((2, 0)));
    }

    #[test]
    fn as_many_lanes_as_consumers_means_a_lane_each() {
        let order = order(Some((3, 0)), 4, 3, 2, &[8; 12]);
        for batch in 0..order.batches() {
            assert_eq!(order.batch(batch)[0].lane as u64, batch % 3);
        }
    }

    #[test]
    fn no_rows_are_no_batches() {
        let order = order(Some((3, 0)), 4, 3, 2, &[]);
        assert_eq!((order.rows(), order.batches(), order.largest_window()), (0, 0, 0));
    }
}
