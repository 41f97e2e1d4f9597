//! Decodes the wanted frames of a video.

use std::io::{self, Read, Seek, SeekFrom};
use std::time::{Duration, Instant};

use hub_media::{FfmpegError, Frame, FrameIndex, Limits, MediaError, VideoFrames};

use super::ffi::{CodecId, Decoder, Encoded, Failure, Listening, Scaler, Setup};
use super::kept::{self, Open};
use super::turn::turn;
use super::{codecs, ffi};

/// What a frame that isn't shown is told apart by: no other has it.
const NEVER: i64 = 1 << 40;

/// Decodes frames of a video; see [`FrameDecoder`](crate::FrameDecoder). `None`: a codec for which this has no decoder.
pub fn decode<R: Read + Seek>(
    reader: &mut R,
    index: &FrameIndex,
    wanted: &[u32],
    (limit, max_bytes): (Duration, u64),
) -> Result<Option<VideoFrames>, FfmpegError> {
    let Some(setup) = codecs::setup(&index.codec()) else { return Ok(None) };
    let bytes = index.pixel_bytes(wanted, max_bytes)?;
    let end = Instant::now() + limit;
    let listening = Listening::begin();
    let open = match kept::take(&setup) {
        Some(open) => open,
        None => match open(setup, &listening)? {
            Some(open) => open,
            None => return Ok(None),
        },
    };
    let (width, height) = index.size();
    let mut clip = Clip {
        open,
        listening,
        wanted,
        numbers: None,
        found: vec![false; wanted.len()],
        size: (width, height),
        rgb: vec![0; bytes as usize],
        decoded: 0,
    };
    clip.decode(reader, index, (end, limit), max_bytes)?;
    let Clip { open, found, mut rgb, .. } = clip;
    if let Some((missing, _)) = wanted.iter().zip(found).find(|(_, found)| !found) {
        let what = named(&index.frame(*missing).unwrap_or_default(), Some(*missing));
        return Err(FfmpegError::Refused(format!("{what}: the decoder gives no such frame")));
    }
    kept::keep(open);
    let (width, height) = turn(&mut rgb, (width, height), index.rotation());
    Ok(Some(VideoFrames { width, height, rgb }))
}

fn open(setup: Setup, listening: &Listening) -> Result<Option<Open>, FfmpegError> {
    let max_pixels = i64::try_from(Limits::default().max_pixels).unwrap_or(i64::MAX);
    match Decoder::open(&setup, max_pixels) {
        Ok(decoder) => Ok(decoder.map(|decoder| Open { setup, decoder, scaler: None })),
        Err(failure) => {
            let complaint = listening.complaint().unwrap_or_else(|| failure.describe());
            Err(FfmpegError::Refused(format!("its decoder can't be opened: {complaint}")))
        }
    }
}

/// A clip that is being decoded.
struct Clip<'a> {
    open: Open,
    listening: Listening,
    wanted: &'a [u32],
    /// Where frames don't say when they are shown: the numbers of the wanted ones among all that are decoded.
    numbers: Option<Vec<i64>>,
    found: Vec<bool>,
    size: (u32, u32),
    rgb: Vec<u8>,
    /// Frames that the decoder has given.
    decoded: i64,
}

impl Clip<'_> {
    fn decode<R: Read + Seek>(
        &mut self,
        reader: &mut R,
        index: &FrameIndex,
        (end, limit): (Instant, Duration),
        max_bytes: u64,
    ) -> Result<(), FfmpegError> {
        let needed = index.needed(self.wanted);
        needed.check_bytes(max_bytes)?;
        if !index.is_timed() {
            let ranks = needed.frames.iter().map(|(_, rank)| *rank);
            let is_wanted = |rank: &Option<u32>| rank.is_some_and(|rank| self.wanted.contains(&rank));
            self.numbers =
                Some((0..).zip(ranks).filter(|(_, rank)| is_wanted(rank)).map(|(n, _)| n).collect());
        }
        // Frames that no other needs are left out: the decoder finds them by their headers.
        let skips = index.is_timed() && self.open.setup.id == CodecId::AV_CODEC_ID_H264;
        let len = reader.seek(SeekFrom::End(0)).map_err(MediaError::from)?;
        for (n, (frame, rank)) in needed.frames.iter().enumerate() {
            if Instant::now() > end {
                return Err(FfmpegError::Slow { secs: limit.as_secs() });
            }
            frame.check_end(len)?;
            let is_wanted = rank.is_some_and(|rank| self.wanted.binary_search(&rank).is_ok());
            let encoded = Encoded {
                bytes: frame.size as usize,
                pts: rank.map_or(NEVER + n as i64, i64::from),
                is_key: frame.is_key,
                is_optional: skips && !is_wanted,
            };
            let mut of_another = None;
            let sent = self.open.decoder.send(encoded, |bytes| {
                reader.seek(SeekFrom::Start(frame.offset))?;
                reader.read_exact(bytes)?;
                frame.check_bytes(bytes).map_err(|error| {
                    of_another = Some(error);
                    io::ErrorKind::InvalidData.into()
                })
            });
            if let Some(error) = of_another {
                return Err(error.into());
            }
            let done = sent.and_then(|()| self.receive());
            self.check(done, || named(frame, *rank))?;
        }
        let done = self.open.decoder.finish().and_then(|()| self.receive());
        let (first, last) = (self.wanted.first(), self.wanted.last());
        self.check(done, || format!("frames {} to {}", first.unwrap_or(&0), last.unwrap_or(&0)))
    }

    /// Converts the frames that the decoder has, where they are wanted.
    fn receive(&mut self) -> Result<(), Failure> {
        let (wanted, numbers) = (self.wanted, self.numbers.as_deref());
        let frame_bytes = self.size.0 as usize * self.size.1 as usize * 3;
        while let Some(frame) = self.open.decoder.receive()? {
            let place = match numbers {
                Some(numbers) => numbers.binary_search(&self.decoded).ok(),
                None => u32::try_from(frame.pts()).ok().and_then(|rank| wanted.binary_search(&rank).ok()),
            };
            self.decoded += 1;
            let Some(place) = place else { continue };
            let out = self.rgb.get_mut(place * frame_bytes..(place + 1) * frame_bytes).unwrap_or_default();
            Scaler::convert(&mut self.open.scaler, frame, self.size, out)?;
            self.found[place] = true;
        }
        Ok(())
    }

    /// The error of a step that failed, or that the decoder complained about.
    fn check(
        &self,
        done: Result<(), ffi::Failure>,
        what: impl FnOnce() -> String,
    ) -> Result<(), FfmpegError> {
        match (done, self.listening.complaint()) {
            (Ok(()), None) => Ok(()),
            (Err(Failure::Read(error)), _) => Err(MediaError::from(error).into()),
            (_, Some(complaint)) => Err(FfmpegError::Refused(format!("{}: {complaint}", what()))),
            (Err(failure), None) => Err(FfmpegError::Refused(format!("{}: {}", what(), failure.describe()))),
        }
    }
}

fn named(frame: &Frame, rank: Option<u32>) -> String {
    match rank {
        Some(rank) => format!("frame {rank} at byte {}", frame.offset),
        None => format!("a frame at byte {}, which isn't shown", frame.offset),
    }
}
