//! Probing videos that ffmpeg made of a test pattern.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use super::*;
use crate::testing::damage;
use crate::{Limits, MediaError};

const MP4: &[u8] = include_bytes!("../../testdata/film.mp4");
const FRAGMENTS: &[u8] = include_bytes!("../../testdata/fragments.mp4");
const WEBM: &[u8] = include_bytes!("../../testdata/film.webm");
const AVI: &[u8] = include_bytes!("../../testdata/film.avi");

fn probe(bytes: &[u8]) -> Result<VideoFacts, MediaError> {
    probe_video(Cursor::new(bytes.to_vec()), "a.mp4", &Limits::default())
}

fn text(bytes: &[u8]) -> String {
    probe(bytes).unwrap_err().to_string()
}

#[test]
fn facts_of_every_container() {
    let cases = [
        (MP4, "mp4", "h264", Some(10), 1.0),
        (FRAGMENTS, "mp4", "h264", Some(10), 1.0),
        (WEBM, "webm", "vp9", None, 1.007),
        (AVI, "avi", "mpeg4", Some(10), 1.0),
    ];
    for (bytes, format, codec, frames, secs) in cases {
        let (fps, duration_secs, codec) = (Some(10.0), Some(secs), codec.to_owned());
        let rotation = if format == "webm" { None } else { Some(0) };
        let facts = VideoFacts { format, codec, width: 64, height: 48, fps, frames, duration_secs, rotation };
        assert_eq!(probe(bytes).unwrap(), facts);
    }
}

#[test]
fn rotation_is_that_of_the_matrix() {
    let tkhd = memchr::memmem::find(MP4, b"tkhd").unwrap();
    let matrix = tkhd + 4 + if MP4[tkhd + 4] == 1 { 52 } else { 40 };
    let one = 0x0001_0000_i32;
    for (a, b, c, d, degrees) in
        [(one, 0, 0, one, 0), (0, one, -one, 0, 90), (-one, 0, 0, -one, 180), (0, -one, one, 0, 270)]
    {
        let mut turned = MP4.to_vec();
        for (at, number) in [(0, a), (4, b), (12, c), (16, d)] {
            turned[matrix + at..matrix + at + 4].copy_from_slice(&number.to_be_bytes());
        }
        let facts = probe(&turned).unwrap();
        assert_eq!((facts.rotation, facts.width, facts.height), (Some(degrees), 64, 48));
    }
}

/// The WebM with a projection in place of the interlacing and colours of its video, which take 14 bytes.
fn with_projection(pose: u8, angle: &[u8]) -> Vec<u8> {
    let element = |id: &[u8], content: &[u8]| [id, &[0x80 | content.len() as u8], content].concat();
    let projection = element(&[0x76, 0x70], &element(&[0x76, pose], angle));
    let void = match 14 - projection.len() {
        0 => Vec::new(),
        len => element(&[0xec], &vec![0; len - 2]),
    };
    let at = memchr::memmem::find(WEBM, &[0x9a, 0x81, 0x02, 0x55, 0xb0]).unwrap();
    let mut bytes = WEBM.to_vec();
    bytes[at..at + 14].copy_from_slice(&[projection, void].concat());
    bytes
}

#[test]
fn rotation_is_that_of_the_projection() {
    const YAW: u8 = 0x73;
    const ROLL: u8 = 0x75;
    for (roll, degrees) in [(0.0_f32, 0), (-90.0, 90), (90.0, 270), (180.0, 180), (-180.0, 180)] {
        let facts = probe(&with_projection(ROLL, &roll.to_be_bytes())).unwrap();
        assert_eq!((facts.rotation, facts.width, facts.height), (Some(degrees), 64, 48), "{roll}");
    }
    let rotation = |bytes: &[u8]| probe(bytes).unwrap().rotation;
    assert_eq!(rotation(&with_projection(ROLL, &f64::from(-90).to_be_bytes())), Some(90));
    assert_eq!(rotation(&with_projection(ROLL, &f32::NAN.to_be_bytes())), None);
    assert_eq!(rotation(&with_projection(YAW, &180_f32.to_be_bytes())), None, "mirrored");
}

#[test]
fn every_truncation_is_an_error() {
    for bytes in [MP4, WEBM, AVI] {
        for len in 0..bytes.len() {
            assert!(probe(&bytes[..len]).is_err(), "cut to {len} of {} bytes passed", bytes.len());
        }
    }
    let at = memchr::memmem::find(MP4, b"mdat").unwrap() - 4;
    let end = memchr::memmem::find(MP4, b"moov").unwrap() - 4;
    assert_eq!(
        text(&MP4[..at + 100]),
        format!(
            "truncated: it breaks off at byte {}; expected the mdat box at byte {at} up to byte {end}",
            at + 100
        )
    );
    assert_eq!(
        text(&MP4[..end]),
        format!("truncated: it breaks off at byte {end}; expected the index (moov) after the media data")
    );
}

#[test]
fn damage_never_panics() {
    for whole in [MP4, FRAGMENTS, WEBM, AVI] {
        damage(whole, |bytes| drop(probe_video(Cursor::new(bytes), "a", &Limits::default())));
    }
}

#[test]
fn other_things_are_called_by_their_names() {
    assert_eq!(text(b""), "empty: 0 bytes where the video that its name (*.mp4) promises was expected");
    assert!(text(b"\xff\xd8\xff\xe0....").ends_with("(a JPEG)"));
    assert_eq!(
        text(include_bytes!("../../testdata/tone.m4a")),
        "no video in this m4a, which holds audio (aac)"
    );
}

/// A video of 5 GB: the payload is a hole that must not be read.
struct Hole {
    head: usize,
    hole: u64,
    at: u64,
}

impl Read for Hole {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let (head, tail) = (self.head as u64, self.head as u64 + self.hole);
        assert!(self.at <= head || self.at >= tail, "reads the payload at {}", self.at);
        let from = if self.at < head { self.at } else { self.at - self.hole };
        let mut rest = &video_with_long_payload(self.hole)[from as usize..];
        if self.at < head {
            rest = &rest[..(head - self.at) as usize];
        }
        let n = rest.read(out)?;
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for Hole {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::End(_) => video_with_long_payload(self.hole).len() as u64 + self.hole,
            SeekFrom::Current(by) => self.at.saturating_add_signed(by),
        };
        Ok(self.at)
    }
}

/// The video with a box of `hole` more bytes before its index, without those bytes.
fn video_with_long_payload(hole: u64) -> &'static [u8] {
    static LONG_VIDEO: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    LONG_VIDEO.get_or_init(|| {
        let index = memchr::memmem::find(MP4, b"moov").unwrap() - 4;
        let mut video = MP4[..index].to_vec();
        video.extend(b"\0\0\0\x01mdat");
        video.extend((hole + 16).to_be_bytes());
        video.extend(&MP4[index..]);
        video
    })
}

#[test]
fn a_video_of_5_gb_is_not_read() {
    let head = memchr::memmem::find(MP4, b"moov").unwrap() - 4 + 16;
    let video = Hole { head, hole: 5_000_000_000, at: 0 };
    let limits = Limits { max_header_bytes: 4096, ..Limits::default() };
    assert_eq!(probe_video(video, "a.mp4", &limits).unwrap(), probe(MP4).unwrap());
}

#[test]
fn headers_without_end_are_given_up() {
    let limits = Limits { max_header_bytes: 500, ..Limits::default() };
    let error = probe_video(Cursor::new(MP4), "a.mp4", &limits).unwrap_err();
    assert_eq!(error.to_string(), "no facts found in the first 500 bytes of headers and indexes");
}

fn index(bytes: &[u8]) -> FrameIndex {
    FrameIndex::read(Cursor::new(bytes), "a", &Limits::default()).unwrap()
}

/// An index's bytes with a right checksum.
fn signed(mut index: Vec<u8>) -> Vec<u8> {
    let crc = crc32fast::hash(&index[8..]).to_le_bytes();
    index[4..8].copy_from_slice(&crc);
    index
}

#[test]
fn a_stored_index_is_the_container_s() {
    for bytes in [MP4, FRAGMENTS, WEBM, AVI] {
        let index = index(bytes);
        let stored = index.to_bytes(&mut Cursor::new(bytes)).unwrap();
        let read = FrameIndex::from_bytes(&stored, bytes.len() as u64, &Limits::default()).unwrap();
        assert!(read.is_like(&index) && index.is_like(&read));
        assert_eq!((read.len(), read.size(), read.codec()), (index.len(), index.size(), index.codec()));
        assert!((0..read.len()).all(|n| read.frame(n).is_some_and(|frame| frame.checksum.is_some())));
        let needed = read.needed(&[0, 7]);
        let remuxed = read.remux(&mut Cursor::new(bytes), &needed, 1 << 20).unwrap();
        assert!(remuxed == index.remux(&mut Cursor::new(bytes), &index.needed(&[0, 7]), 1 << 20).unwrap());
        // Another video's frames are found out when they are read.
        let frame = read.frame(0).unwrap();
        let mut other = bytes.to_vec();
        other[frame.offset as usize + 3] ^= 0x10;
        let error = read.remux(&mut Cursor::new(&other), &needed, 1 << 20).unwrap_err().to_string();
        assert!(error.starts_with("index of frames: the frame at byte "), "{error}");
        let long = FrameIndex::from_bytes(&stored, bytes.len() as u64 + 1, &Limits::default()).unwrap_err();
        assert!(long.to_string().contains(&format!("of {} bytes, this one has", bytes.len())), "{long}");
        let limits = Limits { max_pixels: 100, ..Limits::default() };
        let large = FrameIndex::from_bytes(&stored, bytes.len() as u64, &limits).unwrap_err();
        assert!(matches!(large, MediaError::TooManyPixels { .. }), "{large}");
    }
}

#[test]
fn a_hostile_index_is_an_error_or_reads_inside_the_video() {
    for bytes in [MP4, FRAGMENTS, WEBM, AVI] {
        let (len, limits) = (bytes.len() as u64, Limits::default());
        let stored = index(bytes).to_bytes(&mut Cursor::new(bytes)).unwrap();
        for cut in 0..stored.len() {
            assert!(FrameIndex::from_bytes(&stored[..cut], len, &limits).is_err(), "cut to {cut}");
            let cut = signed([&stored[..cut.max(8)], &[]].concat());
            assert!(FrameIndex::from_bytes(&cut, len, &limits).is_err(), "cut, with a right checksum");
        }
        for at in 0..stored.len() {
            for value in [0, 1, 0x7f, 0x80, 0xff, stored[at] ^ 1] {
                let mut forged = stored.clone();
                forged[at] = value;
                let is_changed = forged != stored;
                assert!(!is_changed || FrameIndex::from_bytes(&forged, len, &limits).is_err(), "byte {at}");
                let Ok(index) = FrameIndex::from_bytes(&signed(forged), len, &limits) else { continue };
                for n in 0..index.len() {
                    let frame = index.frame(n).unwrap();
                    assert!(frame.offset + u64::from(frame.size) <= len);
                }
                let wanted: Vec<u32> = (0..index.len().min(3)).collect();
                let (needed, _) = (index.needed(&wanted), index.codec());
                drop(index.remux(&mut Cursor::new(bytes), &needed, 1 << 20));
            }
        }
    }
}
