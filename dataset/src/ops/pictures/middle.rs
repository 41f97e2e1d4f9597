//! How far pictures of one class are from their middle.

use hub_media::TINY_NUMBERS;

use super::fingerprint::Fingerprint;

/// Numbers of a tiny picture that are brightnesses; the others are colours.
const BRIGHTNESSES: usize = 64;
/// What a colour counts beside a brightness, of which there are eight times as many.
const COLOUR_WEIGHT: f32 = 4.0;

/// Some rows by the distance of their tiny pictures from the mean of all of them, the farthest first; of equal ones the
/// first. The distance is the root of the mean squared difference, 0 to 255. Rows whose picture can't be decoded are left
/// out.
pub fn by_distance(fingerprints: &[Fingerprint], rows: &[u32]) -> Vec<(u32, f32)> {
    let tiny = |row: &u32| Some((*row, fingerprints.get(*row as usize)?.look?.tiny));
    let mut sums = [0f64; TINY_NUMBERS];
    let mut count = 0u32;
    for (_, tiny) in rows.iter().filter_map(tiny) {
        sums.iter_mut().zip(tiny).for_each(|(sum, number)| *sum += f64::from(number));
        count += 1;
    }
    let middle = sums.map(|sum| (sum / f64::from(count.max(1))) as f32);
    let weight = |n: usize| if n < BRIGHTNESSES { 1.0 } else { COLOUR_WEIGHT };
    let weights: f32 = (0..TINY_NUMBERS).map(weight).sum();
    let distance = |tiny: [u8; TINY_NUMBERS]| {
        let numbers = tiny.iter().zip(middle).enumerate();
        let squares = numbers.map(|(n, (number, middle))| weight(n) * (f32::from(*number) - middle).powi(2));
        (squares.sum::<f32>() / weights).sqrt()
    };
    let mut found: Vec<(u32, f32)> =
        rows.iter().filter_map(tiny).map(|(row, tiny)| (row, distance(tiny))).collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    found
}

#[cfg(test)]
mod tests {
    use super::super::fingerprint::Look;
    use super::*;

    #[test]
    fn the_odd_picture_comes_first() {
        let print = |level: u8| {
            let look =
                Look { hash: None, mean: [0; 3], is_grey: true, size: (9, 9), tiny: [level; TINY_NUMBERS] };
            Fingerprint { content: Some([level; 16]), look: Some(look) }
        };
        let prints = [print(10), print(200), print(12), print(11), Fingerprint::default(), print(90)];
        let found = by_distance(&prints, &[0, 2, 3, 4, 5, 9]);
        // The mean of 10, 12, 11 and 90 is 30.75.
        assert_eq!(found, [(5, 59.25), (0, 20.75), (3, 19.75), (2, 18.75)]);
        assert_eq!(by_distance(&prints, &[]), []);
    }
}
