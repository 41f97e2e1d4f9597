//! AVI: old, but the clips of UCF-101 and HMDB-51 come in it.

use std::io::{Read, Seek};

use super::frame_track::{Frame, FrameTrack, Setup, push};
use super::track::{Container, MAX_TRACKS, Track, code_name, seconds};
use crate::audio::wav::codec_of;
use crate::source::Source;
use crate::{Kind, MediaError};

/// Reads the tracks of an AVI.
pub(super) fn read<R: Read + Seek>(source: &mut Source<R>) -> Result<Container, MediaError> {
    let mut tracks = Vec::new();
    let mut at = 0;
    // The first `RIFF` holds the headers; videos over 1 GiB go on in further ones.
    while let Some(riff) = Chunk::next(source, at, source.len())?.filter(|chunk| chunk.list.is_some()) {
        // A recorder that was interrupted leaves a size of 0.
        if riff.end > source.len() {
            let end = riff.end;
            return Err(source.ends_before(format!("the RIFF at byte {at} up to byte {end}")));
        }
        if at == 0 {
            read_headers(source, &riff, &mut tracks)?;
        }
        at = riff.padded_end();
    }
    Ok(Container { format: "avi", tracks })
}

/// The frames of the first video stream, in the order in which they are stored: they don't say when they are shown. Every
/// frame of MJPEG and of raw video is a key frame; of other codecs the first one is taken to be.
pub(super) fn frames<R: Read + Seek>(source: &mut Source<R>) -> Result<FrameTrack, MediaError> {
    let mut walk = Walk::default();
    let mut at = 0;
    while let Some(riff) = Chunk::next(source, at, source.len())?.filter(|chunk| chunk.list.is_some()) {
        let end = if riff.end == riff.start { source.len() } else { riff.end };
        walk.list(source, riff.start, end.min(source.len()))?;
        at = riff.padded_end();
    }
    let Some((_, private, ticks_per_sec)) = walk.stream else {
        return Err(MediaError::Malformed("no video stream".to_owned()));
    };
    let setup = Setup::Codec { id: "V_MS/VFW/FOURCC".to_owned(), private, colour: None };
    Ok(FrameTrack { setup, ticks_per_sec, frames: walk.frames, ..FrameTrack::default() })
}

/// What is found on the way through the lists of an AVI.
#[derive(Default)]
struct Walk {
    streams: u32,
    /// The number of the first video stream, its format, and its frames a second, rounded.
    stream: Option<(u32, Vec<u8>, u64)>,
    stands_alone: bool,
    frames: Vec<Frame>,
}

impl Walk {
    fn list<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        mut at: u64,
        end: u64,
    ) -> Result<(), MediaError> {
        while let Some(chunk) = Chunk::next(source, at, end)? {
            match chunk.list.as_ref() {
                Some(b"strl") => self.header(source, &chunk)?,
                // Into the lists of headers and of frames.
                Some(b"hdrl" | b"movi" | b"rec ") => {
                    at = chunk.start;
                    continue;
                }
                _ => self.chunk(&chunk)?,
            }
            at = chunk.padded_end();
        }
        Ok(())
    }

    fn header<R: Read + Seek>(&mut self, source: &mut Source<R>, list: &Chunk) -> Result<(), MediaError> {
        let number = self.streams;
        self.streams += 1;
        let track = read_stream(source, list)?;
        if track.kind != Some(Kind::Video) || self.stream.is_some() {
            return Ok(());
        }
        let mut at = list.start;
        let mut private = Vec::new();
        while let Some(chunk) = Chunk::next(source, at, list.end)? {
            if &chunk.id == b"strf" {
                let len = chunk.end.saturating_sub(chunk.start).min(1 << 20);
                private = source.peek(chunk.start, len as usize)?;
            }
            at = chunk.padded_end();
        }
        self.stands_alone = matches!(track.codec.as_str(), "mjpeg" | "rawvideo");
        let ticks_per_sec = track.fps.map_or(25, |fps| fps.round().max(1.0) as u64);
        self.stream = Some((number, private, ticks_per_sec));
        Ok(())
    }

    /// A chunk of a stream is named by its number and what it holds.
    fn chunk(&mut self, chunk: &Chunk) -> Result<(), MediaError> {
        let Some((number, ..)) = self.stream else { return Ok(()) };
        let [tens, ones, kind @ ..] = chunk.id;
        let found = std::str::from_utf8(&[tens, ones]).ok().and_then(|digits| digits.parse().ok());
        let size = u32::try_from(chunk.end - chunk.start).unwrap_or(u32::MAX);
        // An empty chunk shows the frame before it again.
        if found != Some(number) || !matches!(&kind, b"dc" | b"db") || size == 0 {
            return Ok(());
        }
        let pts = self.frames.len() as i64;
        let is_key = self.stands_alone || pts == 0;
        push(
            &mut self.frames,
            Frame { offset: chunk.start, size, pts, is_key, is_hidden: false, checksum: None },
        )
    }
}

fn read_headers<R: Read + Seek>(
    source: &mut Source<R>,
    riff: &Chunk,
    tracks: &mut Vec<Track>,
) -> Result<(), MediaError> {
    let end = if riff.end == riff.start { source.len() } else { riff.end };
    let mut at = riff.start;
    while let Some(chunk) = Chunk::next(source, at, end)? {
        match chunk.list.as_ref() {
            // Into the list of headers, and past the other lists but the first of video and audio.
            Some(b"hdrl") => {
                at = chunk.start;
                continue;
            }
            Some(b"strl") if tracks.len() < MAX_TRACKS => tracks.push(read_stream(source, &chunk)?),
            Some(b"movi") => break,
            _ => {}
        }
        at = chunk.padded_end();
    }
    Ok(())
}

/// A stream's header (`strh`) and format (`strf`).
fn read_stream<R: Read + Seek>(source: &mut Source<R>, list: &Chunk) -> Result<Track, MediaError> {
    let mut track = Track::default();
    let mut at = list.start;
    while let Some(chunk) = Chunk::next(source, at, list.end)? {
        let content =
            source.peek(chunk.start, usize::try_from(chunk.end - chunk.start).unwrap_or(64).min(64))?;
        match &chunk.id {
            b"strh" => read_stream_header(&content, &mut track),
            b"strf" => read_format(&content, &mut track),
            _ => {}
        }
        at = chunk.padded_end();
    }
    Ok(track)
}

fn read_stream_header(content: &[u8], track: &mut Track) {
    track.kind = match content.get(..4) {
        Some(b"vids") => Some(Kind::Video),
        Some(b"auds") => Some(Kind::Audio),
        _ => None,
    };
    let (scale, rate, length) = (le32(content, 20), le32(content, 24), le32(content, 32));
    let is_video = track.kind == Some(Kind::Video);
    track.duration_secs = seconds(u64::from(length) * u64::from(scale), rate.into());
    track.fps = (is_video && scale > 0 && rate > 0).then(|| f64::from(rate) / f64::from(scale));
    track.frames = (is_video && length > 0).then_some(length.into());
}

fn read_format(content: &[u8], track: &mut Track) {
    match track.kind {
        Some(Kind::Video) => {
            // A negative height: the rows stand from top to bottom.
            (track.width, track.height) = (le32(content, 4), le32(content, 8).cast_signed().unsigned_abs());
            // AVI has no way to say otherwise.
            track.rotation = Some(0);
            track.codec = video_codec(le32(content, 16).to_le_bytes());
        }
        Some(Kind::Audio) => {
            track.codec = codec_of(le32(content, 0) & 0xffff, le32(content, 12) >> 16);
            track.channels = le32(content, 0) >> 16;
            track.sample_rate = le32(content, 4);
        }
        _ => {}
    }
}

fn video_codec(code: [u8; 4]) -> String {
    match &code.map(|byte| byte.to_ascii_uppercase()) {
        b"XVID" | b"DIVX" | b"DX50" | b"FMP4" | b"MP4V" => "mpeg4".to_owned(),
        b"DIV3" | b"MP43" => "msmpeg4v3".to_owned(),
        b"MP42" => "msmpeg4v2".to_owned(),
        b"H264" | b"X264" | b"AVC1" => "h264".to_owned(),
        b"HEVC" | b"H265" => "hevc".to_owned(),
        b"MJPG" => "mjpeg".to_owned(),
        b"AV01" => "av1".to_owned(),
        b"VP80" => "vp8".to_owned(),
        b"VP90" => "vp9".to_owned(),
        b"\0\0\0\0" | b"I420" | b"YV12" | b"YUY2" | b"DIB " => "rawvideo".to_owned(),
        _ => code_name(code),
    }
}

/// A RIFF chunk.
struct Chunk {
    id: [u8; 4],
    /// The type of a list (`RIFF` and `LIST` chunks hold others).
    list: Option<[u8; 4]>,
    /// Where its content, after the type of a list, begins.
    start: u64,
    end: u64,
}

impl Chunk {
    fn next<R: Read + Seek>(source: &mut Source<R>, at: u64, end: u64) -> Result<Option<Self>, MediaError> {
        if end.saturating_sub(at) < 12 {
            return Ok(None);
        }
        let mut head = [0; 12];
        source.fill(at, &mut head, || "an AVI chunk".to_owned())?;
        let [i0, i1, i2, i3, s0, s1, s2, s3, list @ ..] = head;
        let id = [i0, i1, i2, i3];
        let chunk_end = at + 8 + u64::from(u32::from_le_bytes([s0, s1, s2, s3]));
        let is_list = matches!(&id, b"RIFF" | b"LIST");
        let start = at + if is_list { 12 } else { 8 };
        Ok(Some(Self { id, list: is_list.then_some(list), start, end: chunk_end.max(start) }))
    }

    /// Chunks begin at even offsets.
    fn padded_end(&self) -> u64 {
        self.end + self.end % 2
    }
}

fn le32(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes)
}
