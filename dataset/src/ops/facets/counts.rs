//! A column as codes, and counting them.

use roaring::RoaringBitmap;

use super::bins::{Bins, Quantiles};

/// The code of a row without a value.
pub(super) const NULL: u32 = u32::MAX;
/// The code of a number that is infinite or NaN.
pub(super) const NOT_FINITE: u32 = u32::MAX - 1;

/// What a facet's codes stand for.
#[derive(Clone, Debug, PartialEq)]
pub enum Buckets {
    /// Class numbers below this.
    Classes(usize),
    /// These texts, sorted.
    Values(Vec<String>),
    /// 0 is false, 1 is true.
    Bools,
    /// Bins of numbers.
    Numbers(Bins),
    /// Bins of times, in microseconds since 1970.
    Times(Bins),
    /// Bins of the lengths of lists.
    Lengths(Bins),
    /// 0: there is a value. (Texts of more values than are told apart.)
    Present,
}

impl Buckets {
    /// The number of codes.
    pub fn len(&self) -> usize {
        match self {
            Self::Classes(classes) => *classes,
            Self::Values(values) => values.len(),
            Self::Bools => 2,
            Self::Numbers(bins) | Self::Times(bins) | Self::Lengths(bins) => bins.len(),
            Self::Present => 1,
        }
    }

    /// Whether there is no code: a label without classes, a text column without texts.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A column of a revision: a code for each value.
#[derive(Clone, Debug)]
pub struct Facet {
    /// What the codes stand for.
    pub buckets: Buckets,
    /// Of numbers, times (in microseconds) and lengths.
    pub quantiles: Option<Quantiles>,
    pub(super) codes: Vec<u32>,
    /// Where each row's codes begin, and where the last row's end; `None` where each row has one.
    pub(super) starts: Option<Vec<u32>>,
}

/// How many rows are in each bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The rows that were counted.
    pub rows: u64,
    /// For each code, the rows that have it. A row with several values is counted once for each code that it has.
    pub buckets: Vec<u64>,
    /// Rows without a value.
    pub nulls: u64,
    /// Rows with a number that is infinite or NaN.
    pub not_finite: u64,
}

impl Facet {
    /// Bytes in memory.
    pub const fn size_bytes(&self) -> usize {
        let starts = match &self.starts {
            Some(starts) => starts.len(),
            None => 0,
        };
        4 * (self.codes.len() + starts) + 256
    }

    /// The number of rows.
    pub fn rows(&self) -> u32 {
        match &self.starts {
            Some(starts) => starts.len().saturating_sub(1) as u32,
            None => self.codes.len() as u32,
        }
    }

    /// The codes of a row; none where it has no value.
    fn of(&self, row: u32) -> &[u32] {
        let row = row as usize;
        let (from, to) = match &self.starts {
            Some(starts) => match (starts.get(row), starts.get(row + 1)) {
                (Some(from), Some(to)) => (*from as usize, *to as usize),
                _ => return &[],
            },
            None => (row, row + 1),
        };
        self.codes.get(from..to).unwrap_or_default()
    }

    /// The first code of a row; `u32::MAX` where it has none.
    pub fn first_code(&self, row: u32) -> u32 {
        self.of(row).first().copied().filter(|code| (*code as usize) < self.buckets.len()).unwrap_or(NULL)
    }

    /// Counts the rows of each code, of all rows or of those at some positions.
    pub fn count(&self, rows: Option<&RoaringBitmap>) -> Counts {
        let mut counts = Counts { buckets: vec![0; self.buckets.len()], ..Counts::default() };
        if self.starts.is_some() {
            self.count_lists(rows, &mut counts);
            return counts;
        }
        let mut add = |code: u32| match counts.buckets.get_mut(code as usize) {
            Some(count) => *count += 1,
            None if code == NOT_FINITE => counts.not_finite += 1,
            None => counts.nulls += 1,
        };
        match rows {
            None => self.codes.iter().for_each(|code| add(*code)),
            Some(rows) => {
                rows.iter().filter_map(|row| self.codes.get(row as usize)).for_each(|code| add(*code))
            }
        }
        counts.rows = counts.buckets.iter().sum::<u64>() + counts.nulls + counts.not_finite;
        counts
    }

    fn count_lists(&self, rows: Option<&RoaringBitmap>, counts: &mut Counts) {
        // For each code, the row that was last counted for it.
        let mut last = vec![NULL; self.buckets.len()];
        self.each_row(rows, |row, codes| {
            counts.rows += 1;
            let (mut has_value, mut has_other) = (false, false);
            for code in codes {
                match last.get_mut(*code as usize) {
                    Some(last) => {
                        has_value = true;
                        if *last != row {
                            *last = row;
                            counts.buckets[*code as usize] += 1;
                        }
                    }
                    None => has_other |= *code == NOT_FINITE,
                }
            }
            counts.not_finite += u64::from(has_other);
            counts.nulls += u64::from(!has_value && !has_other);
        });
    }

    /// Counts the rows of groups of codes, each row once for each group: `groups` names those of each code.
    pub fn count_groups(&self, rows: Option<&RoaringBitmap>, groups: &[Vec<u32>], number: usize) -> Vec<u64> {
        let mut counts = vec![0; number];
        if self.starts.is_none() {
            for (groups, count) in groups.iter().zip(self.count(rows).buckets) {
                groups.iter().for_each(|group| counts[*group as usize] += count);
            }
            return counts;
        }
        let mut last = vec![NULL; number];
        self.each_row(rows, |row, codes| {
            for group in codes.iter().filter_map(|code| groups.get(*code as usize)).flatten() {
                if std::mem::replace(&mut last[*group as usize], row) != row {
                    counts[*group as usize] += 1;
                }
            }
        });
        counts
    }

    /// For each code of `of`, which has one for each row, the rows of each code of this facet.
    pub fn count_by(&self, of: &Self) -> Vec<Counts> {
        let mut rows = vec![RoaringBitmap::new(); of.buckets.len()];
        for row in 0..of.rows() {
            if let Some(rows) = of.of(row).first().and_then(|code| rows.get_mut(*code as usize)) {
                rows.insert(row);
            }
        }
        rows.iter().map(|rows| self.count(Some(rows))).collect()
    }

    fn each_row(&self, rows: Option<&RoaringBitmap>, mut each: impl FnMut(u32, &[u32])) {
        match rows {
            None => (0..self.rows()).for_each(|row| each(row, self.of(row))),
            Some(rows) => rows.iter().for_each(|row| each(row, self.of(row))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(codes: &[u32]) -> Facet {
        Facet { buckets: Buckets::Classes(3), quantiles: None, codes: codes.to_vec(), starts: None }
    }

    #[test]
    fn rows_are_counted_once_for_each_code() {
        let facet = flat(&[0, 2, NULL, 2, NOT_FINITE]);
        let all = facet.count(None);
        assert_eq!(all, Counts { rows: 5, buckets: vec![1, 0, 2], nulls: 1, not_finite: 1 });
        let some = facet.count(Some(&[1, 2, 99].into_iter().collect()));
        assert_eq!(some, Counts { rows: 2, buckets: vec![0, 0, 1], nulls: 1, not_finite: 0 });
        let lists = Facet { starts: Some(vec![0, 3, 3, 4]), ..flat(&[0, 0, 2, NULL]) };
        let counts = lists.count(None);
        assert_eq!(counts, Counts { rows: 3, buckets: vec![1, 0, 1], nulls: 2, not_finite: 0 });
    }

    #[test]
    fn groups_count_a_row_once() {
        // 0 and 2 are both in group 1.
        let groups = [vec![0, 1], vec![], vec![1]];
        assert_eq!(flat(&[0, 2, 2]).count_groups(None, &groups, 2), [1, 3]);
        let lists = Facet { starts: Some(vec![0, 3, 4]), ..flat(&[0, 0, 2, 2]) };
        assert_eq!(lists.count_groups(None, &groups, 2), [1, 2]);
        assert_eq!(lists.count_groups(Some(&[1].into_iter().collect()), &groups, 2), [0, 1]);
    }

    #[test]
    fn two_facets_are_crossed() {
        let splits =
            Facet { buckets: Buckets::Values(vec!["a".into(), "b".into()]), ..flat(&[0, 1, NULL, 1]) };
        let counts: Vec<Vec<u64>> =
            flat(&[0, 2, 2, 2]).count_by(&splits).into_iter().map(|c| c.buckets).collect();
        assert_eq!(counts, [vec![1, 0, 0], vec![0, 0, 2]]);
    }
}
