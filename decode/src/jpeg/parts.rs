//! Which bytes of a JPEG a region needs, so that of a large one in a bucket only those are fetched.

use std::ops::Range;

use super::decoder::{JpegDecoder, columns, error, no_index_possible, open};
use super::index::{self, Identity};
use super::options::JpegOptions;
use crate::error::DecodeError;
use crate::rect::Rect;

/// Rows of MCUs above and below a region that upsampling may look at.
const ROWS_AROUND: u32 = 2;
/// The reader of a row looks for the byte that is stuffed behind its last one.
const BYTES_BEHIND: usize = 3;

/// A JPEG as its index of entry points describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexedJpeg {
    /// Its length in bytes.
    pub len: u64,
    /// Bytes in front of its scan: its header.
    pub header_len: u64,
}

impl IndexedJpeg {
    /// What an index says of its JPEG.
    ///
    /// # Errors
    /// [`DecodeError::Index`] if it is damaged, or says that the header is longer than the JPEG.
    pub fn of(index: &[u8]) -> Result<Self, DecodeError> {
        let identity = index::stated(index).map_err(DecodeError::Index)?;
        let Identity { jpeg_len: len, scan_offset: header_len, .. } = identity;
        if header_len > len {
            let problem =
                format!("it says that the scan of a JPEG of {len} bytes begins at byte {header_len}");
            return Err(DecodeError::Index(problem));
        }
        Ok(Self { len, header_len })
    }
}

impl JpegDecoder {
    /// The byte ranges that [`JpegDecoder::decode`] reads of a JPEG for a region, with its index; sorted, without overlaps,
    /// the header among them. `jpeg` has the JPEG's length; only its header needs to be there.
    ///
    /// # Errors
    /// As [`JpegDecoder::decode`].
    pub fn parts(
        &mut self,
        jpeg: &[u8],
        index: &[u8],
        options: &JpegOptions,
    ) -> Result<Vec<Range<usize>>, DecodeError> {
        let limits = &options.limits;
        let (mut session, header) = open(&mut self.context, jpeg, limits)?;
        if !header.one_scan {
            return Err(no_index_possible());
        }
        let eighths = options.scale.eighths();
        let (width, height, channels) = session.start(eighths).map_err(|failure| error(failure, limits))?;
        let region = options.region.unwrap_or(Rect::whole(width, height));
        if !region.is_inside(width, height) {
            return Err(DecodeError::Region { region, width, height });
        }
        let columns = columns(&header, eighths, region, width);
        if columns != (0, width) {
            session.crop(columns.0, columns.1, channels).map_err(|failure| error(failure, limits))?;
        }
        let scan = session.scan();
        let stated = index::stated(index).map_err(DecodeError::Index)?;
        let identity = Identity::stated_crc(stated, jpeg.len(), header.scan_offset, header.components);
        let mcus = (scan.mcus_per_row, scan.mcu_rows);
        let (grid, points) = index::decode(index, &identity, mcus).map_err(DecodeError::Index)?;
        let mcu_height = mcu_height(header.height, scan.mcu_rows);
        let full = |side: u32| (u64::from(side) * 8).div_ceil(eighths.into()) as u32;
        let first = (full(region.y) / mcu_height).saturating_sub(ROWS_AROUND);
        let last = full(region.y + region.height).div_ceil(mcu_height).saturating_add(ROWS_AROUND);
        let byte = |at: usize| {
            let bit = points.get(at).map_or(0, |point| point.bit);
            usize::try_from(bit / 8).unwrap_or(usize::MAX).saturating_add(header.scan_offset)
        };
        let before_scan = 0..header.scan_offset;
        let mut parts = vec![before_scan];
        for row in first..last.min(scan.mcu_rows) {
            let start = byte(grid.at_or_before(row, scan.first_col));
            let end =
                byte(grid.at_or_behind(row, scan.last_col.saturating_add(1))).saturating_add(BYTES_BEHIND);
            let part = start.min(jpeg.len())..end.min(jpeg.len());
            match parts.last_mut() {
                Some(before) if before.end >= part.start => before.end = before.end.max(part.end),
                _ => parts.push(part),
            }
        }
        Ok(parts)
    }
}

/// Rows of pixels in a row of MCUs. Sampling factors are 1 to 4.
fn mcu_height(height: u32, mcu_rows: u32) -> u32 {
    let fits = |rows: &u32| height.div_ceil(*rows) == mcu_rows;
    // Where several fit, the least gives the most rows, which is safe.
    [8, 16, 24, 32].into_iter().find(fits).unwrap_or(8)
}
