//! Where the frames of a video are: the index by which a decoder begins at the right one.
//!
//! MP4 keeps this in tables at its beginning or end, which are read without the frames between; of Matroska and AVI
//! the headers of all blocks are visited, and what lies in them is skipped.

use std::io::{Read, Seek};

use super::open::{check_size, open_video};
use crate::container::frame_track::{Frame, FrameTrack};
use crate::container::frames::frames;
use crate::source::Source;
use crate::{Kind, Limits, MediaError};

/// Frames after a key frame that may be shown before it: H.264 holds back at most 16.
const MAX_LEADING: usize = 32;
/// Bytes of a frame beside its own, wherever it is copied to.
const FRAME_BYTES: u64 = 32;

/// The frames of the first video track of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameIndex {
    pub(super) track: FrameTrack,
    /// Frames in the order in which they are shown: places in the order in which they are decoded.
    shown: Vec<u32>,
    /// The place of each decoded frame among those that are shown.
    ranks: Vec<Option<u32>>,
    rotation: u32,
}

/// What must be decoded for some frames.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needed {
    /// Frames to decode, in this order: the frame, and its place among those that are shown.
    pub frames: Vec<(Frame, Option<u32>)>,
}

impl Needed {
    /// # Errors
    /// The frames take more than `max_bytes`.
    pub fn check_bytes(&self, max_bytes: u64) -> Result<(), MediaError> {
        let bytes: u64 = self.frames.iter().map(|(frame, _)| u64::from(frame.size) + FRAME_BYTES).sum();
        if bytes > max_bytes {
            return Err(MediaError::Unsupported(format!(
                "{bytes} bytes of encoded frames for one clip, above the limit of {max_bytes}"
            )));
        }
        Ok(())
    }
}

impl FrameIndex {
    /// Reads where the frames of a video are. `name` is what it is called.
    ///
    /// # Errors
    /// It is damaged, has no video track, or its container isn't known.
    pub fn read<R: Read + Seek>(reader: R, name: &str, limits: &Limits) -> Result<Self, MediaError> {
        let mut source = Source::new(reader, limits)?;
        let (container, format) = open_video(&mut source, name)?;
        let facts = container.first(Kind::Video)?;
        let mut track = frames(format, &mut source)?;
        check_size(&facts, limits)?;
        (track.width, track.height) = (facts.width, facts.height);
        Ok(Self::of(track, facts.rotation.unwrap_or_default()))
    }

    pub(super) fn of(track: FrameTrack, rotation: u32) -> Self {
        let all = 0..track.frames.len() as u32;
        let frame = |place: &u32| track.frames[*place as usize];
        let is_played = |pts: i64| track.played.as_ref().is_none_or(|played| played.contains(&pts));
        let mut shown: Vec<u32> =
            all.filter(|place| !frame(place).is_hidden && is_played(frame(place).pts)).collect();
        if track.is_timed {
            shown.sort_by_key(|place| frame(place).pts);
        }
        let mut ranks = vec![None; track.frames.len()];
        for (rank, place) in (0..).zip(&shown) {
            ranks[*place as usize] = Some(rank);
        }
        Self { track, shown, ranks, rotation }
    }

    /// The number of frames that are shown.
    pub fn len(&self) -> u32 {
        self.shown.len() as u32
    }

    /// Whether it shows no frame at all.
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// Width and height in pixels, as encoded: before the rotation.
    pub fn size(&self) -> (u32, u32) {
        (self.track.width, self.track.height)
    }

    /// The degrees, clockwise, that frames are turned by for display.
    pub fn rotation(&self) -> u32 {
        self.rotation
    }

    /// Whether the frames say when they are shown. Those of an AVI don't.
    pub fn is_timed(&self) -> bool {
        self.track.is_timed
    }

    /// The frame that is shown as the n-th, from 0.
    pub fn frame(&self, n: u32) -> Option<Frame> {
        self.shown.get(n as usize).map(|place| self.track.frames[*place as usize])
    }

    /// The last frame that is shown at a time or before, in seconds from the first one; the first for times before it.
    pub fn frame_at(&self, seconds: f64) -> u32 {
        let first = self.frame(0).map_or(0, |frame| frame.pts);
        // Times are rounded to ticks; half a tick makes up for it.
        let at = seconds * self.track.ticks_per_sec as f64 + 0.5;
        let is_before =
            |place: &u32| self.track.frames[*place as usize].pts.saturating_sub(first) as f64 <= at;
        self.shown.partition_point(is_before).saturating_sub(1) as u32
    }

    /// What must be decoded for some of the frames that are shown; each from its nearest key frame on.
    pub fn needed(&self, wanted: &[u32]) -> Needed {
        let mut wanted: Vec<u32> = wanted.iter().copied().filter(|n| *n < self.len()).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut frames: Vec<(Frame, Option<u32>)> = Vec::new();
        // The place behind the last frame that is decoded, in the order of decoding, and the key frame it began at.
        let (mut next, mut begun) = (0, 0);
        for rank in wanted {
            let place = self.shown[rank as usize] as usize;
            let key = self.key_before(place, rank);
            if frames.is_empty() || key >= next {
                (next, begun) = (key, key);
            }
            for at in next..(place + 1).max(next) {
                if !self.is_left_out(at, begun) || at == place {
                    frames.push((self.track.frames[at], self.ranks[at]));
                }
            }
            next = next.max(place + 1);
        }
        Needed { frames }
    }

    /// Whether a frame is decoded after the key frame where decoding began and shown before it: such frames need others, from
    /// before it, and what is shown after it doesn't need them.
    fn is_left_out(&self, at: usize, begun: usize) -> bool {
        let pts = |at: usize| self.track.frames[at].pts;
        self.track.is_timed && !self.track.is_counted && begun > 0 && at > begun && pts(at) < pts(begun)
    }

    /// The last key frame that decoding may begin at for a frame.
    fn key_before(&self, place: usize, rank: u32) -> usize {
        let pts = self.track.frames[self.shown[rank as usize] as usize].pts;
        let is_start = |at: &usize| {
            let frame = self.track.frames[*at];
            frame.is_key
                && (!self.track.is_timed || frame.pts <= pts)
                && !(self.track.is_counted && self.has_leading(*at))
        };
        (0..=place).rev().find(is_start).unwrap_or(0)
    }

    /// Whether frames that are decoded after a key frame are shown before it.
    fn has_leading(&self, key: usize) -> bool {
        let later = self.track.frames.get(key + 1..).unwrap_or_default().iter().take(MAX_LEADING);
        later.take_while(|frame| !frame.is_key).any(|frame| frame.pts < self.track.frames[key].pts)
    }
}
