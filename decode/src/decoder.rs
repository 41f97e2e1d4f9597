//! An encoded image to a tensor, in one step.

use std::ops::Range;
use std::time::{Duration, Instant};

use crate::error::DecodeError;
use crate::formats;
use crate::jpeg::{DctScale, JpegDecoder, JpegOptions};
use crate::limits::Limits;
use crate::orientation::Orientation;
use crate::pixels::Pixels;
use crate::rect::Rect;
use crate::render::{Needed, Renderer};
use crate::transform::{Draw, Emitter, ImageSpec, Plan};

/// Decodes and transforms images; keep one a thread, since its buffers are reused.
pub struct ImageDecoder {
    jpeg: JpegDecoder,
    renderer: Renderer,
    pixels: Pixels,
    /// Pixels turned by their EXIF orientation.
    turned: Pixels,
    work: Work,
    record_index: bool,
    recorded: Option<Vec<u8>>,
    measured: bool,
    partial: bool,
}

/// How the last image was decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// It is a JPEG.
    pub jpeg: bool,
    /// An index of entry points led to the region, so that nothing above or below of it was read.
    pub indexed: bool,
    /// The size at which the DCT of a JPEG was computed.
    pub scale: DctScale,
    /// Where the time went, if it was to be measured ([`ImageDecoder::measure`]).
    pub times: Times,
}

/// Where the time of a transform went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// Entropy decoding of JPEGs by this crate; where libjpeg does it (progressive JPEGs), it is part of `pixels`.
    pub entropy: Duration,
    /// From coefficients to pixels: the inverse DCT, upsampling, colour. All of the decoding of other formats.
    pub pixels: Duration,
    /// Resizing, normalising, and writing the result.
    pub transform: Duration,
}

/// What the header says, and for formats other than JPEG whether the pixels are decoded already.
#[derive(Clone, Copy)]
struct Head {
    /// Stored width and height.
    size: (u32, u32),
    orientation: Orientation,
    loaded: bool,
}

fn is_jpeg(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xFF, 0xD8])
}

impl ImageDecoder {
    /// # Errors
    /// If there is no memory for it.
    pub fn new() -> Result<Self, DecodeError> {
        let (pixels, turned) = (Pixels::default(), Pixels::default());
        let (jpeg, renderer) = (JpegDecoder::new()?, Renderer::default());
        let (work, record_index, recorded) = (Work::default(), false, None);
        let (measured, partial) = (false, false);
        Ok(Self { jpeg, renderer, pixels, turned, work, record_index, recorded, measured, partial })
    }

    /// Whether to measure where the time goes ([`Work::times`]), which takes a few percent more (default false).
    pub fn measure(&mut self, measure: bool) {
        self.measured = measure;
    }

    /// Whether to make the index of entry points of each JPEG that is decoded without one (default false). Its scan is then
    /// read to the end, whatever the region.
    pub fn record_index(&mut self, record: bool) {
        self.record_index = record;
    }

    /// Whether of the JPEGs to come only the bytes are there that [`ImageDecoder::parts`] names (default false). They need
    /// their index, whose CRC-32 of the JPEG is not compared then.
    pub fn partial(&mut self, partial: bool) {
        self.partial = partial;
    }

    /// The byte ranges of a JPEG that [`ImageDecoder::transform`] reads, with its index; sorted, without overlaps.
    /// `bytes` has the JPEG's length; only its header ([`crate::IndexedJpeg::header_len`]) needs to be there.
    ///
    /// # Errors
    /// As [`ImageDecoder::transform`].
    pub fn parts(
        &mut self,
        bytes: &[u8],
        index: &[u8],
        spec: &ImageSpec,
        draw: Draw,
    ) -> Result<Vec<Range<usize>>, DecodeError> {
        let (head, plan) = self.begin(bytes, spec, draw)?;
        let Needed { scale, region } = self.renderer.prepare(&plan, spec, is_jpeg(bytes));
        let Some(region) = region else { return Ok(Vec::new()) };
        let divisor = scale.divisor();
        let size = (head.size.0.div_ceil(divisor), head.size.1.div_ceil(divisor));
        let region = Some(head.orientation.stored(region, size));
        let options = JpegOptions { region, scale, limits: spec.limits, ..JpegOptions::default() };
        self.jpeg.parts(bytes, index, &options)
    }

    /// The index that was made of the last image; empty if it can have none, `None` if none was to be made.
    pub fn take_index(&mut self) -> Option<Vec<u8>> {
        self.recorded.take()
    }

    /// How the last image was decoded, by [`ImageDecoder::transform`] or [`ImageDecoder::decode`].
    pub fn work(&self) -> Work {
        self.work
    }

    /// Bytes of the pixel buffers that it keeps for the next image: as many as the largest image took.
    pub fn held_bytes(&self) -> usize {
        self.pixels.rgb.capacity() + self.turned.rgb.capacity() + self.jpeg.held_bytes()
    }

    /// The JPEG decoder, for indexes and regions.
    pub fn jpeg(&mut self) -> &mut JpegDecoder {
        &mut self.jpeg
    }

    /// Decodes a whole image to RGB; `orient`: turned by its EXIF orientation.
    ///
    /// # Errors
    /// If it can't be decoded or exceeds the limits.
    pub fn decode(&mut self, bytes: &[u8], orient: bool, limits: &Limits) -> Result<&Pixels, DecodeError> {
        let head = self.head(bytes, orient, limits)?;
        let (width, height) = head.orientation.upright(head.size);
        let turned = self.load(bytes, None, head, Rect::whole(width, height), DctScale::Full, limits)?;
        Ok(if turned { &self.turned } else { &self.pixels })
    }

    /// What [`ImageDecoder::transform`] will do with an image. Reads its header only (with [`ImageSpec::orient`], all of an
    /// image that is no JPEG); the result's size is in [`Plan::size`].
    ///
    /// # Errors
    /// If the header can't be read, or the specification makes no sense.
    pub fn plan(&mut self, bytes: &[u8], spec: &ImageSpec, draw: Draw) -> Result<Plan, DecodeError> {
        Ok(self.begin(bytes, spec, draw)?.1)
    }

    /// Decodes and transforms an image into `out`, which has `height · width · 3` values of the result's type: a row of a
    /// batch, of any alignment. Returns what was done, by which coordinates can be moved along.
    ///
    /// `index`: the index of entry points, if the image is a JPEG that has one.
    ///
    /// # Errors
    /// If the image can't be decoded or exceeds the limits, the specification makes no sense, or `out` has another size.
    /// The contents of `out` are then undefined.
    pub fn transform(
        &mut self,
        bytes: &[u8],
        index: Option<&[u8]>,
        spec: &ImageSpec,
        draw: Draw,
        out: &mut [u8],
    ) -> Result<Plan, DecodeError> {
        let (head, plan) = self.begin(bytes, spec, draw)?;
        self.finish(head, &plan, (bytes, index), spec, out)?;
        Ok(plan)
    }

    /// As [`ImageDecoder::transform`], of a result whose size depends on the image, into memory of its own: at most
    /// `most_bytes`, and those of the limits.
    ///
    /// # Errors
    /// As [`ImageDecoder::transform`]; [`DecodeError::TooManyBytes`] where the result would be longer.
    pub fn transform_sized(
        &mut self,
        bytes: &[u8],
        index: Option<&[u8]>,
        spec: &ImageSpec,
        draw: Draw,
        most_bytes: u64,
    ) -> Result<(Vec<u8>, Plan), DecodeError> {
        let (head, plan) = self.begin(bytes, spec, draw)?;
        let (width, height) = plan.size;
        let values = (u64::from(width) * u64::from(height)).saturating_mul(3);
        let needed = values.saturating_mul(spec.output.dtype.bytes() as u64);
        let limit = spec.limits.max_bytes.min(most_bytes);
        let too_many = || DecodeError::TooManyBytes { needed, limit };
        if needed > limit {
            return Err(too_many());
        }
        let mut out = vec![0; usize::try_from(needed).map_err(|_| too_many())?];
        self.finish(head, &plan, (bytes, index), spec, &mut out)?;
        Ok((out, plan))
    }

    /// Reads the header, and finds out what becomes of the image.
    fn begin(&mut self, bytes: &[u8], spec: &ImageSpec, draw: Draw) -> Result<(Head, Plan), DecodeError> {
        spec.check()?;
        let head = self.head(bytes, spec.orient, &spec.limits)?;
        let plan = Plan::new(spec, head.orientation.upright(head.size), draw);
        Ok((head, plan))
    }

    fn finish(
        &mut self,
        head: Head,
        plan: &Plan,
        (bytes, index): (&[u8], Option<&[u8]>),
        spec: &ImageSpec,
        out: &mut [u8],
    ) -> Result<(), DecodeError> {
        let mut emitter = Emitter::new(plan, &spec.output, out)?;
        let Needed { scale, region } = self.renderer.prepare(plan, spec, is_jpeg(bytes));
        let begun = Instant::now();
        let turned = match region {
            Some(region) => self.load(bytes, index, head, region, scale, &spec.limits)?,
            None => {
                self.work = Work { jpeg: is_jpeg(bytes), ..Work::default() };
                self.recorded = None;
                false
            }
        };
        let loaded = Instant::now();
        let pixels = if turned { &self.turned } else { &self.pixels };
        self.renderer.render(pixels, scale, plan, spec, &mut emitter);
        if self.measured {
            let times = &mut self.work.times;
            times.pixels = (loaded - begun).saturating_sub(times.entropy);
            times.transform = loaded.elapsed();
        }
        Ok(())
    }

    /// Transforms pixels that are decoded already: a whole image, whose `area` begins at 0, 0. [`ImageSpec::orient`] has no
    /// effect.
    ///
    /// # Errors
    /// As [`ImageDecoder::transform`].
    pub fn transform_pixels(
        &mut self,
        pixels: &Pixels,
        spec: &ImageSpec,
        draw: Draw,
        out: &mut [u8],
    ) -> Result<Plan, DecodeError> {
        spec.check()?;
        let Rect { x, y, width, height } = pixels.area;
        if (x, y) != (0, 0) || !pixels.is_complete() {
            return Err(DecodeError::Region { region: pixels.area, width, height });
        }
        let plan = Plan::new(spec, (width, height), draw);
        let mut emitter = Emitter::new(&plan, &spec.output, out)?;
        self.renderer.prepare(&plan, spec, false);
        self.renderer.render(pixels, DctScale::Full, &plan, spec, &mut emitter);
        Ok(plan)
    }

    fn head(&mut self, bytes: &[u8], orient: bool, limits: &Limits) -> Result<Head, DecodeError> {
        let upright = Orientation::default();
        if is_jpeg(bytes) {
            let facts = self.jpeg.facts(bytes, limits)?;
            let orientation = if orient { Orientation::of_jpeg(bytes) } else { upright };
            return Ok(Head { size: (facts.width, facts.height), orientation, loaded: false });
        }
        if orient {
            // Where EXIF is in these formats, only their decoders know.
            let orientation = formats::decode(bytes, limits, &mut self.pixels)?;
            let area = self.pixels.area;
            return Ok(Head { size: (area.width, area.height), orientation, loaded: true });
        }
        Ok(Head { size: formats::size(bytes, limits)?, orientation: upright, loaded: false })
    }

    /// Decodes at least a region of the upright, scaled image. Whether the pixels are in `turned`, or in `pixels`.
    fn load(
        &mut self,
        bytes: &[u8],
        index: Option<&[u8]>,
        head: Head,
        region: Rect,
        scale: DctScale,
        limits: &Limits,
    ) -> Result<bool, DecodeError> {
        let indexed = index.is_some_and(|index| !index.is_empty());
        self.work = Work { jpeg: is_jpeg(bytes), indexed, scale, times: Times::default() };
        self.recorded = (self.record_index && !self.work.jpeg).then(Vec::new);
        let divisor = scale.divisor();
        let size = (head.size.0.div_ceil(divisor), head.size.1.div_ceil(divisor));
        if is_jpeg(bytes) {
            let stored = head.orientation.stored(region, size);
            let options = JpegOptions {
                region: Some(stored),
                scale,
                partial: self.partial,
                record_index: self.record_index && !indexed,
                timed: self.measured,
                limits: *limits,
                ..JpegOptions::default()
            };
            let report = self.jpeg.decode(bytes, index, &options, &mut self.pixels)?;
            self.recorded = report.index;
            self.work.times.entropy = report.entropy;
        } else if indexed {
            return Err(DecodeError::Index("only a JPEG can have one".to_owned()));
        } else if !head.loaded {
            formats::decode(bytes, limits, &mut self.pixels)?;
        }
        let turned = head.orientation != Orientation::default();
        if turned {
            head.orientation.turn(&self.pixels, region, size, &mut self.turned);
        }
        Ok(turned)
    }
}
