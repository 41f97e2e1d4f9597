//! The frames of a Matroska or WebM: the headers of its blocks, one after the other.

use std::io::{Read, Seek};

use super::frame_track::{Frame, FrameTrack, Setup, push};
use super::matroska::{Extent, child, children, element, unsigned};
use crate::MediaError;
use crate::source::Source;

/// Ids of elements.
const SEGMENT: u64 = 0x1853_8067;
const CLUSTER: u64 = 0x1f43_b675;
const INFO: u64 = 0x1549_a966;
const TIMESTAMP_SCALE: u64 = 0x2a_d7b1;
const TRACKS: u64 = 0x1654_ae6b;
const TRACK_ENTRY: u64 = 0xae;
const TRACK_NUMBER: u64 = 0xd7;
const TRACK_TYPE: u64 = 0x83;
const CODEC_ID: u64 = 0x86;
const TIMESTAMP: u64 = 0xe7;
const SIMPLE_BLOCK: u64 = 0xa3;
const BLOCK_GROUP: u64 = 0xa0;
const BLOCK: u64 = 0xa1;
const REFERENCE_BLOCK: u64 = 0xfb;

/// Bytes of a track's entry, with what its decoder is set up with.
const MAX_ENTRY_BYTES: u64 = 16 << 20;

/// The track, as its entry says.
struct Entry {
    bytes: Vec<u8>,
    number: u64,
    codec: Vec<u8>,
}

/// Reads the frames of the first video track.
pub(super) fn frames<R: Read + Seek>(source: &mut Source<R>) -> Result<FrameTrack, MediaError> {
    let mut entry: Option<Entry> = None;
    let mut scale = 1_000_000_u64;
    let mut frames = Vec::new();
    let (mut at, mut cluster) = (0, 0_i64);
    while source.len().saturating_sub(at) >= 2 {
        let Ok((id, extent)) = element(source, at) else { break };
        match id {
            // Their elements follow, so that it doesn't matter whether they say how long they are.
            SEGMENT | CLUSTER => {
                at = extent.start;
                continue;
            }
            INFO => {
                let found = child(source, &extent, TIMESTAMP_SCALE).and_then(|at| unsigned(source, &at));
                scale = found.filter(|nanos| *nanos > 0).unwrap_or(scale);
            }
            TRACKS if entry.is_none() => entry = video_entry(source, &extent)?,
            TIMESTAMP => cluster = unsigned(source, &extent).unwrap_or_default().cast_signed(),
            SIMPLE_BLOCK | BLOCK_GROUP => {
                if let Some(entry) = &entry {
                    let found = match id {
                        SIMPLE_BLOCK => block(source, &extent, entry, cluster, None)?,
                        _ => group(source, &extent, entry, cluster)?,
                    };
                    if let Some(frame) = found {
                        push(&mut frames, frame)?;
                    }
                }
            }
            _ => {}
        }
        match extent.end.filter(|end| *end > at) {
            Some(end) => at = end,
            None => {
                return Err(MediaError::damaged(at, format!("element {id:x} doesn't say how long it is")));
            }
        }
    }
    if at > source.len() {
        return Err(source.ends_before(format!("the last element up to byte {at}")));
    }
    let Some(Entry { bytes, number, codec }) = entry else {
        return Err(MediaError::Malformed("no entry of a video track".to_owned()));
    };
    Ok(FrameTrack {
        setup: Setup::Entry { bytes, number },
        ticks_per_sec: (1_000_000_000 / scale).max(1),
        frames,
        is_timed: true,
        is_counted: codec.starts_with(b"V_MPEG4/ISO/AVC"),
        ..FrameTrack::default()
    })
}

/// The entry of the first video track.
fn video_entry<R: Read + Seek>(source: &mut Source<R>, tracks: &Extent) -> Result<Option<Entry>, MediaError> {
    for (id, extent) in children(source, tracks) {
        let (TRACK_ENTRY, Some(end)) = (id, extent.end) else { continue };
        let inside = children(source, &extent);
        let mut value = |wanted: u64| {
            let (_, at) = inside.iter().find(|(id, _)| *id == wanted)?;
            unsigned(source, at)
        };
        let (Some(number), Some(1)) = (value(TRACK_NUMBER), value(TRACK_TYPE)) else { continue };
        if end - extent.start > MAX_ENTRY_BYTES {
            return Err(MediaError::damaged(extent.start, "the entry of a track is longer than 16 MiB"));
        }
        let mut bytes = vec![0; (end - extent.start) as usize];
        source.fill(extent.start, &mut bytes, || "the entry of a track".to_owned())?;
        let codec = inside.iter().find(|(id, _)| *id == CODEC_ID).and_then(|(_, at)| {
            let start = (at.start - extent.start) as usize;
            bytes.get(start..start + (at.end? - at.start) as usize).map(<[u8]>::to_vec)
        });
        return Ok(Some(Entry { bytes, number, codec: codec.unwrap_or_default() }));
    }
    Ok(None)
}

/// A block with what belongs to it: it is a key frame if it refers to no other.
fn group<R: Read + Seek>(
    source: &mut Source<R>,
    extent: &Extent,
    entry: &Entry,
    cluster: i64,
) -> Result<Option<Frame>, MediaError> {
    let inside = children(source, extent);
    let is_key = !inside.iter().any(|(id, _)| *id == REFERENCE_BLOCK);
    match inside.iter().find(|(id, _)| *id == BLOCK) {
        Some((_, at)) => block(source, at, entry, cluster, Some(is_key)),
        None => Ok(None),
    }
}

fn block<R: Read + Seek>(
    source: &mut Source<R>,
    extent: &Extent,
    entry: &Entry,
    cluster: i64,
    is_key: Option<bool>,
) -> Result<Option<Frame>, MediaError> {
    let head = source.peek(extent.start, 13)?;
    let number_len = head.first().map_or(9, |byte| byte.leading_zeros() as usize + 1);
    let (Some(number), Some(end)) = (head.get(..number_len).filter(|_| number_len <= 8), extent.end) else {
        return Err(MediaError::damaged(extent.start, "a block without a track"));
    };
    let number = number.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    if number & !(1 << (7 * number_len)) != entry.number {
        return Ok(None);
    }
    let Some(&[high, low, flags]) = head.get(number_len..number_len + 3) else {
        return Err(MediaError::damaged(extent.start, "a block without a time"));
    };
    if flags & 0x06 != 0 {
        return Err(MediaError::Unsupported("a video with several frames in a block".to_owned()));
    }
    let offset = extent.start + number_len as u64 + 3;
    let size = end.checked_sub(offset).and_then(|size| u32::try_from(size).ok());
    let size = size.ok_or_else(|| MediaError::damaged(extent.start, "a block of a wrong length"))?;
    let is_hidden = flags & 0x08 != 0 || hides(source, entry, offset, size)?;
    Ok(Some(Frame {
        offset,
        size,
        pts: cluster.saturating_add(i64::from(i16::from_be_bytes([high, low]))),
        is_key: is_key.unwrap_or(flags & 0x80 != 0),
        is_hidden,
        checksum: None,
    }))
}

/// Whether a frame of VP8 or VP9 says that it isn't shown.
fn hides<R: Read + Seek>(
    source: &mut Source<R>,
    entry: &Entry,
    offset: u64,
    size: u32,
) -> Result<bool, MediaError> {
    let is_vp9 = entry.codec.starts_with(b"V_VP9");
    if size == 0 || !(is_vp9 || entry.codec.starts_with(b"V_VP8")) {
        return Ok(false);
    }
    let first = source.peek(offset, 1)?.first().copied().unwrap_or_default();
    if !is_vp9 {
        return Ok(first & 0x10 == 0);
    }
    // Profile 3 has another bit; the last frame of a superframe is shown.
    let profile_3 = first & 0x30 == 0x30;
    let (existing, shown) = if profile_3 { (0x04, 0x01) } else { (0x08, 0x02) };
    if first & existing != 0 || first & shown != 0 {
        return Ok(false);
    }
    let last = source.peek(offset + u64::from(size) - 1, 1)?.first().copied().unwrap_or_default();
    Ok(last & 0xe0 != 0xc0)
}
