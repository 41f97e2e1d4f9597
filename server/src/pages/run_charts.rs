//! The charts of runs, as SVG: intervals, calibration, the confusion matrix. Each has its numbers as text or as a table.

use hub_eval::run::{ClassTable, Share};
use hub_eval::score::calibration::Reliability;
use hub_schema::api::ShareView;

use super::show;

/// The side of the plot of calibration, in its own units.
const PLOT: f64 = 240.0;
/// Up to this number of classes the matrix has their names beside it.
const NAMED: usize = 24;
/// Up to this number of classes its squares have their numbers.
const NUMBERED: usize = 12;
/// The side of a square of the matrix, in its own units.
const SQUARE: usize = 28;
/// The most letters of a name beside the matrix, and the room for one.
const LETTERS: usize = 18;
const LETTER: usize = 7;

/// `98.2 %` of a fraction.
pub fn percent(fraction: f64) -> String {
    format!("{:.1} %", fraction * 100.0)
}

/// `+1.2` points of a difference of two fractions.
pub fn points(difference: f64) -> String {
    let points = difference * 100.0;
    let sign = if points < -0.004 {
        "−"
    } else if points > 0.004 {
        "+"
    } else {
        "±"
    };
    format!("{sign}{:.2}", points.abs())
}

/// A p-value in words.
pub fn p_value(p: f64) -> String {
    match p {
        p if p.is_nan() => "–".to_owned(),
        p if p < 0.0001 => "< 0.0001".to_owned(),
        p => format!("{p:.4}"),
    }
}

/// A share in words, and as a mark with its interval.
#[derive(Clone, Debug, PartialEq)]
pub struct ShareLine {
    pub name: String,
    pub percent: String,
    /// `97.9 – 98.4 %`.
    pub interval: String,
    /// `982 of 1,000`.
    pub counts: String,
    pub mark: Mark,
}

/// A mark and its interval on an axis, in percent of its length.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub at: String,
    pub low: String,
    pub high: String,
}

impl Mark {
    /// On an axis from `from` to `to`.
    pub fn on((from, to): (f64, f64), at: f64, (low, high): (f64, f64)) -> Self {
        let width = if to > from { to - from } else { 1.0 };
        let place = |value: f64| format!("{:.2}", ((value - from) / width * 100.0).clamp(0.0, 100.0));
        Self { at: place(at), low: place(low), high: place(high) }
    }
}

impl ShareLine {
    /// On an axis from 0 to 1.
    pub fn of(name: impl Into<String>, share: Share) -> Self {
        let Share { right, of, fraction, low, high } = share;
        Self::on((0.0, 1.0), name, ShareView { right, of, fraction, low, high })
    }

    /// On another axis.
    pub fn on(axis: (f64, f64), name: impl Into<String>, share: ShareView) -> Self {
        Self {
            name: name.into(),
            percent: share.fraction.map_or_else(|| "–".to_owned(), percent),
            interval: format!("{:.1} – {:.1} %", share.low * 100.0, share.high * 100.0),
            counts: format!("{} of {}", show::count(share.right), show::count(share.of)),
            mark: Mark::on(axis, share.fraction.unwrap_or(share.low), (share.low, share.high)),
        }
    }
}

/// The axis that holds some intervals: from a whole tenth below the lowest to one above the highest.
pub fn axis(shares: impl IntoIterator<Item = (f64, f64)>) -> (f64, f64) {
    let (low, high) =
        shares.into_iter().fold((1.0f64, 0.0f64), |(low, high), (l, h)| (low.min(l), high.max(h)));
    if low > high {
        return (0.0, 1.0);
    }
    let (from, to) = ((low * 10.0).floor() / 10.0, (high * 10.0).ceil() / 10.0);
    if from < to { (from, to) } else { (from - 0.1, to + 0.1) }
}

/// Confidence against accuracy.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// Of each bin that isn't empty: x, y, width and height of its bar, and y of its mean confidence.
    pub bars: Vec<[String; 5]>,
    pub rows: Vec<CalibrationRow>,
    /// Expected and maximum calibration error.
    pub ece: String,
    pub mce: String,
}

/// The numbers of one bin.
#[derive(Clone, Debug, PartialEq)]
pub struct CalibrationRow {
    pub range: String,
    pub count: String,
    pub confidence: String,
    pub accuracy: String,
}

impl Calibration {
    pub fn of(reliability: &Reliability) -> Self {
        let bins = reliability.bins.len().max(1);
        let width = PLOT / bins as f64;
        let (mut bars, mut rows) = (Vec::new(), Vec::new());
        for (number, bin) in reliability.bins.iter().enumerate() {
            let (Some(accuracy), Some(confidence)) = (bin.accuracy, bin.confidence) else { continue };
            let height = accuracy * PLOT;
            let bar =
                [number as f64 * width + 0.75, PLOT - height, width - 1.5, height, PLOT - confidence * PLOT];
            bars.push(bar.map(|value| format!("{value:.1}")));
            let edge = |n: usize| format!("{:.0} %", n as f64 / bins as f64 * 100.0);
            rows.push(CalibrationRow {
                range: format!("{} – {}", edge(number), edge(number + 1)),
                count: show::count(bin.count),
                confidence: percent(confidence),
                accuracy: percent(accuracy),
            });
        }
        Self { bars, rows, ece: format!("{:.4}", reliability.ece), mce: format!("{:.4}", reliability.mce) }
    }
}

/// The confusion matrix: a row a label, a column a predicted class.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    pub width: usize,
    pub height: usize,
    pub squares: Vec<Square>,
    /// The names at the left: text, y.
    pub left: Vec<(String, String)>,
    /// The names above: text, the way to turn it.
    pub above: Vec<(String, String)>,
    /// The side of the squares, and where they begin.
    pub side: usize,
    pub x: usize,
    pub y: usize,
    pub span: usize,
    /// The same as a table.
    pub names: Vec<String>,
    pub rows: Vec<(String, Vec<String>)>,
}

/// A square of the matrix that isn't empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Square {
    pub x: usize,
    pub y: usize,
    pub is_right: bool,
    pub opacity: String,
    pub words: String,
    /// Its number and where it stands, if there is room for it.
    pub number: Option<(String, String, String)>,
}

impl Matrix {
    /// The matrix of a table; `None` where the run kept none, since there are too many classes.
    pub fn of(table: &ClassTable) -> Option<Self> {
        let counts = table.confusion.as_ref().filter(|counts| !counts.is_empty())?;
        let classes = counts.len();
        let name = |number: usize| {
            let found = table.rows.iter().find(|row| row.number == number);
            found.map_or_else(|| number.to_string(), |row| row.name.clone())
        };
        let names: Vec<String> = (0..classes).map(name).collect();
        let side = if classes <= NAMED { SQUARE } else { SQUARE / 2 };
        let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).min(LETTERS);
        let room = if classes <= NAMED { longest * LETTER + 16 } else { 0 };
        let (x, y) = (room, room);
        let mut squares = Vec::new();
        for (label, row) in counts.iter().enumerate() {
            let all = row.iter().sum::<u64>().max(1);
            for (class, count) in row.iter().enumerate().filter(|(_, count)| **count > 0) {
                let at = (x + class * side, y + label * side);
                // The square root shows rare mistakes.
                let strength = 0.12 + 0.58 * (*count as f64 / all as f64).sqrt();
                let middle = |from: usize| format!("{:.1}", from as f64 + side as f64 / 2.0);
                let number = (classes <= NUMBERED).then(|| {
                    (show::short(*count), middle(at.0), format!("{:.1}", at.1 as f64 + side as f64 * 0.64))
                });
                squares.push(Square {
                    x: at.0,
                    y: at.1,
                    is_right: label == class,
                    opacity: format!("{strength:.2}"),
                    words: format!("{} predicted as {}: {}", names[label], names[class], show::count(*count)),
                    number,
                });
            }
        }
        let short = |name: &String| show::cut(name, LETTERS);
        let beside = |n: usize| (n * side) as f64 + side as f64 * 0.64;
        let is_named = classes <= NAMED;
        let left = names.iter().enumerate().filter(|_| is_named);
        let above = names.iter().enumerate().filter(|_| is_named);
        Some(Self {
            width: x + classes * side,
            height: y + classes * side,
            left: left.map(|(n, name)| (short(name), format!("{:.1}", y as f64 + beside(n)))).collect(),
            above: above
                .map(|(n, name)| {
                    (short(name), format!("translate({:.1} {}) rotate(-90)", x as f64 + beside(n), y - 8))
                })
                .collect(),
            squares,
            side,
            x,
            y,
            span: classes * side,
            rows: names
                .iter()
                .zip(counts)
                .map(|(name, row)| (name.clone(), row.iter().map(|count| show::count(*count)).collect()))
                .collect(),
            names,
        })
    }
}

#[cfg(test)]
mod tests {
    use hub_eval::run::ClassRow;
    use hub_eval::score::Count;
    use hub_eval::score::classification::ClassScore;

    use super::*;

    #[test]
    fn an_axis_holds_all_intervals_and_ends_at_whole_tenths() {
        let near = |(a, b): (f64, f64), (c, d): (f64, f64)| (a - c).abs() < 1e-9 && (b - d).abs() < 1e-9;
        assert!(near(axis([(0.912, 0.95), (0.87, 0.9)]), (0.8, 1.0)));
        assert!(near(axis([]), (0.0, 1.0)));
        assert!(near(axis([(0.5, 0.5)]), (0.4, 0.6)));
        assert_eq!(
            Mark::on((0.8, 1.0), 0.9, (0.85, 1.2)),
            Mark { at: "50.00".into(), low: "25.00".into(), high: "100.00".into() }
        );
    }

    #[test]
    fn shares_and_differences_are_told_in_words() {
        let line = ShareLine::of("top-1", Count { right: 316, of: 401 }.into());
        assert_eq!(
            (line.percent.as_str(), line.interval.as_str(), line.counts.as_str()),
            ("78.8 %", "74.5 – 82.5 %", "316 of 401")
        );
        assert_eq!(ShareLine::of("none", Count::default().into()).percent, "–");
        assert_eq!([points(0.0123), points(-0.0123), points(0.0)], ["+1.23", "−1.23", "±0.00"]);
        assert_eq!([p_value(1e-9), p_value(0.281_042), p_value(f64::NAN)], ["< 0.0001", "0.2810", "–"]);
    }

    #[test]
    fn a_matrix_has_its_numbers_as_a_table_and_names_where_there_is_room() {
        let row =
            |number: usize, name: &str| ClassRow { number, name: name.into(), score: ClassScore::default() };
        let table = |classes: usize| {
            let mut confusion = vec![vec![0; classes]; classes];
            (confusion[0][0], confusion[0][1]) = (3, 1);
            ClassTable {
                are_model_classes: true,
                rows: vec![row(0, "cat"), row(1, "dog")],
                macro_average: ClassScore::default(),
                weighted_average: ClassScore::default(),
                most_confused: Vec::new(),
                confusion: Some(confusion),
            }
        };
        let matrix = Matrix::of(&table(3)).unwrap();
        assert_eq!(matrix.names, ["cat", "dog", "2"]);
        assert_eq!(matrix.rows[0], ("cat".to_owned(), vec!["3".to_owned(), "1".to_owned(), "0".to_owned()]));
        assert_eq!(matrix.squares.len(), 2);
        assert!(matrix.squares[0].is_right && !matrix.squares[1].is_right);
        assert_eq!(matrix.squares[1].words, "cat predicted as dog: 1");
        assert_eq!(matrix.squares[1].number.as_ref().unwrap().0, "1");
        let many = Matrix::of(&table(40)).unwrap();
        assert!(many.left.is_empty() && many.squares[0].number.is_none());
        assert_eq!(many.width, 40 * SQUARE / 2);
        assert_eq!(Matrix::of(&ClassTable { confusion: None, ..table(2) }), None);
    }

    #[test]
    fn empty_bins_are_left_out() {
        let calibration = Calibration::of(&Reliability::of([(0.95, true), (0.92, false)], 10));
        assert_eq!(calibration.bars.len(), 1);
        let row = &calibration.rows[0];
        assert_eq!(
            (row.range.as_str(), row.accuracy.as_str(), row.confidence.as_str()),
            ("90 % – 100 %", "50.0 %", "93.5 %")
        );
    }
}
