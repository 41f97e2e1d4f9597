//! Chooses the frames of a clip, decodes and transforms them.

use std::io::{Read, Seek};
use std::time::Duration;

use hub_media::{FrameIndex, VideoDecoder, VideoFrames};

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

/// Decodes clips of videos.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClipDecoder;

impl ClipDecoder {
    /// Decodes a clip into `out`, which has frames x height x width x 3 values: a row of a batch, of any alignment. `name` is
    /// what the video is called.
    ///
    /// # Errors
    /// If the video can't be decoded or exceeds the limits, there is no `ffmpeg`, the specification makes no sense, or `out`
    /// has another size.
    pub fn clip<R: Read + Seek>(
        images: &mut ImageDecoder,
        reader: R,
        name: &str,
        spec: &ClipSpec,
        draw: Draw,
        out: &mut [u8],
    ) -> Result<(), DecodeError> {
        Frames::decode(reader, name, spec, draw)?.render(images, spec, draw, out)
    }

    /// Decodes a clip whose size depends on the video.
    ///
    /// # Errors
    /// As [`ClipDecoder::clip`].
    pub fn sized<R: Read + Seek>(
        images: &mut ImageDecoder,
        reader: R,
        name: &str,
        spec: &ClipSpec,
        draw: Draw,
    ) -> Result<Clip, DecodeError> {
        let frames = Frames::decode(reader, name, spec, draw)?;
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
        Ok(Clip { pixels, width, height })
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
    fn decode<R: Read + Seek>(
        mut reader: R,
        name: &str,
        spec: &ClipSpec,
        draw: Draw,
    ) -> Result<Self, DecodeError> {
        spec.check()?;
        let index = FrameIndex::read(&mut reader, name, &spec.image.limits.of_headers())?;
        if index.is_empty() {
            let problem = "it has no frames".to_owned();
            return Err(DecodeError::Format { format: "video", problem });
        }
        let places = places(&index, spec, draw);
        let mut wanted = places.clone();
        wanted.dedup();
        let (max_bytes, limit) = (spec.limits.max_bytes, Duration::from_secs(spec.limits.max_seconds));
        let decoder = VideoDecoder { program: spec.ffmpeg.clone(), limit, max_bytes };
        let decoded = decoder.decode(&mut reader, &index, &wanted).map_err(DecodeError::Ffmpeg)?;
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
