//! The lines of a label file.

use hub_dataset::sample::Value;
use hub_media::ImageFacts;

use crate::read::orientation::Turn;

/// How a file's numbers become pixels.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// The size of the image as displayed, of which the numbers are fractions.
    pub width: f64,
    pub height: f64,
    /// From there to the image as stored.
    pub turn: Turn,
}

impl Frame {
    pub fn new(facts: &ImageFacts) -> Self {
        let (width, height) = facts.upright_size();
        Self { width: width.into(), height: height.into(), turn: Turn::new(facts) }
    }

    /// A point by its fractions, in pixels of the stored image.
    fn point(&self, x: f64, y: f64) -> [f64; 2] {
        self.turn.point([x * self.width, y * self.height])
    }
}

/// What the lines may hold.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    pub classes: usize,
    /// How many keypoints, and numbers for each.
    pub keypoints: Option<(usize, usize)>,
}

/// How far fractions may lie outside of 0 to 1, for rounding by the tools that write them.
const SLACK: f64 = 0.01;

/// One object's members, in the order of the column.
///
/// # Errors
/// What is wrong with the line, in a clause.
pub fn object(line: &str, expected: Expected, frame: Frame) -> Result<Value, String> {
    let mut words = line.split_whitespace();
    let class = words.next().unwrap_or_default();
    let class = class_number(class).ok_or_else(|| format!("'{class}' is not a class number"))?;
    if class >= expected.classes {
        return Err(format!("class {class}, expected 0 to {}", expected.classes.saturating_sub(1)));
    }
    let numbers: Vec<f64> = words.map(number).collect::<Result<_, _>>()?;
    let points_at = match (expected.keypoints, numbers.len()) {
        (_, 4) | (None, _) => numbers.len(),
        (Some((count, each)), len) if len == 4 + count * each => 4,
        (Some((count, each)), len) => {
            return Err(format!(
                "{len} numbers after the class, expected 4, or {} with keypoints",
                4 + count * each
            ));
        }
    };
    let (shape, points) = numbers.split_at(points_at);
    let (bbox, polygon) = match shape {
        [cx, cy, w, h] => {
            check_inside(shape)?;
            let [x, y] = [(cx - w / 2.0) * frame.width, (cy - h / 2.0) * frame.height];
            (Value::bbox(frame.turn.bbox([x, y, w * frame.width, h * frame.height])), Value::Null)
        }
        _ => self::polygon(shape, frame)?,
    };
    let mut members = vec![Value::Int(class as i64), bbox, polygon];
    if let Some((_, each)) = expected.keypoints {
        members.push(if points.is_empty() { Value::Null } else { keypoints(points, each, frame)? });
    }
    Ok(Value::Struct(members))
}

/// A class number, which some tools write as a float (`0.0`).
fn class_number(word: &str) -> Option<usize> {
    let whole =
        |number: f64| (number.fract() == 0.0 && (0.0..1e9).contains(&number)).then_some(number as usize);
    word.parse().ok().or_else(|| word.parse().ok().and_then(whole))
}

fn number(word: &str) -> Result<f64, String> {
    word.parse().ok().filter(|n: &f64| n.is_finite()).ok_or_else(|| format!("'{word}' is not a number"))
}

fn check_inside(fractions: &[f64]) -> Result<(), String> {
    match fractions.iter().find(|n| !(-SLACK..=1.0 + SLACK).contains(*n)) {
        Some(n) => Err(format!("{n} is not a fraction of the image size (expected 0 to 1)")),
        None => Ok(()),
    }
}

fn point(x: f64, y: f64) -> Value {
    Value::Struct(vec![Value::Float(x), Value::Float(y)])
}

/// The box around a polygon, and the polygon.
fn polygon(fractions: &[f64], frame: Frame) -> Result<(Value, Value), String> {
    let (points, rest) = fractions.as_chunks::<2>();
    if points.len() < 3 || !rest.is_empty() {
        return Err(format!(
            "{} numbers after the class, expected 4 (a box) or pairs of at least 3 points (a polygon)",
            fractions.len()
        ));
    }
    check_inside(fractions)?;
    let points: Vec<[f64; 2]> = points.iter().map(|[x, y]| frame.point(*x, *y)).collect();
    let most = |i: usize| points.iter().map(|p| p[i]).fold(f64::NEG_INFINITY, f64::max);
    let least = |i: usize| points.iter().map(|p| p[i]).fold(f64::INFINITY, f64::min);
    let bbox = Value::bbox([least(0), least(1), most(0) - least(0), most(1) - least(1)]);
    let ring = Value::List(points.iter().map(|[x, y]| point(*x, *y)).collect());
    Ok((bbox, Value::List(vec![ring])))
}

/// Keypoints; without a visibility of their own, those at (0, 0) are not labelled.
fn keypoints(numbers: &[f64], each: usize, frame: Frame) -> Result<Value, String> {
    let one = |numbers: &[f64]| {
        let [x, y] = [numbers[0], numbers[1]];
        check_inside(&[x, y])?;
        let visibility = match numbers.get(2) {
            Some(v) if v.fract() == 0.0 && (0.0..=2.0).contains(v) => *v as i64,
            Some(v) => return Err(format!("a keypoint's visibility is {v}, expected 0, 1 or 2")),
            None if x == 0.0 && y == 0.0 => 0,
            None => 2,
        };
        // A point that is not labelled is (0, 0) in every frame.
        let [x, y] = if visibility == 0 && x == 0.0 && y == 0.0 { [x, y] } else { frame.point(x, y) };
        Ok(Value::Struct(vec![Value::Float(x), Value::Float(y), Value::Int(visibility)]))
    };
    numbers.chunks_exact(each).map(one).collect::<Result<_, _>>().map(Value::List)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str, keypoints: Option<(usize, usize)>) -> Result<Vec<Value>, String> {
        turned(line, keypoints, 1)
    }

    /// In an image of 200 × 100 pixels as stored.
    fn turned(line: &str, keypoints: Option<(usize, usize)>, orientation: u8) -> Result<Vec<Value>, String> {
        let facts = ImageFacts { format: "jpeg", width: 200, height: 100, channels: 3, orientation };
        match object(line, Expected { classes: 3, keypoints }, Frame::new(&facts))? {
            Value::Struct(members) => Ok(members),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn fractions_are_of_the_image_as_displayed() {
        // Displayed, 100 × 200 pixels: a box of 50 × 20 at (25, 40), to the stored image's left.
        let members = turned("0 0.5 0.25 0.5 0.1 1 0.5 2 0 0 0", Some((2, 3)), 6).unwrap();
        assert_eq!(members[1], Value::bbox([40.0, 25.0, 20.0, 50.0]));
        let point = |x, y, v| Value::Struct(vec![Value::Float(x), Value::Float(y), Value::Int(v)]);
        assert_eq!(members[3], Value::List(vec![point(100.0, 0.0, 2), point(0.0, 0.0, 0)]));
        let members = turned("0 0.5 0 1 1 0 1", None, 8).unwrap();
        let ring = [[200.0, 50.0], [0.0, 100.0], [0.0, 0.0]].map(|[x, y]| super::point(x, y));
        assert_eq!(
            members[1..3],
            [Value::bbox([0.0, 0.0, 200.0, 100.0]), Value::List(vec![Value::List(ring.to_vec())])]
        );
        let members = turned("0 0.25 0.5 0.5 1", None, 3).unwrap();
        assert_eq!(members[1], Value::bbox([100.0, 0.0, 100.0, 100.0]));
    }

    #[test]
    fn boxes_and_polygons_are_in_pixels() {
        let members = read("2 0.5 0.5 0.25 0.5", None).unwrap();
        assert_eq!(members, [Value::Int(2), Value::bbox([75.0, 25.0, 50.0, 50.0]), Value::Null]);
        assert_eq!(read("2.0 0.5 0.5 0.25 0.5", None).unwrap(), members);
        let members = read("0 0.5 0 1 1 0 1", None).unwrap();
        let ring = Value::List(vec![point(100.0, 0.0), point(200.0, 100.0), point(0.0, 100.0)]);
        assert_eq!(members, [Value::Int(0), Value::bbox([0.0, 0.0, 200.0, 100.0]), Value::List(vec![ring])]);
    }

    #[test]
    fn keypoints_follow_the_box() {
        let shown = |members: Vec<Value>| format!("{:?}", members[3]);
        let three = read("0 0.5 0.5 1 1 0.5 0.5 1 0 0 0", Some((2, 3))).unwrap();
        assert!(shown(three).contains("Struct([Float(100.0), Float(50.0), Int(1)])"));
        let two = read("0 0.5 0.5 1 1 0.5 0.5 0 0", Some((2, 2))).unwrap();
        assert!(shown(two).ends_with("Struct([Float(0.0), Float(0.0), Int(0)])])"));
        assert_eq!(read("0 0.5 0.5 1 1", Some((2, 2))).unwrap()[3], Value::Null);
    }

    #[test]
    fn malformed_lines_are_refused() {
        for (line, keypoints, expected) in [
            ("dog 0 0 1 1", None, "'dog' is not a class number"),
            ("3 0 0 1 1", None, "class 3, expected 0 to 2"),
            ("1.5 0 0 1 1", None, "'1.5' is not a class number"),
            ("-1 0 0 1 1", None, "'-1' is not a class number"),
            ("0 0.5 0.5 0.5", None, "3 numbers after the class"),
            ("0 0.5 0.5 0.5 0.5 0.9", None, "5 numbers after the class"),
            ("0 0.5 0.5 0.5 x", None, "'x' is not a number"),
            ("0 0.5 0.5 0.5 nan", None, "'nan' is not a number"),
            ("0 150 20 50 50", None, "150 is not a fraction of the image"),
            ("0 0.5 0.5 1 1 0.5", Some((1, 2)), "5 numbers after the class, expected 4, or 6 with keypoints"),
            ("0 0.5 0.5 1 1 0.5 0.5 7", Some((1, 3)), "visibility is 7"),
        ] {
            let error = read(line, keypoints).unwrap_err();
            assert!(error.contains(expected), "{line}: {error}");
        }
    }
}
