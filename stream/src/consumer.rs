//! One consumer's part of an epoch: its batches, and how often it needs each chunk.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::order::{Order, Window};
use crate::padding::Padding;
use crate::share::{Need, NeededRows, Pick, Share};

/// Walks through the batches of a consumer.
#[derive(Debug)]
pub struct Consumer {
    order: Order,
    /// Wanted rows of each chunk.
    rows: Arc<[u32]>,
    share: Share,
    next: u64,
    /// Whether batches that are smaller than the others, or behind the epoch's end, are filled up.
    pads: bool,
    padding: Option<Padding>,
    open: HashMap<(usize, usize), OpenWindow>,
}

#[derive(Debug)]
struct OpenWindow {
    window: Window,
    /// Own rows that are not walked over yet.
    left: u64,
}

impl Consumer {
    /// The consumer of a share.
    pub fn new(order: Order, rows: Arc<[u32]>, share: Share, pads: bool) -> Self {
        Self { order, rows, share, next: 0, pads, padding: None, open: HashMap::new() }
    }

    /// The next batch's rows. Chunks that it needs and no batch before needed are added to `needs`, together
    /// with the others of their window.
    pub fn next(&mut self, needs: &mut Vec<Need>) -> Option<Vec<Pick>> {
        let batch = self.share.nth(self.next)?;
        self.next += 1;
        let mut picks = Vec::new();
        let spans = if batch < self.order.batches() { self.order.batch(batch) } else { Vec::new() };
        for span in spans {
            let mut row = span.rows.start;
            while row < span.rows.end {
                let key = (span.lane, self.order.window_of(span.lane, row));
                let mut open = match self.open.remove(&key) {
                    Some(open) => open,
                    None => self.open_window(key, needs),
                };
                let end = span.rows.end.min(open.window.rows.end);
                for row in row..end {
                    let (chunk, row) = open.window.locate(row);
                    picks.push(Pick { chunk: open.window.chunks()[chunk], row, pass: 0 });
                }
                open.left -= end - row;
                if open.left > 0 {
                    self.open.insert(key, open);
                }
                row = end;
            }
        }
        if self.pads && (picks.len() as u64) < self.order.batch_size() {
            let Self { order, rows, share, padding, .. } = self;
            picks.extend(padding.get_or_insert_with(|| Padding::new(order, rows, share, needs)).of(batch));
        }
        Some(picks)
    }

    fn open_window(&self, (lane, place): (usize, usize), needs: &mut Vec<Need>) -> OpenWindow {
        let window = self.order.open(lane, place, &self.rows);
        let own = self.own(lane, window.rows.clone());
        let left = own.iter().map(|r| r.end - r.start).sum();
        if left == window.rows.end - window.rows.start {
            needs.extend(window.chunks().iter().map(|chunk| {
                let all = self.rows[*chunk as usize];
                Need { chunk: *chunk, rows: NeededRows::All(all), uses: all as usize }
            }));
            return OpenWindow { window, left };
        }
        let mut of_chunks: Vec<(u64, Vec<u32>)> = vec![(u64::MAX, Vec::new()); window.chunks().len()];
        for row in own.into_iter().flatten() {
            let (chunk, of_chunk) = window.locate(row);
            of_chunks[chunk].0 = of_chunks[chunk].0.min(row);
            of_chunks[chunk].1.push(of_chunk);
        }
        let mut found: Vec<_> =
            window.chunks().iter().zip(of_chunks).filter(|(_, n)| !n.1.is_empty()).collect();
        found.sort_by_key(|(_, (first, _))| *first);
        needs.extend(found.into_iter().map(|(chunk, (_, mut rows))| {
            rows.sort_unstable();
            let (all, uses) = (self.rows[*chunk as usize], rows.len());
            let rows = if rows.len() == all as usize { NeededRows::All(all) } else { NeededRows::Some(rows) };
            Need { chunk: *chunk, rows, uses }
        }));
        OpenWindow { window, left }
    }

    /// The rows of a lane that stand in batches of this consumer.
    fn own(&self, lane: usize, rows: Range<u64>) -> Vec<Range<u64>> {
        let mut own: Vec<Range<u64>> = Vec::new();
        let mut row = rows.start;
        while row < rows.end {
            let (batch, end) = self.order.batch_of(lane, row);
            let end = end.min(rows.end);
            if self.share.has(batch) {
                match own.last_mut() {
                    Some(last) if last.end == row => last.end = end,
                    _ => own.push(row..end),
                }
            }
            row = end;
        }
        own
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rand::rngs::SmallRng;
    use rand::{Rng, SeedableRng};

    use super::*;
    use crate::order::Rules;

    const CHUNKS: [u32; 9] = [7, 3, 12, 1, 9, 9, 4, 2, 6];

    fn consumer(lanes: u64, share: Share) -> Consumer {
        let rules = Rules { shuffle: Some((5, 1)), batch_size: 4, lanes, window_chunks: 2 };
        Consumer::new(Order::new(rules, &CHUNKS), CHUNKS.into(), share, false)
    }

    #[test]
    fn consumers_share_the_batches_and_know_what_they_need() {
        for (lanes, consumers, first) in
            [(1, 1, 0), (4, 4, 0), (2, 4, 0), (4, 2, 3), (3, 5, 7), (8, 3, 0), (1, 4, 1)]
        {
            let end = 14;
            let mut batches: BTreeMap<u64, Vec<Pick>> = BTreeMap::new();
            let alone = Share { first, end, consumer: 0, consumers: 1 };
            let mut walk = consumer(lanes, alone);
            let wanted: Vec<_> = std::iter::from_fn(|| walk.next(&mut Vec::new())).collect();
            for c in 0..consumers {
                let share = Share { first, end, consumer: c, consumers };
                let mut walk = consumer(lanes, share);
                let (mut needs, mut picks) = (Vec::new(), Vec::new());
                for nth in 0..share.len() {
                    let batch = walk.next(&mut needs).unwrap();
                    picks.extend(batch.clone());
                    batches.insert(share.nth(nth).unwrap(), batch);
                }
                assert!(walk.next(&mut needs).is_none() && walk.open.is_empty());
                for need in &needs {
                    let mut used: Vec<u32> =
                        picks.iter().filter(|p| p.chunk == need.chunk).map(|p| p.row).collect();
                    used.sort_unstable();
                    match &need.rows {
                        NeededRows::All(n) => assert_eq!(used, (0..*n).collect::<Vec<_>>()),
                        NeededRows::Some(rows) => assert_eq!(&used, rows),
                    }
                }
                let mut told: Vec<u32> = needs.iter().map(|n| n.chunk).collect();
                told.sort_unstable();
                assert!(told.windows(2).all(|w| w[0] != w[1]), "each chunk is listed once");
            }
            assert_eq!(batches.into_values().collect::<Vec<_>>(), wanted);
        }
    }

    /// Walks all consumers of a share in step for `steps` steps (or to the end); returns the rows they got.
    fn walk(
        order: impl Fn() -> Order,
        rows: &[u32],
        first: u64,
        consumers: u64,
        steps: u64,
    ) -> Vec<(u32, u32)> {
        let end = order().batches();
        let mut seen = Vec::new();
        for c in 0..consumers {
            let share = Share { first, end, consumer: c, consumers };
            let mut walk = Consumer::new(order(), rows.into(), share, false);
            for _ in 0..steps.min(share.len()) {
                seen.extend(walk.next(&mut Vec::new()).unwrap().iter().map(|p| (p.chunk, p.row)));
            }
        }
        seen
    }

    #[test]
    fn any_sequence_of_consumers_sees_every_row_once() {
        let mut random = SmallRng::seed_from_u64(4);
        for case in 0..300 {
            let rows: Vec<u32> =
                (0..random.random_range(0..30)).map(|_| random.random_range(1..40)).collect();
            let rules = Rules {
                shuffle: random.random_bool(0.8).then_some((case, 1)),
                batch_size: random.random_range(1..50),
                lanes: random.random_range(1..12),
                window_chunks: random.random_range(1..9),
            };
            let order = || Order::new(rules, &rows);
            let batches = order().batches();
            let (mut seen, mut done) = (Vec::new(), 0);
            while done < batches {
                let (consumers, steps) = (random.random_range(1..13), random.random_range(1..9));
                seen.extend(walk(order, &rows, done, consumers, steps));
                done += consumers * steps;
            }
            seen.sort_unstable();
            let all = rows.iter().enumerate().flat_map(|(c, n)| (0..*n).map(move |r| (c as u32, r)));
            assert_eq!(seen, all.collect::<Vec<_>>(), "case {case}: {rules:?}");
        }
    }
}
