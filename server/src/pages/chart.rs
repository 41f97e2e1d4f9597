//! Small charts as SVG. The numbers are beside them as text, so a chart itself is decoration.

/// The units of a histogram's drawing: each bar is 4 wide, and all are this high.
const HEIGHT: f64 = 26.0;

/// A histogram of up to 40 bars.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    pub width: usize,
    /// Of each bar: x, y, height.
    pub bars: Vec<(String, String, String)>,
}

impl Histogram {
    /// A histogram of these counts; many are summed to at most 40 bars. `None` if there is nothing to draw.
    pub fn of(counts: &[u64]) -> Option<Self> {
        let most = counts.iter().max().copied().unwrap_or(0);
        if most == 0 || counts.len() < 2 {
            return None;
        }
        let each = counts.len().div_ceil(40);
        let sums: Vec<u64> = counts.chunks(each).map(|part| part.iter().sum()).collect();
        let most = sums.iter().max().copied().unwrap_or(1).max(1) as f64;
        let bars = sums.iter().enumerate().map(|(i, count)| {
            let height = match count {
                0 => 0.0,
                count => (*count as f64 / most * (HEIGHT - 2.0)).max(1.0),
            };
            (
                format!("{:.1}", i as f64 * 4.0 + 0.3),
                format!("{:.2}", HEIGHT - height),
                format!("{height:.2}"),
            )
        });
        Some(Self { width: sums.len() * 4, bars: bars.collect() })
    }
}

/// A part of a whole in percent, for the width of a bar; what is not nothing can be seen.
pub fn percent(part: u64, whole: u64) -> String {
    match (part, whole) {
        (0, _) | (_, 0) => "0".to_owned(),
        _ => format!("{:.2}", (part as f64 / whole as f64 * 100.0).clamp(0.6, 100.0)),
    }
}

/// Parts of a whole beside each other: start and width of each in percent.
pub fn stacked(parts: &[u64]) -> Vec<(String, String)> {
    let whole: u64 = parts.iter().sum();
    let mut before = 0;
    let part = |part: &u64| {
        let start = before as f64 / whole.max(1) as f64 * 100.0;
        before += part;
        (format!("{start:.2}"), format!("{:.2}", *part as f64 / whole.max(1) as f64 * 100.0))
    };
    parts.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_high_as_their_counts() {
        let histogram = Histogram::of(&[4, 2, 0, 1]).unwrap();
        let heights: Vec<&str> = histogram.bars.iter().map(|bar| bar.2.as_str()).collect();
        assert_eq!((histogram.width, heights), (16, vec!["24.00", "12.00", "0.00", "6.00"]));
        assert_eq!(Histogram::of(&[0, 0]), None);
        assert_eq!(Histogram::of(&[7]), None);
        let many = Histogram::of(&vec![1; 1000]).unwrap();
        assert_eq!((many.bars.len(), many.width), (40, 160));
    }

    #[test]
    fn parts_are_shares_of_the_whole() {
        assert_eq!(
            [percent(1, 4), percent(0, 4), percent(1, 1_000_000), percent(1, 0)],
            ["25.00", "0", "0.60", "0"]
        );
        let parts = stacked(&[1, 3]);
        assert_eq!(parts, [("0.00".into(), "25.00".into()), ("25.00".into(), "75.00".into())]);
        assert_eq!(stacked(&[0]), [("0.00".to_owned(), "0.00".to_owned())]);
    }
}
