//! One consumer's planned batches of one data set, and the chunks that it needs for them.
//!
//! Rows of rare buckets wait long for others. So that their chunks aren't held meanwhile, a chunk is read again where many
//! others were begun since it was last used: each reading is a visit, with a number of its own (the chunk's plus a multiple
//! of the number of chunks).

use std::collections::{HashMap, VecDeque};

use crate::cutting::Planned;
use crate::share::{Need, NeededRows, Pick};

/// A chunk is held while at most this many windows of others are begun.
const HELD_WINDOWS: u64 = 4;
/// Or this many chunks, if windows are small.
const HELD_CHUNKS: u64 = 16;

/// Walks through planned batches.
#[derive(Debug, Default)]
pub struct Walk {
    batches: VecDeque<Vec<Pick>>,
    /// The visits that begin with each batch.
    needs: VecDeque<Vec<Need>>,
}

/// The visit of a chunk that was begun last.
struct Visit {
    number: u32,
    /// How many visits had been begun when it was used last.
    used: u64,
    /// The batch that it begins with, and its place among the needs of that.
    at: (usize, usize),
}

impl Walk {
    /// Of batches, each with its rows of this data set; of a selection with `chunks` chunks, of which `window` are mixed at a
    /// time.
    pub fn new<'a>(
        batches: impl Iterator<Item = &'a [Planned]>,
        source: u32,
        chunks: u32,
        window: u64,
    ) -> Self {
        let held = window.saturating_mul(HELD_WINDOWS).max(HELD_CHUNKS);
        let mut walk = Self::default();
        let mut visits: HashMap<u32, Visit> = HashMap::new();
        let mut begun: u64 = 0;
        for rows in batches {
            let own = rows.iter().filter(|row| row.source == source);
            let mut picks = Vec::new();
            let mut needs: Vec<Need> = Vec::new();
            let batch = walk.batches.len();
            for row in own.map(|row| row.coming) {
                let known = visits.get(&row.chunk);
                let number = match known {
                    Some(visit) if begun - visit.used <= held => visit.number,
                    known => {
                        let number = known.map_or(row.chunk, |visit| visit.number.saturating_add(chunks));
                        let at = (batch, needs.len());
                        needs.push(Need { chunk: number, rows: NeededRows::Some(Vec::new()), uses: 0 });
                        begun += 1;
                        visits.insert(row.chunk, Visit { number, used: begun, at });
                        number
                    }
                };
                if let Some(visit) = visits.get_mut(&row.chunk) {
                    visit.used = begun;
                    let (of, place) = visit.at;
                    let need = if of == batch { needs.get_mut(place) } else { walk.needs[of].get_mut(place) };
                    if let Some(need) = need {
                        need.uses += 1;
                        if let NeededRows::Some(rows) = &mut need.rows {
                            rows.push(row.row);
                        }
                    }
                }
                picks.push(Pick { chunk: number, row: row.row, pass: row.pass });
            }
            // A batch without rows of this data set isn't one of its batches.
            if !picks.is_empty() {
                walk.batches.push_back(picks);
                walk.needs.push_back(needs);
            }
        }
        for need in walk.needs.iter_mut().flatten() {
            if let NeededRows::Some(rows) = &mut need.rows {
                rows.sort_unstable();
                rows.dedup();
                rows.shrink_to_fit();
            }
        }
        walk
    }

    /// The next batch's rows. Visits that begin with it are added to `needs`.
    pub fn next(&mut self, needs: &mut Vec<Need>) -> Option<Vec<Pick>> {
        needs.extend(self.needs.pop_front().unwrap_or_default());
        self.batches.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequence::Coming;

    fn planned(rows: &[(u32, u32, u32)]) -> Vec<Planned> {
        let planned = |(source, chunk, row): &(u32, u32, u32)| Planned {
            source: *source,
            coming: Coming { chunk: *chunk, row: *row, pass: 0 },
        };
        rows.iter().map(planned).collect()
    }

    /// Chunk and row of each row of a batch, and the chunks that begin with it: their rows and uses.
    type Walked = (Vec<(u32, u32)>, Vec<(u32, Vec<u32>, usize)>);

    fn walked(mut walk: Walk) -> Vec<Walked> {
        let mut all = Vec::new();
        let mut needs = Vec::new();
        while let Some(picks) = walk.next(&mut needs) {
            let told = needs.drain(..).map(|need| match need.rows {
                NeededRows::Some(rows) => (need.chunk, rows, need.uses),
                NeededRows::All(_) => panic!(),
            });
            let told = told.collect();
            all.push((picks.iter().map(|pick| (pick.chunk, pick.row)).collect(), told));
        }
        all
    }

    #[test]
    fn needs_are_told_with_the_first_batch_that_has_them() {
        let batches = [
            planned(&[(0, 1, 5), (1, 0, 0), (0, 1, 2)]),
            planned(&[(1, 0, 3)]),
            planned(&[(0, 1, 5), (0, 0, 1)]),
        ];
        let of = |source| walked(Walk::new(batches.iter().map(Vec::as_slice), source, 3, 2));
        let expected =
            [(vec![(1, 5), (1, 2)], vec![(1, vec![2, 5], 3)]), (vec![(1, 5), (0, 1)], vec![(0, vec![1], 1)])];
        assert_eq!(of(0), expected);
        assert_eq!(of(1), [(vec![(0, 0)], vec![(0, vec![0, 3], 2)]), (vec![(0, 3)], vec![])]);
    }

    #[test]
    fn a_chunk_that_is_not_used_for_long_is_read_again() {
        // Chunk 0 is used at the beginning and at the end, a hundred others between.
        let mut batches = vec![planned(&[(0, 0, 0)])];
        batches.extend((1..=100).map(|chunk| planned(&[(0, chunk, 0)])));
        batches.push(planned(&[(0, 0, 1), (0, 100, 1)]));
        let found = walked(Walk::new(batches.iter().map(Vec::as_slice), 0, 101, 2));
        assert_eq!(found[0].1, [(0, vec![0], 1)]);
        assert_eq!(found[101], (vec![(101, 1), (100, 1)], vec![(101, vec![1], 1)]));
        assert_eq!(found[100].1, [(100, vec![0, 1], 2)]);
    }
}
