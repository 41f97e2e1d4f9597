//! Turns decoded frames upright.

/// Turns frames of RGB by 90, 180 or 270 degrees clockwise; their size then. Other angles are left as they are.
pub fn turn(rgb: &mut [u8], (width, height): (u32, u32), degrees: u32) -> (u32, u32) {
    let (columns, rows) = (width as usize, height as usize);
    let bytes = columns * rows * 3;
    if bytes == 0 || !matches!(degrees, 90 | 180 | 270) {
        return (width, height);
    }
    let mut turned = vec![0; bytes];
    for frame in rgb.chunks_exact_mut(bytes) {
        for (at, pixel) in frame.chunks_exact(3).enumerate() {
            let (x, y) = (at % columns, at / columns);
            let to = match degrees {
                90 => x * rows + (rows - 1 - y),
                180 => columns * rows - 1 - at,
                _ => (columns - 1 - x) * rows + y,
            };
            turned[to * 3..to * 3 + 3].copy_from_slice(pixel);
        }
        frame.copy_from_slice(&turned);
    }
    if degrees == 180 { (width, height) } else { (height, width) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_turned_clockwise() {
        // Two frames of 2 x 3 pixels, numbered row by row.
        let numbered: Vec<u8> = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].iter().flat_map(|n| [*n; 3]).collect();
        for (degrees, size, expected) in [
            (0, (2, 3), [0, 1, 2, 3, 4, 5]),
            (90, (3, 2), [4, 2, 0, 5, 3, 1]),
            (180, (2, 3), [5, 4, 3, 2, 1, 0]),
            (270, (3, 2), [1, 3, 5, 0, 2, 4]),
            (45, (2, 3), [0, 1, 2, 3, 4, 5]),
        ] {
            let mut rgb = numbered.clone();
            assert_eq!(turn(&mut rgb, (2, 3), degrees), size);
            let found: Vec<u8> = rgb.chunks(3).map(|pixel| pixel[0]).collect();
            assert_eq!(found, [expected, expected.map(|n| n + 6)].concat(), "{degrees}");
        }
    }
}
