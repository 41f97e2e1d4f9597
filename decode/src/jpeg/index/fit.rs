//! Which points an index holds, so that it stays within its share of the JPEG.

use super::format::{self, Identity};
use crate::jpeg::point::{Grid, Point};

/// Pixels between two entry points of a row.
const SPACING: u32 = 128;

/// The greatest part of the JPEG's bytes that an index takes: 8 of 1000.
const MOST_OF_JPEG: (usize, usize) = (8, 1000);

/// The finest grid of points, for MCUs of this width in pixels.
pub(in crate::jpeg) fn grid(mcu_width: u32, mcus_per_row: u32, mcu_rows: u32) -> Grid {
    Grid { step: (SPACING / mcu_width.max(1)).clamp(1, mcus_per_row.max(1)), mcus_per_row, mcu_rows }
}

/// Encodes the points of the finest grid, as many as fit into the limit; nothing if it isn't worth it.
pub(in crate::jpeg) fn encode(identity: &Identity, grid: Grid, points: &[Point]) -> Vec<u8> {
    let most = identity.jpeg_len as usize * MOST_OF_JPEG.0 / MOST_OF_JPEG.1;
    let mut step = grid.step;
    loop {
        let coarser = Grid { step, ..grid };
        let bytes = format::encode(identity, coarser, &thin(grid, points, coarser));
        if bytes.len() <= most {
            return bytes;
        }
        if coarser.per_row() == 1 {
            return Vec::new();
        }
        step = step.saturating_mul(2).min(grid.mcus_per_row);
    }
}

/// Encodes all points, however many bytes they take.
#[cfg(test)]
pub(in crate::jpeg) fn encode_all(identity: &Identity, grid: Grid, points: &[Point]) -> Vec<u8> {
    format::encode(identity, grid, points)
}

/// The points of a grid that a coarser one has, whose step is a multiple or the whole row.
fn thin(grid: Grid, points: &[Point], coarser: Grid) -> Vec<Point> {
    let kept = (0..grid.mcu_rows).flat_map(|row| {
        (0..grid.mcus_per_row)
            .step_by(coarser.step as usize)
            .filter_map(move |col| points.get(grid.at_or_before(row, col)))
    });
    kept.chain(points.last()).copied().collect()
}

/// Decodes an index of this JPEG. The error says what is wrong with it.
pub(in crate::jpeg) fn decode(
    bytes: &[u8],
    identity: &Identity,
    mcus: (u32, u32),
) -> Result<(Grid, Vec<Point>), String> {
    format::decode(bytes, identity, mcus)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> (Identity, Grid, Vec<Point>) {
        let identity = Identity { jpeg_len: 100_000, scan_offset: 600, jpeg_crc: 7, components: 3 };
        let grid = Grid { step: 8, mcus_per_row: 30, mcu_rows: 20 };
        let point = |i: usize| Point {
            bit: i as u64 * 9000 + (i as u64 * 7919) % 500,
            dc: [(i as i16 * 37) % 400 - 200, i as i16 % 20, -3, 0],
        };
        let mut points: Vec<Point> = (0..grid.points()).map(point).collect();
        points[0] = Point { bit: 0, dc: [0; 4] };
        (identity, grid, points)
    }

    #[test]
    fn points_come_back() {
        let (identity, grid, points) = example();
        let bytes = encode(&identity, grid, &points);
        assert!(bytes.len() <= 800 && bytes.len() > 100, "{}", bytes.len());
        assert_eq!(decode(&bytes, &identity, (30, 20)), Ok((grid, points)));
    }

    #[test]
    fn points_are_thinned_to_fit() {
        let (identity, grid, points) = example();
        let whole = encode(&identity, grid, &points).len();
        let smaller = Identity { jpeg_len: 30_000, ..identity };
        let bytes = encode(&smaller, grid, &points);
        assert!(bytes.len() <= 240 && whole > 240, "{} of {whole}", bytes.len());
        let points_of_smaller: Vec<Point> = points.iter().map(|p| Point { bit: p.bit / 4, ..*p }).collect();
        let bytes = encode(&smaller, grid, &points_of_smaller);
        let (coarser, found) = decode(&bytes, &smaller, (30, 20)).unwrap();
        assert!(coarser.step > 8);
        assert_eq!(found[coarser.per_row()], points_of_smaller[grid.per_row()]);
        assert_eq!(found.last(), points_of_smaller.last());
        let tiny = Identity { jpeg_len: 3000, ..identity };
        assert_eq!(encode(&tiny, grid, &points), b"");
    }

    #[test]
    fn damage_is_seen() {
        let (identity, grid, points) = example();
        let bytes = encode(&identity, grid, &points);
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut damaged = bytes.clone();
                damaged[at] ^= 1 << bit;
                assert!(decode(&damaged, &identity, (30, 20)).is_err(), "bit {bit} of byte {at}");
            }
            assert!(decode(&bytes[..at], &identity, (30, 20)).is_err(), "cut at {at}");
        }
        let other = Identity { jpeg_len: 100_001, ..identity };
        assert!(decode(&bytes, &other, (30, 20)).unwrap_err().contains("another JPEG"));
        assert!(decode(&bytes, &identity, (31, 20)).unwrap_err().contains("31 x 20"));
    }

    /// With a right checksum, whatever the bytes.
    #[test]
    fn forged_bytes_are_refused_or_in_bounds() {
        let (identity, grid, points) = example();
        let bytes = encode(&identity, grid, &points);
        let mut state = 1u64;
        let mut accepted = 0;
        for _ in 0..20_000 {
            let mut forged = bytes[8..].to_vec();
            for _ in 0..3 {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                let at = (state >> 33) as usize % forged.len();
                forged[at] = (state >> 20) as u8;
            }
            let crc = crc32fast::hash(&forged).to_le_bytes();
            let forged = [&bytes[..4], &crc, &forged].concat();
            if let Ok((grid, points)) = decode(&forged, &identity, (30, 20)) {
                assert_eq!(points.len(), grid.points());
                assert!(points.is_sorted_by(|a, b| a.bit < b.bit));
                accepted += 1;
            }
        }
        assert!(accepted < 19_000);
    }
}
