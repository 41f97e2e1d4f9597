//! Chooses the frames of a clip, decodes and transforms them.

use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::ops::Range;
use std::time::Duration;

use hub_media::{FfmpegError, FrameIndex, MediaError, VideoFrames};

use super::backend::FrameDecoder;
use super::spec::ClipSpec;
use crate::audio::Start;
use crate::decoder::ImageDecoder;
use crate::error::DecodeError;
use crate::pixels::Pixels;
use crate::rect::Rect;
use crate::transform::{Draw, Plan};

/// The frames of a clip, whose size depends on the video.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clip {
    /// The frames, one after the other, as the specification's output says.
    pub pixels: Vec<u8>,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// What a video is read by.
pub trait ClipReader: Read + Seek {
    /// Parts that will be read, rising: a reader from far away may fetch them at once.
    ///
    /// # Errors
    /// They can't be read.
    fn will_read(&mut self, _parts: &[Range<u64>]) -> io::Result<()> {
        Ok(())
    }
}

impl<T: AsRef<[u8]>> ClipReader for Cursor<T> {}

/// A video to decode a clip of.
#[derive(Clone, Debug)]
pub struct ClipSource<'a, R> {
    /// The video.
    pub reader: R,
    /// What it is called.
    pub name: &'a str,
    /// The index of its frames as it was stored ([`FrameIndex::to_bytes`]): nothing but the needed frames is read then. Without
    /// it, the container's tables are read first, or the headers of all frames.
    pub index: Option<&'a [u8]>,
    /// Compare the stored index with the container before it is used.
    pub verify: bool,
}

impl<'a, R> ClipSource<'a, R> {
    /// A video without a stored index.
    pub fn new(reader: R, name: &'a str) -> Self {
        Self { reader, name, index: None, verify: false }
    }
}

/// What became of a stored index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IndexUse {
    /// There was none.
    #[default]
    None,
    /// The clip was found by it.
    Used,
    /// It is damaged, or of another video: the container was read instead.
    Refused,
}

/// Decodes clips of videos.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClipDecoder;

impl ClipDecoder {
    /// Decodes a clip into `out`, which has frames x height x width x 3 values: a row of a batch, of any alignment.
    ///
    /// # Errors
    /// If the video can't be decoded or exceeds the limits, there is nothing that decodes it, the specification makes no
    /// sense, or `out` has another size.
    pub fn clip<R: ClipReader>(
        images: &mut ImageDecoder,
        source: ClipSource<'_, R>,
        spec: &ClipSpec,
        draw: Draw,
        out: &mut [u8],
    ) -> Result<IndexUse, DecodeError> {
        let (frames, index) = Frames::decode(source, spec, draw)?;
        frames.render(images, spec, draw, out)?;
        Ok(index)
    }

    /// Decodes a clip whose size depends on the video.
    ///
    /// # Errors
    /// As [`ClipDecoder::clip`].
    pub fn sized<R: ClipReader>(
        images: &mut ImageDecoder,
        source: ClipSource<'_, R>,
        spec: &ClipSpec,
        draw: Draw,
    ) -> Result<(Clip, IndexUse), DecodeError> {
        let (frames, index) = Frames::decode(source, spec, draw)?;
        let (width, height) = frames.size(spec, draw);
        let bytes = u64::from(width) * u64::from(height) * 3 * spec.image.output.dtype.bytes() as u64;
        let needed = bytes.saturating_mul(spec.frames.into());
        // A view's length is a 32-bit number.
        let limit = spec.limits.max_bytes.min(i32::MAX as u64);
        if needed > limit {
            return Err(DecodeError::TooManyBytes { needed, limit });
        }
        let mut pixels = vec![0; needed as usize];
        frames.render(images, spec, draw, &mut pixels)?;
        Ok((Clip { pixels, width, height }, index))
    }
}

/// The decoded frames of a clip.
struct Frames {
    decoded: VideoFrames,
    /// The place of each decoded frame in the video.
    wanted: Vec<u32>,
    /// Those of the clip, in which one may come several times.
    places: Vec<u32>,
}

impl Frames {
    fn decode<R: ClipReader>(
        source: ClipSource<'_, R>,
        spec: &ClipSpec,
        draw: Draw,
    ) -> Result<(Self, IndexUse), DecodeError> {
        spec.check()?;
        let ClipSource { mut reader, name, index, verify } = source;
        let limits = spec.image.limits.of_headers();
        // Empty: the video can have none.
        let stored = index.filter(|index| !index.is_empty());
        if let Some(stored) = stored {
            let len = reader.seek(SeekFrom::End(0)).map_err(MediaError::from)?;
            let index = FrameIndex::from_bytes(stored, len, &limits).and_then(|index| match verify {
                true if !index.is_like(&FrameIndex::read(&mut reader, name, &limits)?) => {
                    Err(MediaError::FrameIndex("the container says something else".to_owned()))
                }
                _ => Ok(index),
            });
            match index
                .map_err(DecodeError::from)
                .and_then(|index| Self::by_index(&mut reader, &index, spec, draw))
            {
                Err(DecodeError::Header(MediaError::FrameIndex(_)))
                | Err(DecodeError::Ffmpeg(FfmpegError::Media(MediaError::FrameIndex(_)))) => {}
                frames => return frames.map(|frames| (frames, IndexUse::Used)),
            }
        }
        let index = FrameIndex::read(&mut reader, name, &limits)?;
        let frames = Self::by_index(&mut reader, &index, spec, draw)?;
        Ok((frames, if stored.is_some() { IndexUse::Refused } else { IndexUse::None }))
    }

    fn by_index<R: ClipReader>(
        reader: &mut R,
        index: &FrameIndex,
        spec: &ClipSpec,
        draw: Draw,
    ) -> Result<Self, DecodeError> {
        if index.is_empty() {
            let problem = "it has no frames".to_owned();
            return Err(DecodeError::Format { format: "video", problem });
        }
        let places = places(index, spec, draw);
        let mut wanted = places.clone();
        wanted.dedup();
        let (max_bytes, limit) = (spec.limits.max_bytes, Duration::from_secs(spec.limits.max_seconds));
        let (backend, program) = (spec.backend, spec.ffmpeg.clone());
        let decoder = FrameDecoder { backend, program, limit, max_bytes };
        reader.will_read(&parts(index, &wanted)).map_err(MediaError::from)?;
        let decoded = decoder.decode(reader, index, &wanted).map_err(DecodeError::Ffmpeg)?;
        Ok(Self { decoded, wanted, places })
    }

    /// Width and height of a transformed frame.
    fn size(&self, spec: &ClipSpec, draw: Draw) -> (u32, u32) {
        Plan::new(&spec.image, (self.decoded.width, self.decoded.height), draw).size
    }

    /// Transforms the frames into `out`.
    fn render(
        &self,
        images: &mut ImageDecoder,
        spec: &ClipSpec,
        draw: Draw,
        out: &mut [u8],
    ) -> Result<(), DecodeError> {
        let (width, height) = self.size(spec, draw);
        let frame_bytes = width as usize * height as usize * 3 * spec.image.output.dtype.bytes();
        let expected = frame_bytes * self.places.len();
        if out.len() != expected {
            let (found, height) = (out.len(), height.saturating_mul(spec.frames));
            return Err(DecodeError::OutputSize { found, expected, width, height });
        }
        let area = Rect::whole(self.decoded.width, self.decoded.height);
        let mut pixels = Pixels { rgb: Vec::new(), area };
        for (place, out) in self.places.iter().zip(out.chunks_exact_mut(frame_bytes.max(1))) {
            let frame = self.wanted.partition_point(|wanted| wanted < place);
            pixels.rgb.clear();
            pixels.rgb.extend_from_slice(self.decoded.frame(frame).unwrap_or_default());
            images.transform_pixels(&pixels, &spec.image, draw, out)?;
        }
        Ok(())
    }
}

/// The parts of the video that are read for some frames, rising.
fn parts(index: &FrameIndex, wanted: &[u32]) -> Vec<Range<u64>> {
    let frames = index.needed(wanted).frames.into_iter();
    let mut parts: Vec<Range<u64>> =
        frames.map(|(frame, _)| frame.offset..frame.offset.saturating_add(frame.size.into())).collect();
    parts.sort_unstable_by_key(|part| part.start);
    parts
}

/// The places of the clip's frames in the video.
fn places(index: &FrameIndex, spec: &ClipSpec, draw: Draw) -> Vec<u32> {
    let last = index.len() - 1;
    let reach = (spec.frames - 1).saturating_mul(spec.stride);
    let start = match spec.start {
        Start::Begin => 0,
        Start::At(seconds) => index.frame_at(seconds),
        Start::Random => draw.numbers().up_to(last.saturating_sub(reach)),
    };
    (0..spec.frames).map(|n| start.saturating_add(n.saturating_mul(spec.stride)).min(last)).collect()
}
