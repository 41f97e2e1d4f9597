//! Bins of a histogram with round edges, and quantiles.

/// The quantiles that are given: the smallest value, 1, 5, 25, 50, 75, 95 and 99 of 100, and the greatest.
pub const QUANTILES: [f64; 9] = [0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0];

/// The values at [`QUANTILES`].
pub type Quantiles = [f64; QUANTILES.len()];

/// Bins of equal width.
#[derive(Clone, Debug, PartialEq)]
pub struct Bins {
    /// Where each bin begins (its beginning belongs to it), and where the last one ends.
    pub edges: Vec<f64>,
}

impl Bins {
    /// At most about `most` bins from `min` to `max`, with round edges. Whole numbers have bins of whole widths.
    pub fn between(min: f64, max: f64, most: usize, are_whole: bool) -> Self {
        let most = most.max(1) as f64;
        let span = if are_whole { max - min + 1.0 } else { max - min };
        if !span.is_finite() || span <= 0.0 {
            return Self { edges: vec![min, next_above(min.max(max))] };
        }
        let mut width = round_up(span / most);
        if are_whole {
            width = width.max(1.0).ceil();
        }
        let first = (min / width).floor();
        // Fewer than `most` + 2, but numbers far from 0 may be too close for such edges.
        let count = ((max / width).floor() - first + 1.0).clamp(1.0, most + 2.0);
        let edges: Vec<f64> = (0..=count as usize).map(|i| (first + i as f64) * width).collect();
        match edges.windows(2).all(|pair| pair[0] < pair[1])
            && edges[0] <= min
            && max < edges[edges.len() - 1]
        {
            true => Self { edges },
            false => Self { edges: vec![min, next_above(max)] },
        }
    }

    /// The number of bins.
    pub const fn len(&self) -> usize {
        self.edges.len() - 1
    }

    /// Whether there is none: never.
    pub const fn is_empty(&self) -> bool {
        self.edges.len() < 2
    }

    /// The bin of a value; one beyond the ends is in the nearest.
    pub fn of(&self, value: f64) -> u32 {
        let after = self.edges.partition_point(|edge| *edge <= value);
        after.saturating_sub(1).min(self.len() - 1) as u32
    }
}

/// The next of 1, 2, 2.5, 5 and 10 times a power of ten.
fn round_up(width: f64) -> f64 {
    let power = 10f64.powf(width.log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0].map(|step| step * power);
    steps.into_iter().find(|step| *step >= width * (1.0 - 1e-9)).unwrap_or(10.0 * power)
}

fn next_above(value: f64) -> f64 {
    if value.abs() < 1.0 { value + 1.0 } else { value + value.abs() * 1e-9 }
}

/// The quantiles of values, none of which is NaN; `None` where there are none. Each is one of the values.
pub fn quantiles(values: &mut [f64]) -> Option<Quantiles> {
    let last = values.len().checked_sub(1)?;
    Some(QUANTILES.map(|part| {
        let at = (part * last as f64).round() as usize;
        *values.select_nth_unstable_by(at, f64::total_cmp).1
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_round_and_hold_all_values() {
        assert_eq!(Bins::between(0.0, 9.0, 40, true).edges.len(), 11);
        assert_eq!(Bins::between(13.0, 980.0, 10, true).edges[..3], [0.0, 100.0, 200.0]);
        assert_eq!(Bins::between(0.0, 1.0, 10, false).edges.len(), 12);
        assert_eq!(Bins::between(5.0, 5.0, 10, true).edges, [5.0, 6.0]);
        for (min, max, whole) in [
            (-3.5, 7.25, false),
            (1e15, 1e15 + 3.0, true),
            (0.1, 0.1, false),
            (-1e300, 1e300, false),
            (f64::MIN, f64::MAX, false),
            (1.7e18, 1.7e18 + 5.0, true),
            (-7.0, -7.0, true),
        ] {
            let bins = Bins::between(min, max, 40, whole);
            assert!(bins.edges.is_sorted_by(|a, b| a < b), "{min} {max}: {bins:?}");
            assert!(bins.edges[0] <= min && max < bins.edges[bins.len()], "{min} {max}: {bins:?}");
            assert!((1..=42).contains(&bins.len()), "{min} {max}: {}", bins.len());
            assert_eq!(bins.of(max) as usize, bins.edges.partition_point(|edge| *edge <= max) - 1);
        }
        let bins = Bins { edges: vec![0.0, 1.0, 2.0] };
        assert_eq!([-5.0, 0.0, 0.99, 1.0, 2.0, 9.0].map(|value| bins.of(value)), [0, 0, 0, 1, 1, 1]);
    }

    #[test]
    fn quantiles_are_values() {
        let mut values: Vec<f64> = (0..=100).rev().map(f64::from).collect();
        assert_eq!(quantiles(&mut values), Some([0.0, 1.0, 5.0, 25.0, 50.0, 75.0, 95.0, 99.0, 100.0]));
        assert_eq!(quantiles(&mut [3.0]), Some([3.0; 9]));
        assert_eq!(quantiles(&mut []), None);
    }
}
