//! The index of a video's frames as bytes, to be stored beside the video.
//!
//! With it a decoder reads of a video nothing but the frames that it needs. It comes from outside, so it is never trusted:
//! it has a checksum of its own, says how long its video is, and has a checksum of each frame, which is compared when the
//! frame is read.

use std::io::{Read, Seek, SeekFrom};

use super::frames::FrameIndex;
use super::varint::{put, put_bytes, put_signed, take, take_bytes, take_signed, take_u32};
use crate::container::frame_track::{Frame, FrameTrack, MAX_FRAMES, Setup, checksum};
use crate::{Limits, MediaError};

/// What it begins with: three letters, and the version.
const MAGIC: [u8; 4] = *b"HVI\x01";
/// Bytes in front of what the checksum is of.
const HEAD: usize = 8;
/// Bytes of a frame, at least: three numbers, and a checksum.
const LEAST_FRAME: usize = 5;

const TIMED: u8 = 1;
const COUNTED: u8 = 2;
const PLAYED: u8 = 4;
const ENTRY: u8 = 8;
const COLOUR: u8 = 16;
const FULL_RANGE: u8 = 32;
const ENDLESS: u8 = 64;

impl FrameIndex {
    /// The index as bytes. Reads all frames of the video, for their checksums.
    ///
    /// # Errors
    /// The video ends before one of them, or can't be read.
    pub fn to_bytes<R: Read + Seek>(&self, reader: &mut R) -> Result<Vec<u8>, MediaError> {
        let len = reader.seek(SeekFrom::End(0))?;
        let track = &self.track;
        let mut out = [MAGIC.as_slice(), &[0; 4]].concat();
        put(&mut out, len);
        for number in [track.width, track.height, self.rotation()] {
            put(&mut out, number.into());
        }
        put(&mut out, track.ticks_per_sec);
        put_setup(&mut out, track);
        let mut checksums = Vec::with_capacity(track.frames.len() * 2);
        let mut bytes = Vec::new();
        for frame in &track.frames {
            frame.check_end(len)?;
            bytes.resize(frame.size as usize, 0);
            reader.seek(SeekFrom::Start(frame.offset))?;
            reader.read_exact(&mut bytes)?;
            checksums.extend(checksum(&bytes).to_le_bytes());
        }
        put_frames(&mut out, &track.frames);
        out.extend(checksums);
        let crc = crc32fast::hash(&out[HEAD..]).to_le_bytes();
        out[4..HEAD].copy_from_slice(&crc);
        Ok(out)
    }

    /// The index that was stored for a video of `len` bytes.
    ///
    /// # Errors
    /// [`MediaError::FrameIndex`]: it is damaged, of a later version, or of a video of another length;
    /// [`MediaError::TooManyPixels`].
    pub fn from_bytes(bytes: &[u8], len: u64, limits: &Limits) -> Result<Self, MediaError> {
        let wrong = |problem: &str| MediaError::FrameIndex(problem.to_owned());
        let head = bytes.get(..4).ok_or_else(|| wrong("it is cut off"))?;
        if head != MAGIC {
            return Err(wrong(if head.starts_with(b"HVI") {
                "it is of a later version"
            } else {
                "it begins with other bytes"
            }));
        }
        let (crc, content) = bytes[4..].split_first_chunk().ok_or_else(|| wrong("it is cut off"))?;
        if crc32fast::hash(content) != u32::from_le_bytes(*crc) {
            return Err(wrong("its checksum is wrong"));
        }
        let mut rest = content;
        let of = take(&mut rest);
        if of != Some(len) {
            let of = of.unwrap_or_default();
            return Err(MediaError::FrameIndex(format!(
                "it is of a video of {of} bytes, this one has {len}"
            )));
        }
        let (track, rotation) = take_track(rest, len).ok_or_else(|| wrong("it contradicts itself"))?;
        let (width, height) = (track.width, track.height);
        if u64::from(width) * u64::from(height) > limits.max_pixels {
            return Err(MediaError::TooManyPixels { width, height, limit: limits.max_pixels });
        }
        Ok(Self::of(track, rotation))
    }

    /// Whether it says the same of a video as another one, which may have been stored.
    pub fn is_like(&self, other: &Self) -> bool {
        let plain = |index: &Self| {
            let mut track = index.track.clone();
            track.frames.iter_mut().for_each(|frame| frame.checksum = None);
            (track, index.rotation())
        };
        plain(self) == plain(other)
    }
}

fn put_setup(out: &mut Vec<u8>, track: &FrameTrack) {
    let mut flags = 0;
    let mut set = |flag: u8, is_set: bool| flags |= if is_set { flag } else { 0 };
    set(TIMED, track.is_timed);
    set(COUNTED, track.is_counted);
    set(PLAYED, track.played.is_some());
    set(ENDLESS, track.played.as_ref().is_some_and(|played| played.end == i64::MAX));
    match &track.setup {
        Setup::Entry { .. } => set(ENTRY, true),
        Setup::Codec { colour, .. } => {
            set(COLOUR, colour.is_some());
            set(FULL_RANGE, colour.is_some_and(|(_, is_full)| is_full));
        }
    }
    out.push(flags);
    if let Some(played) = &track.played {
        put_signed(out, played.start);
        if played.end < i64::MAX {
            put_signed(out, played.end);
        }
    }
    match &track.setup {
        Setup::Entry { bytes, number } => {
            put(out, *number);
            put_bytes(out, bytes);
        }
        Setup::Codec { id, private, colour } => {
            put_bytes(out, id.as_bytes());
            put_bytes(out, private);
            for number in colour.iter().flat_map(|(numbers, _)| numbers) {
                put(out, (*number).into());
            }
        }
    }
}

/// Frames follow one another with equal steps in time and equal gaps, nearly: their differences are small numbers.
fn put_frames(out: &mut Vec<u8>, frames: &[Frame]) {
    let first = frames.first().map_or(0, |frame| frame.pts);
    let unit = frames.iter().fold(0, |unit, frame| gcd(unit, frame.pts.abs_diff(first))).max(1);
    put(out, frames.len() as u64);
    put_signed(out, first);
    put(out, unit);
    let mut before = Before { pts: first, ..Before::default() };
    for frame in frames {
        put(out, u64::from(frame.size) << 2 | u64::from(frame.is_hidden) << 1 | u64::from(frame.is_key));
        let gap = frame.offset.wrapping_sub(before.end).cast_signed();
        put_signed(out, gap.wrapping_sub(before.gap));
        // A multiple of the unit; it wraps around where times are absurdly far apart.
        let distance = i128::from(frame.pts) - i128::from(before.pts);
        let step = (distance / i128::from(unit)) as i64;
        put_signed(out, step.wrapping_sub(before.step));
        before = Before { end: frame.offset.wrapping_add(frame.size.into()), gap, step, pts: frame.pts };
    }
}

/// What the next frame is told from.
#[derive(Default)]
struct Before {
    end: u64,
    gap: i64,
    step: i64,
    pts: i64,
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn take_track(mut rest: &[u8], len: u64) -> Option<(FrameTrack, u32)> {
    let rest = &mut rest;
    let (width, height, rotation) = (take_u32(rest)?, take_u32(rest)?, take_u32(rest)?);
    let ticks_per_sec = take(rest)?;
    let (flags, after) = rest.split_first()?;
    *rest = after;
    let has = |flag: u8| flags & flag != 0;
    let played = match has(PLAYED) {
        true => {
            let start = take_signed(rest)?;
            Some(start..if has(ENDLESS) { i64::MAX } else { take_signed(rest)? })
        }
        false => None,
    };
    let setup = if has(ENTRY) {
        Setup::Entry { number: take(rest)?, bytes: take_bytes(rest)?.to_vec() }
    } else {
        let id = String::from_utf8(take_bytes(rest)?.to_vec()).ok()?;
        let private = take_bytes(rest)?.to_vec();
        let mut number = || u16::try_from(take(rest)?).ok();
        let colour = match has(COLOUR) {
            true => Some(([number()?, number()?, number()?], has(FULL_RANGE))),
            false => None,
        };
        Setup::Codec { id, private, colour }
    };
    let frames = take_frames(rest, len)?;
    let is_sound = rest.is_empty() && width > 0 && height > 0 && rotation < 360 && ticks_per_sec > 0;
    let (is_timed, is_counted) = (has(TIMED), has(COUNTED));
    let track = FrameTrack { width, height, setup, ticks_per_sec, frames, played, is_timed, is_counted };
    is_sound.then_some((track, rotation))
}

fn take_frames(rest: &mut &[u8], len: u64) -> Option<Vec<Frame>> {
    let count = usize::try_from(take(rest)?).ok().filter(|count| *count <= MAX_FRAMES)?;
    let (first, unit) = (take_signed(rest)?, take(rest)?);
    if rest.len() / LEAST_FRAME < count {
        return None;
    }
    let mut frames = Vec::with_capacity(count);
    let mut before = Before { pts: first, ..Before::default() };
    for _ in 0..count {
        let size_and_flags = take(rest)?;
        let size = u32::try_from(size_and_flags >> 2).ok()?;
        let gap = take_signed(rest)?.wrapping_add(before.gap);
        let offset = before.end.checked_add_signed(gap)?;
        let end = offset.checked_add(size.into()).filter(|end| *end <= len)?;
        let step = take_signed(rest)?.wrapping_add(before.step);
        let pts = i128::from(before.pts) + i128::from(step) * i128::from(unit);
        let pts = i64::try_from(pts).ok()?;
        let (is_key, is_hidden) = (size_and_flags & 1 != 0, size_and_flags & 2 != 0);
        frames.push(Frame { offset, size, pts, is_key, is_hidden, checksum: None });
        before = Before { end, gap, step, pts };
    }
    let (checksums, after) = rest.split_at_checked(count * 2)?;
    *rest = after;
    for (frame, two) in frames.iter_mut().zip(checksums.as_chunks().0) {
        frame.checksum = Some(u16::from_le_bytes(*two));
    }
    Some(frames)
}
