//! Matroska and WebM, by the `matroska-demuxer` crate.
//!
//! It reads what stands around the clusters (info, tracks, tags, cues). Frames are counted only where the
//! program that wrote the file left their number in a tag, as mkvmerge does; counting them otherwise means
//! visiting every block of the film.

use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom};

use matroska_demuxer::{DemuxError, MatroskaFile, Tag, Targets, TrackEntry, TrackType};

use super::track::{Container, MAX_TRACKS, Track};
use crate::source::Source;
use crate::{Kind, MediaError};

/// Reads the tracks of a Matroska or WebM file.
pub(super) fn read<R: Read + Seek>(source: &mut Source<R>) -> Result<Container, MediaError> {
    let segment = check_end(source)?;
    let rotations = rotations(source, &segment);
    source.seek(SeekFrom::Start(0))?;
    let file = match MatroskaFile::open(&mut *source) {
        Ok(file) => file,
        Err(DemuxError::IoError(error)) => return Err(source.explain(error)),
        Err(error) => return Err(MediaError::Malformed(error.to_string())),
    };
    let format = if file.ebml_header().doc_type().starts_with("webm") { "webm" } else { "mkv" };
    let tick_nanos = file.info().timestamp_scale().get() as f64;
    let duration_secs = file.info().duration().map(|ticks| ticks * tick_nanos / 1e9);
    let duration_secs = duration_secs.filter(|secs| *secs > 0.0 && secs.is_finite());
    let tags = file.tags().unwrap_or_default();
    let tracks = file.tracks().iter().take(MAX_TRACKS).map(|track| Track {
        rotation: rotations.get(&track.track_number().get()).copied(),
        ..facts(track, tags, duration_secs)
    });
    let tracks = tracks.collect();
    Ok(Container { format, tracks })
}

fn facts(entry: &TrackEntry, tags: &[Tag], duration_secs: Option<f64>) -> Track {
    let kind = match entry.track_type() {
        TrackType::Video => Some(Kind::Video),
        TrackType::Audio => Some(Kind::Audio),
        _ => None,
    };
    let mut track = Track { kind, codec: codec_of(entry.codec_id()), duration_secs, ..Track::default() };
    if let Some(video) = entry.video() {
        let side = |pixels: u64| u32::try_from(pixels).unwrap_or(u32::MAX);
        (track.width, track.height) = (side(video.pixel_width().get()), side(video.pixel_height().get()));
        track.fps = entry.default_duration().map(|nanos| frame_rate(nanos.get()));
        track.frames = frames_in_tags(tags, entry.track_uid().get());
    }
    if let Some(audio) = entry.audio() {
        // Opus is played at 48 kHz; some programs write what it was made from.
        let is_opus = track.codec == "opus";
        track.sample_rate = if is_opus { 48_000 } else { audio.sampling_frequency().round() as u32 };
        track.channels = u32::try_from(audio.channels().get()).unwrap_or(u32::MAX);
    }
    track
}

/// The rate whose frames last so many nanoseconds. The header rounds the duration, so a rate people use
/// (whole, or the 1000/1001 of one that television has) is taken back where it rounds to the same.
fn frame_rate(nanos: u64) -> f64 {
    let exact = 1e9 / nanos as f64;
    let usual = [exact.round(), (exact * 1.001).round() * 1000.0 / 1001.0];
    let is_same = |rate: &f64| *rate > 0.0 && (1e9 / rate - nanos as f64).abs() < 1.0;
    usual.into_iter().find(is_same).unwrap_or(exact)
}

fn frames_in_tags(tags: &[Tag], track_uid: u64) -> Option<u64> {
    let is_mine = |tag: &&Tag| tag.targets().and_then(Targets::tag_track_uid) == Some(track_uid);
    let mut notes = tags.iter().filter(is_mine).flat_map(Tag::simple_tags);
    notes.find(|note| note.name() == "NUMBER_OF_FRAMES")?.string()?.parse().ok()
}

fn codec_of(id: &str) -> String {
    match id {
        "V_MPEG4/ISO/AVC" => "h264".to_owned(),
        "V_MPEGH/ISO/HEVC" => "hevc".to_owned(),
        "V_MPEG4/ISO/SP" | "V_MPEG4/ISO/ASP" | "V_MPEG4/ISO/AP" => "mpeg4".to_owned(),
        "V_UNCOMPRESSED" => "rawvideo".to_owned(),
        "A_MPEG/L3" => "mp3".to_owned(),
        "A_MPEG/L2" => "mp2".to_owned(),
        _ if id.starts_with("A_AAC") => "aac".to_owned(),
        _ => id.get(2..).unwrap_or(id).to_ascii_lowercase(),
    }
}

/// The file is one segment, which says how long it is, unless it was streamed.
fn check_end<R: Read + Seek>(source: &mut Source<R>) -> Result<Extent, MediaError> {
    let (_, header) = element(source, 0)?;
    let Some(header_end) = header.end else {
        return Err(MediaError::damaged(0, "the EBML header doesn't say how long it is"));
    };
    let (id, segment) = element(source, header_end)?;
    if id != 0x1853_8067 {
        return Err(MediaError::damaged(
            header_end,
            format!("element {id:x} where the segment (18538067) was expected"),
        ));
    }
    match segment.end {
        Some(end) if end > source.len() => {
            Err(source.ends_before(format!("the segment at byte {header_end} up to byte {end}")))
        }
        _ => Ok(segment),
    }
}

/// Ids of elements.
const TRACKS: u64 = 0x1654_ae6b;
const CLUSTER: u64 = 0x1f43_b675;
const TRACK_ENTRY: u64 = 0xae;
const TRACK_NUMBER: u64 = 0xd7;
const VIDEO: u64 = 0xe0;
const PROJECTION: u64 = 0x7670;
const POSE_YAW: u64 = 0x7673;
const POSE_PITCH: u64 = 0x7674;
const POSE_ROLL: u64 = 0x7675;

/// Most elements of one level that are looked at.
const MAX_ELEMENTS: usize = 1_024;

/// How the frames of each track (by its number) are turned for display: the roll of its projection, which the crate passes
/// over. What is damaged here is found by the crate.
fn rotations<R: Read + Seek>(source: &mut Source<R>, segment: &Extent) -> HashMap<u64, u32> {
    let mut rotations = HashMap::new();
    let Some(tracks) = child(source, segment, TRACKS) else { return rotations };
    for entry in children(source, &tracks).into_iter().filter(|(id, _)| *id == TRACK_ENTRY) {
        let number = child(source, &entry.1, TRACK_NUMBER).and_then(|at| unsigned(source, &at));
        let video = child(source, &entry.1, VIDEO);
        let projection = video.and_then(|video| child(source, &video, PROJECTION));
        let (Some(number), Some(projection)) = (number, projection) else { continue };
        let mut angle = |id| child(source, &projection, id).map_or(Some(0.0), |at| float(source, &at));
        // A frame turned out of its plane, or mirrored, is not rotated.
        if let (Some(0.0), Some(0.0), Some(roll)) = (angle(POSE_YAW), angle(POSE_PITCH), angle(POSE_ROLL)) {
            // The roll is counted against the clock.
            rotations.insert(number, (-roll).rem_euclid(360.0).round() as u32 % 360);
        }
    }
    rotations
}

/// The first element of that id directly in another; of a segment, before the media.
pub(super) fn child<R: Read + Seek>(source: &mut Source<R>, of: &Extent, id: u64) -> Option<Extent> {
    children(source, of).into_iter().find(|(found, _)| *found == id).map(|(_, extent)| extent)
}

pub(super) fn children<R: Read + Seek>(source: &mut Source<R>, of: &Extent) -> Vec<(u64, Extent)> {
    let (mut at, end) = (of.start, of.end.unwrap_or(u64::MAX).min(source.len()));
    let mut found = Vec::new();
    while at < end && found.len() < MAX_ELEMENTS {
        let Ok((id, extent)) = element(source, at) else { break };
        let Some(next) = extent.end.filter(|next| *next > at && id != CLUSTER) else { break };
        found.push((id, extent));
        at = next;
    }
    found
}

/// The bytes of a number, of at most 8.
fn number<R: Read + Seek>(source: &mut Source<R>, at: &Extent) -> Option<Vec<u8>> {
    let len = at.end?.checked_sub(at.start).filter(|len| *len <= 8)? as usize;
    source.peek(at.start, len).ok().filter(|bytes| bytes.len() == len).map(|bytes| bytes.to_vec())
}

pub(super) fn unsigned<R: Read + Seek>(source: &mut Source<R>, at: &Extent) -> Option<u64> {
    Some(number(source, at)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

fn float<R: Read + Seek>(source: &mut Source<R>, at: &Extent) -> Option<f64> {
    let number = match number(source, at)?[..] {
        [] => 0.0,
        [a, b, c, d] => f64::from(f32::from_be_bytes([a, b, c, d])),
        [a, b, c, d, e, f, g, h] => f64::from_be_bytes([a, b, c, d, e, f, g, h]),
        _ => return None,
    };
    Some(number).filter(|number| number.is_finite())
}

/// Where the content of an element is.
pub(super) struct Extent {
    pub(super) start: u64,
    /// None where the size is unknown.
    pub(super) end: Option<u64>,
}

/// Id and extent of the element at `at`.
pub(super) fn element<R: Read + Seek>(source: &mut Source<R>, at: u64) -> Result<(u64, Extent), MediaError> {
    let head = source.peek(at, 12)?;
    let unexpected_end = || source_end(at + head.len() as u64);
    let id_len = head.first().map_or(9, |byte| byte.leading_zeros() as usize + 1);
    let id = head.get(..id_len).filter(|_| id_len <= 4).ok_or_else(unexpected_end)?;
    let id = id.iter().fold(0, |id, byte| id << 8 | u64::from(*byte));
    let size_len = head.get(id_len).map_or(9, |byte| byte.leading_zeros() as usize + 1);
    let size = head.get(id_len..id_len + size_len).filter(|_| size_len <= 8).ok_or_else(unexpected_end)?;
    let ones = (1_u64 << (7 * size_len)) - 1;
    let size = size.iter().fold(0, |size, byte| size << 8 | u64::from(*byte)) & ones;
    let start = at + (id_len + size_len) as u64;
    let end = (size != ones).then(|| start.saturating_add(size));
    Ok((id, Extent { start, end }))
}

fn source_end(at: u64) -> MediaError {
    MediaError::truncated(at, "an element of the Matroska header")
}
