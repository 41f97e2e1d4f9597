//! The bytes of an index, version 1.
//!
//! | bytes | what |
//! |---|---|
//! | 4 | `HJI` and the version, 1 |
//! | 4 | CRC-32 of everything behind it, little-endian |
//! | 4 | CRC-32 of the JPEG, little-endian |
//! | varint | length of the JPEG in bytes |
//! | varint | offset in it of the scan's data |
//! | varint | MCUs in a row; rows of MCUs; MCUs between two points (`step`); components (1 to 4) |
//! | varint | mean bits of an MCU, times 16 |
//! | rest | the points in the order of the scan: the first MCU of each row and each `step`-th after it, then the scan's end |
//!
//! Varints are LEB128. The first point (bit 0, predictors 0) isn't stored. Of each other point, adaptive Rice codes
//! ([`super::rice`]) hold: its distance in bits from the point before, less the distance expected, and for each
//! component its DC predictor less the one expected. Expected distance: half the mean of as many MCUs, half the distance
//! that ends at the point above (in the first row: the mean). Expected predictor: the median of left, above, and left +
//! above − above left (JPEG-LS, T.87 A.4.1); at the first point of a row, and in the first row, the one neighbour there is.

use super::rice::{Adaptive, Reader, Writer};
use crate::jpeg::point::{Grid, Point};

const MAGIC: [u8; 4] = *b"HJI\x01";

/// What an index is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::jpeg) struct Identity {
    /// Bytes of the JPEG.
    pub(in crate::jpeg) jpeg_len: u64,
    /// CRC-32 of the JPEG.
    pub(in crate::jpeg) jpeg_crc: u32,
    /// Offset of the scan's data.
    pub(in crate::jpeg) scan_offset: u64,
    /// Number of components.
    pub(in crate::jpeg) components: u32,
}

impl Identity {
    pub(in crate::jpeg) fn of(jpeg: &[u8], scan_offset: usize, components: u32) -> Self {
        let jpeg_crc = crc32fast::hash(jpeg);
        Self { jpeg_len: jpeg.len() as u64, jpeg_crc, scan_offset: scan_offset as u64, components }
    }

    /// Of a JPEG of which not all bytes are there: with the checksum that its index states.
    pub(in crate::jpeg) fn stated_crc(stated: Self, len: usize, scan_offset: usize, components: u32) -> Self {
        Self { jpeg_len: len as u64, jpeg_crc: stated.jpeg_crc, scan_offset: scan_offset as u64, components }
    }
}

/// Encodes the points of a grid.
pub(super) fn encode(identity: &Identity, grid: Grid, points: &[Point]) -> Vec<u8> {
    let end = points.last().map_or(0, |point| point.bit);
    let mcus = (u64::from(grid.mcus_per_row) * u64::from(grid.mcu_rows)).max(1);
    let mean = end * 16 / mcus;
    let mut body = identity.jpeg_crc.to_le_bytes().to_vec();
    for number in [
        identity.jpeg_len,
        identity.scan_offset,
        grid.mcus_per_row.into(),
        grid.mcu_rows.into(),
        grid.step.into(),
        identity.components.into(),
        mean,
    ] {
        put_varint(&mut body, number);
    }
    let mut coder = Coder::new(grid, mean, identity.components);
    let mut writer = Writer::default();
    for (index, point) in points.iter().enumerate().skip(1) {
        let expected = coder.expect(&points[..index]);
        let distance = point.bit as i64 - points[index - 1].bit as i64;
        writer.put(distance - expected.distance, &mut coder.distances);
        for (component, adaptive) in coder.predictors.iter_mut().enumerate() {
            writer.put(i64::from(point.dc[component]) - expected.dc[component], adaptive);
        }
    }
    body.extend(writer.finish());
    let mut bytes = MAGIC.to_vec();
    bytes.extend(crc32fast::hash(&body).to_le_bytes());
    bytes.extend(body);
    bytes
}

/// The header of an index.
struct Head {
    identity: Identity,
    mcus_per_row: u64,
    mcu_rows: u64,
    step: u64,
    mean: u64,
}

/// What an index says of its JPEG. The error says what is wrong.
pub(in crate::jpeg) fn stated(bytes: &[u8]) -> Result<Identity, String> {
    head(bytes).map(|(head, _)| head.identity)
}

/// Decodes an index of this JPEG, whose scan has these numbers of MCUs. The error says what is wrong.
pub(super) fn decode(
    bytes: &[u8],
    identity: &Identity,
    (mcus_per_row, mcu_rows): (u32, u32),
) -> Result<(Grid, Vec<Point>), String> {
    let (head, rest) = head(bytes)?;
    let (found, cols, rows) = (head.identity, head.mcus_per_row, head.mcu_rows);
    if found != *identity {
        return Err(format!("it is of another JPEG: {found:?}, expected {identity:?}"));
    }
    if (cols, rows) != (mcus_per_row.into(), mcu_rows.into()) {
        return Err(format!("for {cols} x {rows} MCUs, but the scan has {mcus_per_row} x {mcu_rows}"));
    }
    let step = u32::try_from(head.step).ok().filter(|step| (1..=mcus_per_row).contains(step));
    let step = step.ok_or("its points are 0 MCUs apart, or further than a row is long")?;
    let grid = Grid { step, mcus_per_row, mcu_rows };
    // No point takes less than two bits, so that a short index can't make this allocate much.
    if grid.points() > rest.len().saturating_mul(4).saturating_add(1) {
        return Err(format!("{} points can't be in {} bytes", grid.points(), rest.len()));
    }
    decode_points(rest, identity, grid, head.mean).map(|points| (grid, points))
}

/// The header, and the bytes behind it.
fn head(bytes: &[u8]) -> Result<(Head, &[u8]), String> {
    let head =
        bytes.get(..8).ok_or_else(|| format!("{} bytes, where at least 8 are expected", bytes.len()))?;
    if head[..4] != MAGIC {
        return Err(format!("begins with {:02x?}, expected {MAGIC:02x?} (version 1)", &head[..4]));
    }
    let body = &bytes[8..];
    let crc = crc32fast::hash(body);
    if crc.to_le_bytes() != head[4..] {
        return Err(format!(
            "damaged: CRC-32 of its bytes is {:02x?}, expected {:02x?}",
            crc.to_le_bytes(),
            &head[4..]
        ));
    }
    let mut rest = body;
    let jpeg_crc = take(&mut rest, 4).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
    let mut varint = || take_varint(&mut rest).ok_or_else(|| "ends in its header".to_owned());
    let found = Identity {
        jpeg_crc: jpeg_crc.ok_or("ends in its header")?,
        jpeg_len: varint()?,
        scan_offset: varint()?,
        components: 0,
    };
    let (mcus_per_row, mcu_rows, step) = (varint()?, varint()?, varint()?);
    let (components, mean) = (varint()?, varint()?);
    let identity = Identity { components: u32::try_from(components).unwrap_or(0), ..found };
    Ok((Head { identity, mcus_per_row, mcu_rows, step, mean }, rest))
}

fn decode_points(bytes: &[u8], identity: &Identity, grid: Grid, mean: u64) -> Result<Vec<Point>, String> {
    let scan_bits = identity.jpeg_len.saturating_sub(identity.scan_offset).saturating_mul(8);
    let mut coder = Coder::new(grid, mean.min(1 << 40), identity.components);
    let mut reader = Reader::new(bytes);
    let mut points = Vec::with_capacity(grid.points());
    points.push(Point { bit: 0, dc: [0; 4] });
    while points.len() < grid.points() {
        let expected = coder.expect(&points);
        let before = points.last().map_or(0, |point| point.bit);
        let ends = || format!("ends in point {} of {}", points.len(), grid.points());
        let residual = reader.get(&mut coder.distances).ok_or_else(ends)?;
        let bit =
            expected.distance.checked_add(residual).and_then(|distance| before.checked_add_signed(distance));
        let bit = bit.filter(|bit| (before + 1..=scan_bits).contains(bit));
        let bit = bit
            .ok_or_else(|| format!("point {} is outside the scan or before the one before", points.len()))?;
        let mut dc = [0; 4];
        for (component, adaptive) in coder.predictors.iter_mut().enumerate() {
            let residual = reader.get(adaptive).ok_or_else(ends)?;
            let value =
                expected.dc[component].checked_add(residual).and_then(|value| i16::try_from(value).ok());
            dc[component] = value
                .ok_or_else(|| format!("a predictor of point {} has more than 16 bits", points.len()))?;
        }
        points.push(Point { bit, dc });
    }
    if !reader.is_done() {
        return Err("bytes follow its last point".to_owned());
    }
    Ok(points)
}

/// What the next point is expected to be, and how far off the ones before were.
struct Coder {
    grid: Grid,
    /// Bits of an MCU, times 16.
    mean: u64,
    distances: Adaptive,
    predictors: Vec<Adaptive>,
}

struct Expected {
    /// Bits from the point before.
    distance: i64,
    dc: [i64; 4],
}

impl Coder {
    fn new(grid: Grid, mean: u64, components: u32) -> Self {
        let predictors = (0..components.min(4)).map(|_| Adaptive::new()).collect();
        Self { grid, mean, distances: Adaptive::new(), predictors }
    }

    /// For the point behind `points`, which aren't empty.
    fn expect(&self, points: &[Point]) -> Expected {
        let (per_row, index) = (self.grid.per_row(), points.len());
        let point = |at: Option<usize>| at.and_then(|at| points.get(at)).copied();
        let left = point(index.checked_sub(1)).unwrap_or(Point { bit: 0, dc: [0; 4] });
        let above = point(index.checked_sub(per_row));
        let above_left = point(index.checked_sub(per_row + 1));
        // MCUs from the point before: fewer at the end of a row.
        let in_row = (index - 1) % per_row.max(1);
        let behind = u64::from(self.grid.mcus_per_row) - in_row as u64 * u64::from(self.grid.step);
        let mean = (self.mean * behind.min(self.grid.step.into()) / 16) as i64;
        let distance = match (above, above_left) {
            (Some(above), Some(above_left)) => (mean + (above.bit - above_left.bit) as i64) / 2,
            _ => mean,
        };
        let first_in_row = index.is_multiple_of(per_row.max(1));
        let dc = std::array::from_fn(|component| {
            let left = i64::from(left.dc[component]);
            let Some(above) = above.map(|p| i64::from(p.dc[component])) else { return left };
            match above_left.map(|p| i64::from(p.dc[component])) {
                Some(above_left) if !first_in_row => median(left, above, left + above - above_left),
                _ => above,
            }
        });
        Expected { distance, dc }
    }
}

fn median(a: i64, b: i64, c: i64) -> i64 {
    a.min(b).max(a.max(b).min(c))
}

fn put_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(count)?;
    *rest = left;
    Some(taken)
}

fn take_varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..63).step_by(7) {
        let byte = *take(rest, 1)?.first()?;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
