//! Probing audio files: what ffmpeg made, and WAVs made by hand.

use std::io::Cursor;

use super::*;
use crate::testing::damage;
use crate::{Limits, MediaError};

const MP3: &[u8] = include_bytes!("../../testdata/tone.mp3");
const OGG: &[u8] = include_bytes!("../../testdata/tone.ogg");
const OPUS: &[u8] = include_bytes!("../../testdata/tone.opus");
const FLAC: &[u8] = include_bytes!("../../testdata/tone.flac");
const M4A: &[u8] = include_bytes!("../../testdata/tone.m4a");
const WEBM: &[u8] = include_bytes!("../../testdata/film.webm");

/// A WAV of 16-bit samples; `data_bytes` is what its header says of their size.
fn wav(channels: u16, sample_rate: u32, samples: usize, data_bytes: u32) -> Vec<u8> {
    let frame_bytes = 2 * channels;
    let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0".to_vec();
    bytes.extend(channels.to_le_bytes());
    bytes.extend(sample_rate.to_le_bytes());
    bytes.extend((sample_rate * u32::from(frame_bytes)).to_le_bytes());
    bytes.extend(frame_bytes.to_le_bytes());
    bytes.extend(b"\x10\0data");
    bytes.extend(data_bytes.to_le_bytes());
    bytes.resize(44 + samples * usize::from(frame_bytes), 0x55);
    let riff_bytes = data_bytes.saturating_add(36);
    bytes[4..8].copy_from_slice(&riff_bytes.to_le_bytes());
    bytes
}

fn probe(bytes: &[u8], name: &str) -> Result<AudioFacts, MediaError> {
    probe_audio(Cursor::new(bytes.to_vec()), name, &Limits::default())
}

fn text(bytes: &[u8], name: &str) -> String {
    probe(bytes, name).unwrap_err().to_string()
}

#[test]
fn facts_of_every_format() {
    let cases = [
        (MP3, "mp3", "mp3", 16_000, 0.25),
        (OGG, "ogg", "vorbis", 16_000, 0.25),
        // Opus counts at 48 kHz whatever went in, and rounds up to its packets.
        (OPUS, "ogg", "opus", 48_000, 0.2565),
        (FLAC, "flac", "flac", 16_000, 0.25),
        (M4A, "m4a", "aac", 16_000, 0.25),
        (WEBM, "webm", "opus", 48_000, 1.007),
    ];
    for (bytes, format, codec, sample_rate, secs) in cases {
        let facts = probe(bytes, "a").unwrap();
        let codec = codec.to_owned();
        assert_eq!(facts, AudioFacts { format, codec, sample_rate, channels: 1, duration_secs: Some(secs) });
    }
    let facts = probe(&wav(2, 8000, 4000, 16_000), "a.wav").unwrap();
    let codec = "pcm_s16le".to_owned();
    assert_eq!(
        facts,
        AudioFacts { format: "wav", codec, sample_rate: 8000, channels: 2, duration_secs: Some(0.5) }
    );
}

#[test]
fn a_wav_from_a_pipe_is_measured() {
    for open in [u32::MAX, 0x7fff_f000] {
        let facts = probe(&wav(2, 8000, 4000, open), "a.wav").unwrap();
        assert_eq!(facts.duration_secs, Some(0.5));
    }
}

#[test]
fn a_wav_over_4_gib_gives_its_size_elsewhere() {
    let plain = wav(1, 8000, 4000, u32::MAX);
    let mut bytes = plain[..12].to_vec();
    bytes.extend(b"ds64\x1c\0\0\0");
    bytes.extend([9000_u64, 8000, 4000].iter().flat_map(|size| size.to_le_bytes()));
    bytes.extend([0; 4]);
    bytes.extend(&plain[12..]);
    bytes[..4].copy_from_slice(b"RF64");
    assert_eq!(probe(&bytes, "a.wav").unwrap().duration_secs, Some(0.5));
    assert!(
        text(&bytes[..bytes.len() - 1], "a.wav").ends_with("expected 8000 bytes of samples from byte 80 on")
    );
}

#[test]
fn tags_before_the_sound_are_passed_over() {
    let mut tagged = b"ID3\x03\0\0\0\0\x02\x01".to_vec();
    // An image in the tag, with what looks like a frame of MP3 in it.
    tagged.extend(b"\xff\xfb\x90\x64".repeat(64));
    tagged.push(0);
    tagged.extend(MP3);
    assert_eq!(probe(&tagged, "a.mp3").unwrap(), probe(MP3, "a.mp3").unwrap());
    assert_eq!(
        text(&tagged[..267], "a.mp3"),
        "truncated: it breaks off at byte 267; expected audio after its ID3 tags"
    );
}

#[test]
fn truncated_files() {
    let wav = wav(1, 8000, 4000, 8000);
    assert_eq!(
        text(&wav[..5000], "a.wav"),
        "truncated: it breaks off at byte 5000; expected 8000 bytes of samples from byte 44 on"
    );
    for len in 0..wav.len() {
        assert!(probe(&wav[..len], "a.wav").is_err(), "{len}");
    }
    for bytes in [OGG, OPUS] {
        let cut = text(&bytes[..bytes.len() - 1], "a.ogg");
        assert!(cut.contains("expected the rest of the Ogg page at byte "), "{cut}");
    }
    for len in 0..M4A.len() {
        assert!(probe(&M4A[..len], "a.m4a").is_err(), "{len}");
    }
    let mut long = MP3.to_vec();
    let xing = memchr::memmem::find(&long, b"Info").unwrap();
    long[xing + 12..xing + 16].copy_from_slice(&9000_u32.to_be_bytes());
    assert_eq!(
        text(&long, "a.mp3"),
        "truncated: it breaks off at byte 848; expected 9000 bytes of frames, as its Xing header says"
    );
}

#[test]
fn other_things_are_called_by_their_names() {
    assert_eq!(
        text(b"", "a.wav"),
        "empty: 0 bytes where the audio that its name (*.wav) promises was expected"
    );
    assert_eq!(
        text(b"<html>", "a.wav"),
        r#"not the audio that its name (*.wav) promises: begins with 3c 68 74 6d 6c 3e ("<html>", an HTML page)"#
    );
    assert_eq!(
        text(b"%PDF-1.7", "a"),
        r#"not audio: begins with 25 50 44 46 2d 31 2e 37 ("%PDF-1.7", a PDF)"#
    );
    assert_eq!(text(&[7; 5000], "a.mp3"), "malformed: no audio frames found");
    assert_eq!(
        text(include_bytes!("../../testdata/film.mp4"), "a.m4a"),
        "no audio in this mp4, which holds video (h264)"
    );
    assert_eq!(probe(MP3, "wrongly_named.wav").unwrap().format, "mp3");
}

#[test]
fn damage_never_panics() {
    for whole in [MP3, OGG, OPUS, FLAC, M4A, WEBM, &wav(2, 8000, 400, 1600)] {
        damage(whole, |bytes| drop(probe_audio(Cursor::new(bytes), "a.mp3", &Limits::default())));
    }
}
