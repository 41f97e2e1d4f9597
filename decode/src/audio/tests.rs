//! Clips of every format, against a decode of the whole file.

use std::io::Cursor;

use super::*;
use crate::error::DecodeError;
use crate::transform::Draw;

/// Name, bytes, and the frames that FFmpeg decodes, of each format; `None` where it keeps padding that the header counts.
const FILES: [(&str, &[u8], u32, Option<u64>); 8] = [
    ("sound.mp3", include_bytes!("../../testdata/audio/sound.mp3"), 22_050, Some(55_125)),
    (
        "sound_without_header.mp3",
        include_bytes!("../../testdata/audio/sound_without_header.mp3"),
        22_050,
        Some(56_448),
    ),
    ("sound.ogg", include_bytes!("../../testdata/audio/sound.ogg"), 22_050, Some(55_125)),
    ("sound.m4a", include_bytes!("../../testdata/audio/sound.m4a"), 22_050, None),
    ("sound.aac", include_bytes!("../../testdata/audio/sound.aac"), 22_050, Some(56_320)),
    ("sound.flac", include_bytes!("../../testdata/audio/sound.flac"), 22_050, Some(55_125)),
    ("sound.mka", include_bytes!("../../testdata/audio/sound.mka"), 22_050, Some(55_296)),
    ("sound.wav", include_bytes!("../../testdata/audio/sound.wav"), 8000, Some(20_000)),
];

fn of(name: &str) -> (&'static str, &'static [u8]) {
    let found = FILES.iter().find(|(known, ..)| *known == name).unwrap();
    (found.0, found.1)
}

fn whole(name: &str, bytes: &[u8], spec: &AudioSpec) -> Sound {
    let spec = AudioSpec { seconds: None, start: Start::Begin, ..spec.clone() };
    AudioDecoder::default().whole(Cursor::new(bytes), name, &spec).unwrap()
}

fn clip(name: &str, bytes: &[u8], spec: &AudioSpec, row: u64) -> Result<Vec<u8>, DecodeError> {
    let size = spec.fixed_frames().unwrap() as usize * spec.channels.count() * spec.dtype.bytes();
    let mut out = vec![1; size];
    let draw = Draw { seed: 5, epoch: 1, row };
    AudioDecoder::default().clip(Cursor::new(bytes), name, spec, draw, &mut out)?;
    Ok(out)
}

fn numbers(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks::<4>().0.iter().map(|four| f32::from_ne_bytes(*four)).collect()
}

#[test]
fn a_clip_equals_the_slice_of_a_whole_decode() {
    for (name, bytes, rate, _) in FILES {
        for to in [rate, 16_000, 44_100] {
            let spec = AudioSpec { rate: to, seconds: Some(0.3), ..AudioSpec::default() };
            let all = numbers(&whole(name, bytes, &spec).samples);
            for start in [0.0, 0.01, 0.4, 0.777, 1.5, 2.0, 2.1] {
                let spec = AudioSpec { start: Start::At(start), ..spec.clone() };
                let found = numbers(&clip(name, bytes, &spec, 0).unwrap());
                let first = (start * f64::from(to)).round() as usize;
                assert!(found == all[first..first + found.len()], "{name} at {to} Hz from {start} s");
                assert!(found.iter().any(|sample| sample.abs() > 0.05), "{name} from {start} s is silent");
            }
        }
    }
}

#[test]
fn a_file_has_as_many_frames_as_ffmpeg_finds() {
    for (name, bytes, rate, expected) in FILES {
        let found = whole(name, bytes, &AudioSpec { rate, ..AudioSpec::default() }).frames;
        // The padding of an M4A is cut off as its header says.
        assert_eq!(found, expected.unwrap_or(55_125), "{name}");
    }
}

#[test]
fn formats_hold_the_same_sound() {
    let spec = AudioSpec { rate: 8000, seconds: Some(0.5), start: Start::At(0.9), ..AudioSpec::default() };
    let (name, bytes) = of("sound.wav");
    let expected = numbers(&clip(name, bytes, &spec, 0).unwrap());
    for (name, bytes, ..) in FILES {
        // Encoders' delays that no header tells.
        let late = match name {
            "sound_without_header.mp3" => 1105.0 / 22_050.0,
            "sound.aac" => 1024.0 / 22_050.0,
            _ => 0.0,
        };
        let spec = AudioSpec { start: Start::At(0.9 + late), ..spec.clone() };
        let found = numbers(&clip(name, bytes, &spec, 0).unwrap());
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        let alike = dot(&found, &expected) / (dot(&found, &found) * dot(&expected, &expected)).sqrt();
        assert!(alike > 0.9, "{name}: {alike}");
    }
}

#[test]
fn random_clips_depend_on_the_row_and_stay_inside() {
    let (name, bytes) = of("sound.ogg");
    let spec = AudioSpec { seconds: Some(0.25), ..AudioSpec::default() };
    let all = numbers(&whole(name, bytes, &spec).samples);
    let clips: Vec<_> = (0..20).map(|row| numbers(&clip(name, bytes, &spec, row).unwrap())).collect();
    let mut starts = Vec::new();
    for found in &clips {
        let start = all.windows(found.len()).position(|part| part == found);
        starts.push(start.expect("a clip is a slice of the file"));
    }
    assert_eq!(clips[7], numbers(&clip(name, bytes, &spec, 7).unwrap()));
    starts.sort_unstable();
    starts.dedup();
    assert_eq!(starts.len(), 20);
    assert!(starts[0] < 8000 && starts[19] > 28_000, "{starts:?}");
}

#[test]
fn what_a_file_lacks_is_silence() {
    let (name, bytes) = of("sound.flac");
    for start in [Start::Random, Start::Begin, Start::At(2.0), Start::At(50.0)] {
        let spec = AudioSpec { seconds: Some(4.0), start, ..AudioSpec::default() };
        let found = numbers(&clip(name, bytes, &spec, 3).unwrap());
        let all = numbers(&whole(name, bytes, &spec).samples);
        let first = if let Start::At(secs) = start { (secs * 16_000.0) as usize } else { 0 };
        let there = all.get(first..).unwrap_or_default();
        assert_eq!(found[..there.len()], *there, "{start:?}");
        assert!(found[there.len()..].iter().all(|sample| *sample == 0.0), "{start:?}");
        assert_eq!(found.len(), 64_000);
    }
}

#[test]
fn stereo_and_whole_numbers() {
    let (name, bytes) = of("sound.ogg");
    let spec = AudioSpec { rate: 22_050, seconds: Some(1.0), start: Start::At(0.5), ..AudioSpec::default() };
    let mono = numbers(&clip(name, bytes, &spec, 0).unwrap());
    let spec = AudioSpec { channels: AudioChannels::Stereo, ..spec };
    let stereo = numbers(&clip(name, bytes, &spec, 0).unwrap());
    let (left, right) = stereo.split_at(22_050);
    assert!(left != right);
    for (mono, (left, right)) in mono.iter().zip(left.iter().zip(right)) {
        assert!((mono - (left + right) / 2.0).abs() < 1e-6);
    }
    let (name, bytes) = of("sound.wav");
    let spec = AudioSpec { rate: 8000, dtype: AudioDtype::I16, ..AudioSpec::default() };
    let all = whole(name, bytes, &spec);
    // The very bytes of the file, behind its header.
    assert_eq!(all.samples, bytes[44..]);
}

#[test]
fn limits_are_kept() {
    let (name, bytes) = of("sound.mp3");
    let spec = AudioSpec { seconds: Some(0.1), start: Start::At(2.0), ..AudioSpec::default() };
    let few = AudioLimits { max_samples: 1000, ..AudioLimits::default() };
    let error = clip(name, bytes, &AudioSpec { limits: few, ..spec.clone() }, 0).unwrap_err();
    assert_eq!(error.to_string(), "decoding takes more than 1000 samples, the limit");
    let small = AudioLimits { max_bytes: 10_000, ..AudioLimits::default() };
    let error = AudioDecoder::default()
        .whole(Cursor::new(bytes), name, &AudioSpec { limits: small, ..AudioSpec::default() })
        .unwrap_err();
    assert!(matches!(error, DecodeError::TooManyBytes { limit: 10_000, .. }), "{error}");
    // A header that announces 2^36 - 1 frames of FLAC.
    let (name, bytes) = of("sound.flac");
    let mut long = bytes.to_vec();
    long[21] |= 0x0f;
    long[22..26].fill(0xff);
    let error = AudioDecoder::default().whole(Cursor::new(&long), name, &AudioSpec::default()).err().unwrap();
    assert!(error.to_string().contains("limit"), "{error}");
}

#[test]
fn damage_is_an_error_and_never_a_panic() {
    let spec = AudioSpec { seconds: Some(1.0), start: Start::At(1.0), ..AudioSpec::default() };
    for (name, bytes, ..) in FILES {
        let mut state = 1_u64;
        for round in 0..40 {
            let mut damaged = bytes.to_vec();
            for _ in 0..1 + round % 7 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let at = (state >> 33) as usize % damaged.len();
                damaged[at] = (state >> 24) as u8;
            }
            damaged.truncate(damaged.len() - round * damaged.len() / 80);
            drop(clip(name, &damaged, &spec, 0));
        }
        let error = clip(name, b"not audio at all", &spec, 0).unwrap_err();
        // MP3 and AAC may begin anywhere, so their first frame is looked for.
        let expected =
            if name.ends_with("mp3") || name.ends_with("aac") { "malformed: no audio" } else { "not " };
        assert!(error.to_string().starts_with(expected), "{name}: {error}");
        drop(clip(name, b"", &spec, 0).unwrap_err());
    }
    let (name, bytes) = of("sound.flac");
    let mut damaged = bytes.to_vec();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 4000].fill(0x55);
    let error = AudioDecoder::default().whole(Cursor::new(&damaged), name, &AudioSpec::default()).err();
    let error = error.expect("half of the frames are damaged").to_string();
    assert!(error.contains("are missing or damaged"), "{error}");
    for name in ["sound.ogg", "sound.wav", "sound.m4a", "sound.flac"] {
        let bytes = of(name).1;
        let cut = &bytes[..bytes.len() * 3 / 4];
        let error =
            AudioDecoder::default().whole(Cursor::new(cut), name, &AudioSpec::default()).err().unwrap();
        assert!(error.to_string().starts_with("truncated"), "{name}: {error}");
    }
}

#[test]
fn a_specification_is_checked() {
    let (name, bytes) = of("sound.wav");
    let good = AudioSpec { seconds: Some(1.0), ..AudioSpec::default() };
    let mut out = vec![0; 64_000];
    for (spec, field) in [
        (AudioSpec { rate: 0, ..good.clone() }, "rate"),
        (AudioSpec { rate: 1_000_000, ..good.clone() }, "rate"),
        (AudioSpec { seconds: Some(f64::NAN), ..good.clone() }, "seconds"),
        (AudioSpec { seconds: Some(1e-9), ..good.clone() }, "seconds"),
        (AudioSpec { start: Start::At(-1.0), ..good.clone() }, "start"),
        (AudioSpec { seconds: None, ..good.clone() }, "out"),
    ] {
        let done = AudioDecoder::default().clip(Cursor::new(bytes), name, &spec, Draw::default(), &mut out);
        let error = done.unwrap_err().to_string();
        assert!(error.starts_with(field), "{error}");
    }
    let json = serde_json::to_string(&AudioSpec { start: Start::At(2.5), ..good }).unwrap();
    assert!(json.contains(r#""start":{"at":2.5}"#), "{json}");
    assert_eq!(serde_json::from_str::<AudioSpec>("{\"start\":\"begin\"}").unwrap().start, Start::Begin);
}
