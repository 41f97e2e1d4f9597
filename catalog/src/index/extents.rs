//! From row ids to ordinals.
//!
//! Postings count rows by *ordinal*: the order in which the index first saw them, dense, 32 bits, the same for
//! the row's life. Positions would not do, since each delete shifts them, and row ids are too sparse. A row id
//! outlives compactions, so they cost the index nothing. Rows born together have ids and ordinals that count up
//! together, so a run of them, an *extent*, is three numbers.

use std::collections::BTreeMap;

use hub_schema::Fragment;

use super::bytes::{Reader, put};
use crate::error::{Error, Result};

/// Row ids that count up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// The first, as 64 bits.
    pub first: u64,
    pub rows: u32,
}

/// The runs of a fragment's rows, deleted ones too, by offset.
pub(crate) fn runs(fragment: &Fragment) -> Vec<Run> {
    if fragment.row_ids.is_empty() {
        return vec![Run { first: fragment.row_id(0).raw(), rows: fragment.rows }];
    }
    fragment.row_ids.iter().map(|run| Run { first: run.first.raw(), rows: run.rows }).collect()
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Extents {
    /// The first row id of each extent: how many rows, and the ordinal of the first.
    by_row: BTreeMap<u64, (u32, u32)>,
    next: u64,
}

impl Extents {
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Gives the rows of a run the next ordinals. None of them may have one.
    pub fn push(&mut self, run: Run) -> Result<()> {
        let base = u32::try_from(self.next).ok().filter(|base| base.checked_add(run.rows).is_some());
        let too_many = "it has seen 2^32 rows of this data set, more than it can tell apart; rebuild it";
        let base = base.ok_or_else(|| Error::invalid("label index", too_many))?;
        if run.rows > 0 {
            self.by_row.insert(run.first, (run.rows, base));
            self.next += u64::from(run.rows);
        }
        Ok(())
    }

    /// Cuts a run where its ordinals jump: each piece with its first ordinal, or none where it has none yet.
    pub fn pieces(&self, run: Run) -> Vec<(Run, Option<u32>)> {
        let mut pieces = Vec::new();
        let (mut at, end) = (run.first, run.first.saturating_add(u64::from(run.rows)));
        while at < end {
            let before = self.by_row.range(..=at).next_back();
            let inside = before.filter(|(first, (rows, _))| at < **first + u64::from(*rows));
            let (until, ordinal) = match inside {
                Some((first, (rows, base))) => {
                    (end.min(first + u64::from(*rows)), Some(base + (at - first) as u32))
                }
                None => (self.by_row.range(at..end).next().map_or(end, |(first, _)| *first), None),
            };
            pieces.push((Run { first: at, rows: (until - at) as u32 }, ordinal));
            at = until;
        }
        pieces
    }

    /// Gives ordinals to the rows of a run that have none, and says which these are.
    pub fn cover(&mut self, run: Run, new: &mut Vec<Run>) -> Result<()> {
        for (piece, _) in self.pieces(run).into_iter().filter(|(_, ordinal)| ordinal.is_none()) {
            self.push(piece)?;
            new.push(piece);
        }
        Ok(())
    }

    /// The ordinals of a fragment's rows, by offset.
    pub fn ordinals(&self, fragment: &Fragment) -> Result<Vec<u32>> {
        let mut ordinals = Vec::with_capacity(fragment.rows as usize);
        for run in runs(fragment) {
            for (piece, ordinal) in self.pieces(run) {
                let ordinal = ordinal.ok_or_else(|| missing(fragment))?;
                ordinals.extend(ordinal..ordinal + piece.rows);
            }
        }
        if ordinals.len() == fragment.rows as usize { Ok(ordinals) } else { Err(missing(fragment)) }
    }

    /// All extents, in the order of ordinals.
    pub fn all(&self) -> Vec<Run> {
        let mut all: Vec<(u32, Run)> = self
            .by_row
            .iter()
            .map(|(first, (rows, base))| (*base, Run { first: *first, rows: *rows }))
            .collect();
        all.sort_unstable_by_key(|(base, _)| *base);
        all.into_iter().map(|(_, run)| run).collect()
    }
}

fn missing(fragment: &Fragment) -> Error {
    Error::Damaged { column: "index_extents.runs", found: format!("no rows of fragment {}", fragment.id) }
}

/// Runs as they are stored.
pub(crate) fn encode(runs: &[Run]) -> Vec<u8> {
    let mut out = Vec::with_capacity(runs.len() * 9);
    for run in runs {
        // Most begin with the first row of a fragment, whose low bits are zero.
        put(&mut out, run.first.rotate_right(24));
        put(&mut out, u64::from(run.rows));
    }
    out
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Vec<Run>> {
    let mut reader = Reader::new(bytes, "index_extents.runs");
    let mut runs = Vec::new();
    while !reader.is_empty() {
        runs.push(Run { first: reader.number()?.rotate_left(24), rows: reader.small()? });
    }
    Ok(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_cut_where_their_ordinals_jump() {
        let run = |first, rows| Run { first, rows };
        let mut extents = Extents::default();
        let mut new = Vec::new();
        extents.cover(run(100, 10), &mut new).unwrap();
        extents.cover(run(50, 5), &mut new).unwrap();
        assert_eq!(new, [run(100, 10), run(50, 5)]);
        new.clear();
        extents.cover(run(48, 60), &mut new).unwrap();
        assert_eq!(new, [run(48, 2), run(55, 45)]);
        let pieces = extents.pieces(run(49, 53));
        let ordinals = [(run(49, 1), 16), (run(50, 5), 10), (run(55, 45), 17), (run(100, 2), 0)];
        assert_eq!(pieces, ordinals.map(|(run, ordinal)| (run, Some(ordinal))));
        assert_eq!(extents.next(), 62);
        assert_eq!(decode(&encode(&extents.all())).unwrap(), extents.all());
    }

    #[test]
    fn there_are_no_more_than_32_bits_of_ordinals() {
        let mut extents = Extents::default();
        for i in 0..255_u64 {
            extents.push(Run { first: i << 24, rows: 1 << 24 }).unwrap();
        }
        assert!(extents.push(Run { first: 1 << 60, rows: 1 << 24 }).is_err());
    }
}
