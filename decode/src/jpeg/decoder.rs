//! Decodes a JPEG, or a region of it, to RGB.

use std::time::Duration;

use super::cmyk;
use super::huffman::{Indexed, Mismatch, Sequential, Tables};
use super::index::{self, Identity};
use super::libjpeg::{Context, Failure, Header, Session};
use super::options::{Entropy, JpegFacts, JpegOptions};
use super::point::{Grid, Point};
use crate::error::DecodeError;
use crate::limits::Limits;
use crate::pixels::Pixels;
use crate::rect::Rect;

/// A JPEG decoder; keep one a thread, since its tables and buffers are reused.
pub struct JpegDecoder {
    pub(super) context: Context,
    tables: Tables,
    /// CMYK pixels before their conversion.
    cmyk: Vec<u8>,
}

/// What a decode found besides pixels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JpegReport {
    /// Width of the (scaled) image in pixels, whatever part of it was decoded.
    pub width: u32,
    /// Height of the (scaled) image in pixels.
    pub height: u32,
    /// Warnings of libjpeg: the data contradict the format, and the pixels are its best guess, as Pillow shows them.
    pub warnings: u32,
    /// Text of the first warning.
    pub warning: String,
    /// The index of entry points, if it was to be recorded. Empty: this JPEG can have none.
    pub index: Option<Vec<u8>>,
    /// Time of this crate's entropy decoder, if it was to be measured; 0 where libjpeg's was used.
    pub entropy: Duration,
}

/// How an attempt ended without an error.
enum Outcome {
    Done(JpegReport),
    /// The scan is damaged: libjpeg must decode it alone.
    Damaged,
}

impl JpegDecoder {
    /// # Errors
    /// If there is no memory for it.
    pub fn new() -> Result<Self, DecodeError> {
        let context =
            Context::new().ok_or_else(|| DecodeError::Jpeg("no memory for a decoder".to_owned()))?;
        Ok(Self { context, tables: Tables::new(), cmyk: Vec::new() })
    }

    /// Bytes of the buffers that it keeps for the next image.
    pub(crate) fn held_bytes(&self) -> usize {
        self.cmyk.capacity()
    }

    /// Reads the header.
    pub fn facts(&mut self, jpeg: &[u8], limits: &Limits) -> Result<JpegFacts, DecodeError> {
        let (_, header) = open(&mut self.context, jpeg, limits)?;
        Ok(JpegFacts {
            width: header.width,
            height: header.height,
            components: header.components,
            indexable: header.one_scan,
        })
    }

    /// Decodes into `pixels`, whose memory is reused. With [`JpegOptions::region`], `pixels.area` is that region and up
    /// to two MCUs around it, whose pixels are those of a full decode inside the region only.
    ///
    /// `index`: the JPEG's index of entry points, by which a region is decoded without what is around it. An empty one
    /// counts as none.
    ///
    /// # Errors
    /// If the JPEG can't be decoded, exceeds the limits, or an index is given that isn't its own. On an error the
    /// contents of `pixels` are undefined.
    pub fn decode(
        &mut self,
        jpeg: &[u8],
        index: Option<&[u8]>,
        options: &JpegOptions,
        pixels: &mut Pixels,
    ) -> Result<JpegReport, DecodeError> {
        let index = index.filter(|index| !index.is_empty());
        if options.partial && index.is_none() {
            return Err(DecodeError::Index("a JPEG of which only some bytes are there needs one".to_owned()));
        }
        let libjpeg = Entropy::Libjpeg;
        if options.entropy == libjpeg && index.is_none() {
            return self.alone(jpeg, options, pixels);
        }
        match self.attempt(jpeg, index, options, pixels)? {
            Outcome::Done(report) => Ok(report),
            Outcome::Damaged => self.alone(jpeg, &JpegOptions { entropy: libjpeg, ..*options }, pixels),
        }
    }

    /// Decodes with libjpeg's own entropy decoder.
    fn alone(
        &mut self,
        jpeg: &[u8],
        options: &JpegOptions,
        pixels: &mut Pixels,
    ) -> Result<JpegReport, DecodeError> {
        match self.attempt(jpeg, None, options, pixels)? {
            Outcome::Done(report) => Ok(report),
            Outcome::Damaged => Err(DecodeError::Jpeg("libjpeg gave up on its data".to_owned())),
        }
    }

    /// Makes the index of entry points by reading over the scan, in about half the time of a decode. Empty if this JPEG
    /// can have none: it is progressive, arithmetic-coded, has restart intervals or several scans, is damaged, or so
    /// small that an index would be more than 0.8 % of it.
    ///
    /// # Errors
    /// If its header can't be read or exceeds the limits.
    pub fn index(&mut self, jpeg: &[u8], limits: &Limits) -> Result<Vec<u8>, DecodeError> {
        let (mut session, header) = open(&mut self.context, jpeg, limits)?;
        let Some((identity, grid, points)) =
            read_points(&mut session, &header, &mut self.tables, jpeg, limits, None)?
        else {
            return Ok(Vec::new());
        };
        Ok(index::encode(&identity, grid, &points))
    }

    /// Compares each entry point of an index with the scan, by reading over all of it.
    ///
    /// # Errors
    /// [`DecodeError::Index`] if the index isn't this JPEG's.
    pub fn verify_index(&mut self, jpeg: &[u8], index: &[u8], limits: &Limits) -> Result<(), DecodeError> {
        let (mut session, header) = open(&mut self.context, jpeg, limits)?;
        let found = read_points(&mut session, &header, &mut self.tables, jpeg, limits, Some(index))?;
        let Some((identity, grid, points)) = found else {
            return Err(DecodeError::Index("this JPEG can have none".to_owned()));
        };
        let mcus = (grid.mcus_per_row, grid.mcu_rows);
        let (_, expected) = index::decode(index, &identity, mcus).map_err(DecodeError::Index)?;
        match points.iter().zip(&expected).position(|(found, expected)| found != expected) {
            None => Ok(()),
            Some(at) => Err(DecodeError::Index(format!(
                "point {at} is {:?}, but decoding arrives at {:?}",
                expected[at], points[at]
            ))),
        }
    }

    fn attempt(
        &mut self,
        jpeg: &[u8],
        index: Option<&[u8]>,
        options: &JpegOptions,
        pixels: &mut Pixels,
    ) -> Result<Outcome, DecodeError> {
        let limits = &options.limits;
        let points;
        let (mut sequential, mut indexed) = (None, None);
        let (mut session, header) = open(&mut self.context, jpeg, limits)?;
        let eighths = options.scale.eighths();
        let scaled = |side: u32| (u64::from(side) * u64::from(eighths)).div_ceil(8) as u32;
        let (width, height) = (scaled(header.width), scaled(header.height));
        let region = options.region.unwrap_or(Rect::whole(width, height));
        if !region.is_inside(width, height) {
            return Err(DecodeError::Region { region, width, height });
        }
        let columns = columns(&header, eighths, region, width);
        check_memory(&header, columns, region.height, limits)?;
        let (_, _, channels) = session.start(eighths).map_err(|failure| error(failure, limits))?;
        let (x, columns_read) = if columns == (0, width) {
            (0, width)
        } else {
            session.crop(columns.0, columns.1, channels).map_err(|failure| error(failure, limits))?
        };
        if header.one_scan && (options.entropy == Entropy::Fast || index.is_some()) {
            let scan = session.scan();
            let blocks = scan.blocks;
            let data = jpeg.get(header.scan_offset..).unwrap_or_default();
            if self.tables.build(&scan) {
                let tables = &self.tables;
                if let Some(index) = index {
                    let identity = match options.partial {
                        true => {
                            let stated = index::stated(index).map_err(DecodeError::Index)?;
                            Identity::stated_crc(stated, jpeg.len(), header.scan_offset, header.components)
                        }
                        false => Identity::of(jpeg, header.scan_offset, header.components),
                    };
                    let mcus = (scan.mcus_per_row, scan.mcu_rows);
                    points = index::decode(index, &identity, mcus).map_err(DecodeError::Index)?;
                    let decoder = indexed.insert(Indexed::new(data, tables, scan, points.0, &points.1));
                    session.set_entropy(decoder, blocks, options.timed);
                } else {
                    let record = options
                        .record_index
                        .then(|| index::grid(header.mcu_width, scan.mcus_per_row, scan.mcu_rows));
                    let decoder = sequential.insert(Sequential::new(data, tables, scan, record));
                    session.set_entropy(decoder, blocks, options.timed);
                }
            } else if index.is_some() {
                return Err(no_index_possible());
            }
        } else if index.is_some() {
            return Err(no_index_possible());
        }
        let area = Rect { x, y: region.y, width: columns_read, height: region.height };
        let read = read(&mut session, area, channels, header.adobe, pixels, &mut self.cmyk);
        let (warnings, warning, early) = session.warnings();
        let entropy = session.entropy_time();
        drop(session);
        match read {
            Ok(()) => {}
            Err(Failure::Entropy) => {
                return match indexed {
                    Some(decoder) => Err(DecodeError::Index(mismatch(decoder.mismatch()))),
                    None => Ok(Outcome::Damaged),
                };
            }
            Err(failure) => return Err(error(failure, limits)),
        }
        if early {
            return Err(DecodeError::Truncated(warning));
        }
        let index = options.record_index.then(|| {
            let points = sequential.and_then(|mut decoder| {
                // A region may end above the scan's end.
                decoder.skip_rest().ok()?;
                decoder.into_points()
            });
            let identity = Identity::of(jpeg, header.scan_offset, header.components);
            points.map_or_else(Vec::new, |(grid, points)| index::encode(&identity, grid, &points))
        });
        let warning = if warnings > 0 { warning } else { String::new() };
        Ok(Outcome::Done(JpegReport { width, height, warnings, warning, index, entropy }))
    }
}

pub(super) fn no_index_possible() -> DecodeError {
    DecodeError::Index(
        "this JPEG can have none (progressive, arithmetic, restart intervals, or several scans)".to_owned(),
    )
}

fn mismatch(mismatch: Option<Mismatch>) -> String {
    match mismatch {
        Some(Mismatch { row, col, found_bit, expected_bit }) => format!(
            "it doesn't fit the scan: before MCU {col} of row {row}, decoding arrives at bit {found_bit}, expected {expected_bit}"
        ),
        None => "it doesn't fit the scan".to_owned(),
    }
}

/// Reads the header and checks the limit on pixels.
pub(super) fn open<'a>(
    context: &'a mut Context,
    jpeg: &'a [u8],
    limits: &Limits,
) -> Result<(Session<'a>, Header), DecodeError> {
    let (session, header) = context.open(jpeg, limits.max_scans).map_err(|failure| error(failure, limits))?;
    let Header { width, height, .. } = header;
    if u64::from(width) * u64::from(height) > limits.max_pixels {
        return Err(DecodeError::TooManyPixels { width, height, limit: limits.max_pixels });
    }
    Ok((session, header))
}

pub(super) fn error(failure: Failure, limits: &Limits) -> DecodeError {
    match failure {
        Failure::Jpeg(message) => DecodeError::Jpeg(message),
        Failure::Entropy => DecodeError::Jpeg("damaged scan".to_owned()),
        Failure::Scans => DecodeError::TooManyScans { limit: limits.max_scans },
    }
}

/// The columns to decode for a region, as start and width: with subsampled chroma one pixel more on each side, since
/// upsampling mixes neighbouring samples and takes the first and last column for the image's edges. At least an MCU,
/// since libjpeg upsamples otherwise what is only two samples wide.
pub(super) fn columns(header: &Header, eighths: u32, region: Rect, width: u32) -> (u32, u32) {
    let mcu = (header.mcu_width * eighths / 8).max(1);
    if header.mcu_width == 8 {
        return (region.x, region.width);
    }
    let start = region.x.saturating_sub(1) / mcu * mcu;
    let end = (region.x + region.width + 1).max(start + mcu).min(width);
    let start = if end - start < mcu { start.saturating_sub(mcu) } else { start };
    (start, end - start)
}

/// The memory of pixels, and of coefficients where libjpeg buffers them.
fn check_memory(header: &Header, columns: (u32, u32), rows: u32, limits: &Limits) -> Result<(), DecodeError> {
    let samples =
        |width: u32, height: u32| u64::from(width) * u64::from(height) * u64::from(header.components.max(3));
    // The crop moves left to an MCU.
    let pixels = samples(columns.1.saturating_add(header.mcu_width), rows);
    let coefficients = if header.many_scans { samples(header.width, header.height) * 2 } else { 0 };
    let needed = pixels + coefficients;
    if needed > limits.max_bytes {
        return Err(DecodeError::TooManyBytes { needed, limit: limits.max_bytes });
    }
    Ok(())
}

fn read(
    session: &mut Session<'_>,
    area: Rect,
    channels: u32,
    inverted: bool,
    pixels: &mut Pixels,
    cmyk: &mut Vec<u8>,
) -> Result<(), Failure> {
    if area.y > 0 {
        session.skip(area.y)?;
    }
    pixels.area = area;
    let count = area.width as usize * area.height as usize;
    pixels.rgb.resize(count * 3, 0);
    if channels == 4 {
        cmyk.resize(count * 4, 0);
        session.read(cmyk, area.height)?;
        cmyk::to_rgb(cmyk, inverted, &mut pixels.rgb);
        Ok(())
    } else {
        session.read(&mut pixels.rgb, area.height)
    }
}

/// Reads over the scan: identity, grid and points. With the grid of an index, or the finest. `None` if the JPEG can have
/// no index.
fn read_points(
    session: &mut Session<'_>,
    header: &Header,
    tables: &mut Tables,
    jpeg: &[u8],
    limits: &Limits,
    of: Option<&[u8]>,
) -> Result<Option<(Identity, Grid, Vec<Point>)>, DecodeError> {
    if !header.one_scan {
        return Ok(None);
    }
    session.start(8).map_err(|failure| error(failure, limits))?;
    let scan = session.scan();
    if !tables.build(&scan) {
        return Ok(None);
    }
    let identity = Identity::of(jpeg, header.scan_offset, header.components);
    let grid = match of {
        None => index::grid(header.mcu_width, scan.mcus_per_row, scan.mcu_rows),
        Some(index) => {
            let mcus = (scan.mcus_per_row, scan.mcu_rows);
            index::decode(index, &identity, mcus).map_err(DecodeError::Index)?.0
        }
    };
    let data = jpeg.get(header.scan_offset..).unwrap_or_default();
    let mut decoder = Sequential::new(data, tables, scan, Some(grid));
    if decoder.skip_rest().is_err() {
        return Ok(None);
    }
    Ok(decoder.into_points().map(|(grid, points)| (identity, grid, points)))
}

/// Offset of the scan's data, and number of components.
#[cfg(test)]
pub(super) fn scan_of(decoder: &mut JpegDecoder, jpeg: &[u8]) -> Result<(usize, u32), DecodeError> {
    let (_, header) = open(&mut decoder.context, jpeg, &Limits::default())?;
    Ok((header.scan_offset, header.components))
}
