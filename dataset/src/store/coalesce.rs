//! Which ranges of an object to fetch in one request.
//!
//! A request costs time, and a gap that is fetched with it costs bytes. The usual rule (join what is less than a
//! megabyte apart) fetches a whole row group where one image in ten is requested. So gaps are bridged from the
//! smallest on, until the unrequested bytes are an eighth of the requested.

use std::ops::Range;

/// Gaps of this many bytes in total are always bridged: a request costs more.
const CHEAP_BYTES: u64 = 16 * 1024;
/// A wider gap is never bridged.
const WIDEST_BYTES: u64 = object_store::OBJECT_STORE_COALESCE_DEFAULT;

/// The widest gap between ranges (rising) that is bridged.
pub(super) fn gap(ranges: &[Range<u64>]) -> u64 {
    let wanted: u64 = ranges.iter().map(|r| r.end.saturating_sub(r.start)).sum();
    let between = ranges.windows(2).map(|pair| pair[1].start.saturating_sub(pair[0].end));
    let mut gaps: Vec<u64> = between.filter(|gap| *gap <= WIDEST_BYTES).collect();
    gaps.sort_unstable();
    let (mut bridged, mut widest) = (0, 0);
    for (i, gap) in gaps.iter().enumerate() {
        bridged += gap;
        if bridged > CHEAP_BYTES.max(wanted / 8) {
            break;
        }
        // All gaps of a width are bridged, or none.
        if gaps.get(i + 1) != Some(gap) {
            widest = *gap;
        }
    }
    widest
}

/// The ranges (rising) to request: small gaps are bridged, see the module.
pub fn joined(ranges: &[Range<u64>]) -> Vec<Range<u64>> {
    joined_over(ranges, gap(ranges))
}

/// Joins ranges (rising) that are at most `gap` bytes apart.
pub(crate) fn joined_over(ranges: &[Range<u64>], gap: u64) -> Vec<Range<u64>> {
    let mut joined: Vec<Range<u64>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end.saturating_add(gap) => last.end = last.end.max(range.end),
            _ => joined.push(range.clone()),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_gaps_are_bridged_and_wide_ones_are_not() {
        let sample_image = |at: u64| at * 100_000..at * 100_000 + 90_000;
        // One in ten, and two side by side.
        assert_eq!(joined(&[sample_image(0), sample_image(10)]), [sample_image(0), sample_image(10)]);
        assert_eq!(
            joined(&[sample_image(0), sample_image(1), sample_image(10)]),
            [0..190_000, sample_image(10)]
        );
        assert_eq!(joined(&[0..4, 8_000..8_004, sample_image(1)]), [0..8_004, sample_image(1)]);
        assert_eq!(joined(&[]), []);
    }

    #[test]
    fn at_most_an_eighth_more_is_fetched() {
        let mut at = 0;
        let ranges: Vec<Range<u64>> = (1..200_u64)
            .map(|i| {
                at += i * 7_919 % 150_000;
                let range = at..at + 100_000;
                at = range.end;
                range
            })
            .collect();
        let bytes = |ranges: &[Range<u64>]| ranges.iter().map(|r| r.end - r.start).sum::<u64>();
        let few = joined(&ranges);
        assert!(few.len() < ranges.len());
        assert!(bytes(&few) <= bytes(&ranges) * 9 / 8, "{} of {}", bytes(&few), bytes(&ranges));
    }

    #[test]
    fn equal_gaps_are_all_bridged_or_none() {
        let ranges: Vec<Range<u64>> = (0..9).map(|i| i * 30_000..i * 30_000 + 10_000).collect();
        assert_eq!(joined(&ranges), ranges);
    }
}
