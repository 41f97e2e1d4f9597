//! Frames of every codec and container, in any order, by the `ffmpeg` program and, if they are built in, by FFmpeg's
//! libraries. They need the program.

use std::io::Cursor;
use std::path::PathBuf;
use std::time::Duration;

use hub_media::{FrameIndex, Limits};

use super::*;
use crate::audio::Start;
use crate::decoder::ImageDecoder;
use crate::error::DecodeError;
use crate::transform::{Draw, ImageSpec, Layout, ResizeTo, Transform};

macro_rules! files {
    ($($name:literal),*) => {
        [$(($name, include_bytes!(concat!("../../testdata/video/", $name)).as_slice())),*]
    };
}

/// Of 40 frames, each lighter than the one before.
const FILES: [(&str, &[u8]); 12] = files!(
    "b_frames.mp4",
    "open_gop.mp4",
    "fragments.mp4",
    "rotated.mp4",
    "hevc.mp4",
    "vp8.webm",
    "vp9.webm",
    "av1.mkv",
    "variable.mkv",
    "mpeg4.avi",
    "mpeg4.mp4",
    "mjpeg.avi"
);
/// A part of it, which begins in the middle of a group of frames.
const CUT: &[u8] = include_bytes!("../../testdata/video/cut.mp4");

fn bytes_of(name: &str) -> &'static [u8] {
    FILES.iter().find(|(known, _)| *known == name).unwrap().1
}

fn index(name: &str, bytes: &[u8]) -> FrameIndex {
    FrameIndex::read(Cursor::new(bytes), name, &Limits::default()).unwrap()
}

/// What decodes here: the program, and the libraries if they are built in.
fn backends() -> Vec<VideoBackend> {
    let library = ffmpeg_library().map(|_| VideoBackend::Library);
    [VideoBackend::Program].into_iter().chain(library).collect()
}

fn frames(backend: VideoBackend, name: &str, bytes: &[u8], wanted: &[u32]) -> Vec<Vec<u8>> {
    let limit = Duration::from_secs(60);
    let decoder = FrameDecoder { backend, program: "ffmpeg".into(), limit, max_bytes: 1 << 30 };
    let found = decoder.decode(&mut Cursor::new(bytes), &index(name, bytes), wanted);
    let found = found.unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(found.rgb.len(), wanted.len() * 96 * 64 * 3, "{name}");
    (0..wanted.len()).map(|n| found.frame(n).unwrap().to_vec()).collect()
}

fn lightness(frame: &[u8]) -> f64 {
    frame.iter().map(|value| f64::from(*value)).sum::<f64>() / frame.len() as f64
}

#[test]
fn frames_are_the_same_in_any_order() {
    for ((name, bytes), backend) in
        FILES.into_iter().flat_map(|file| backends().into_iter().map(move |by| (file, by)))
    {
        assert_eq!(index(name, bytes).len(), 40, "{name}");
        let frames = |wanted: &[u32]| frames(backend, name, bytes, wanted);
        let all = frames(&(0..40).collect::<Vec<_>>());
        let light: Vec<f64> = all.iter().map(|frame| lightness(frame)).collect();
        for (n, pair) in light.windows(2).enumerate() {
            assert!((2.5..9.0).contains(&(pair[1] - pair[0])), "{name}: frames {n} and {}: {light:?}", n + 1);
        }
        assert!(light[0] < 12.0 && light[39] > 195.0, "{name}: {light:?}");
        for n in [39, 38, 25, 24, 13, 12, 11, 10, 1, 0] {
            assert!(frames(&[n])[0] == all[n as usize], "{name}: frame {n} alone");
        }
        for some in [[3, 4, 5, 30], [11, 12, 13, 14], [0, 13, 26, 39]] {
            let expected: Vec<_> = some.iter().map(|n| all[*n as usize].clone()).collect();
            assert!(frames(&some) == expected, "{name}: frames {some:?}");
        }
    }
}

/// In any order, so that a decoder that was kept from another clip has to forget it.
#[cfg(feature = "ffmpeg")]
#[test]
fn the_libraries_give_the_frames_of_the_program() {
    let files = || FILES.into_iter().chain([("cut.mp4", CUT)]);
    let places = |bytes| (0..index("any", bytes).len()).collect::<Vec<u32>>();
    let size = |name: &str| if name == "rotated.mp4" { (64, 96) } else { (96, 64) };
    let decode = |backend, (name, bytes): (&str, &[u8]), wanted: &[u32]| {
        let limit = Duration::from_secs(60);
        let decoder = FrameDecoder { backend, program: "ffmpeg".into(), limit, max_bytes: 1 << 30 };
        let found = decoder.decode(&mut Cursor::new(bytes), &index(name, bytes), wanted).unwrap();
        assert_eq!((found.width, found.height), size(name), "{name}");
        found.rgb
    };
    let expected: Vec<_> = files().map(|file| decode(VideoBackend::Program, file, &places(file.1))).collect();
    for (file, expected) in files().zip(&expected) {
        assert!(decode(VideoBackend::Library, file, &places(file.1)) == *expected, "{}", file.0);
    }
    for first in [5, 17, 2] {
        for (file, expected) in files().zip(&expected) {
            let found = decode(VideoBackend::Library, file, &[first, first + 3]);
            let frame = |n: u32| &expected[n as usize * 96 * 64 * 3..][..96 * 64 * 3];
            assert!(found == [frame(first), frame(first + 3)].concat(), "{}: frame {first}", file.0);
        }
    }
}

#[cfg(feature = "ffmpeg")]
#[test]
fn the_libraries_start_no_threads_and_stop_in_time() {
    let threads = || std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count);
    // Other tests may start or end theirs at the same time: a few tries.
    let is_same = (0..20).any(|_| {
        let before = threads();
        for (name, bytes) in FILES {
            frames(VideoBackend::Library, name, bytes, &[0, 30]);
        }
        threads() <= before
    });
    assert!(is_same);
    let (name, bytes) = ("b_frames.mp4", bytes_of("b_frames.mp4"));
    let (backend, program) = (VideoBackend::Library, "ffmpeg".into());
    let decoder = FrameDecoder { backend, program, limit: Duration::ZERO, max_bytes: 1 << 30 };
    let error = decoder.decode(&mut Cursor::new(bytes), &index(name, bytes), &[30]).unwrap_err();
    assert_eq!(error.to_string(), "not decoded within 0 seconds");
}

#[test]
fn a_build_without_the_libraries_says_so() {
    let (name, bytes) = ("b_frames.mp4", bytes_of("b_frames.mp4"));
    let spec = ClipSpec { backend: VideoBackend::Library, image: image([8, 8]), ..ClipSpec::default() };
    match (clip(name, bytes, &spec, 0), ffmpeg_library()) {
        (Ok(_), Some(version)) => assert!(version.contains("libavcodec"), "{version}"),
        (Err(error), None) => assert!(error.to_string().contains("the cargo feature `ffmpeg`"), "{error}"),
        (found, version) => panic!("{:?} by {version:?}", found.map(|_| ())),
    }
}

#[test]
fn only_what_is_needed_is_decoded() {
    for (name, most) in
        [("b_frames.mp4", 12), ("hevc.mp4", 16), ("fragments.mp4", 10), ("vp9.webm", 12), ("mjpeg.avi", 1)]
    {
        let index = index(name, bytes_of(name));
        for n in 0..40 {
            let needed = index.needed(&[n]).frames.len();
            assert!((1..=most + 3).contains(&needed), "{name}: frame {n} needs {needed}");
        }
        let far = index.needed(&[0, 39]).frames.len();
        assert!(far <= most + 4, "{name}: {far}");
    }
}

#[test]
fn an_edit_list_says_what_is_shown() {
    let index = index("cut.mp4", CUT);
    assert_eq!(index.len(), 22);
    for backend in backends() {
        let all = frames(backend, "cut.mp4", CUT, &(0..22).collect::<Vec<_>>());
        let whole = bytes_of("b_frames.mp4");
        let whole = frames(backend, "b_frames.mp4", whole, &(18..40).collect::<Vec<_>>());
        assert!(all == whole, "{backend:?}");
    }
}

#[test]
fn frames_are_found_by_their_times() {
    let index = index("variable.mkv", bytes_of("variable.mkv"));
    // Frame 20 comes after 0.8 s, and then one every 0.12 s.
    let found: Vec<u32> =
        [-1.0, 0.0, 0.039, 0.04, 0.8, 0.91, 0.92, 1.1, 99.0].iter().map(|at| index.frame_at(*at)).collect();
    assert_eq!(found, [0, 0, 0, 1, 20, 20, 21, 22, 39]);
}

fn image(size: [u32; 2]) -> ImageSpec {
    let transform = Transform::Resize { to: ResizeTo::Both(size), crop: None, flip: 0.0 };
    ImageSpec { transform, exact: true, ..ImageSpec::default() }
}

fn clip(name: &str, bytes: &[u8], spec: &ClipSpec, row: u64) -> Result<Vec<u8>, DecodeError> {
    let [height, width] = spec.image.fixed_size().unwrap();
    let mut out = vec![7; spec.frames as usize * (height * width) as usize * 3];
    let draw = Draw { seed: 1, epoch: 0, row };
    let mut images = ImageDecoder::new()?;
    ClipDecoder::clip(&mut images, ClipSource::new(Cursor::new(bytes), name), spec, draw, &mut out)?;
    Ok(out)
}

/// The numbers of the frames of a clip, by their lightness.
fn numbers(clip: &[u8], frames: usize) -> Vec<i64> {
    let first = 4.7;
    clip.chunks(clip.len() / frames).map(|frame| ((lightness(frame) - first) / 5.82).round() as i64).collect()
}

#[test]
fn clips_have_their_frames() {
    let (name, bytes) = ("vp9.webm", bytes_of("vp9.webm"));
    let spec = ClipSpec { frames: 4, stride: 3, image: image([16, 24]), ..ClipSpec::default() };
    let begin = ClipSpec { start: Start::Begin, ..spec.clone() };
    assert_eq!(numbers(&clip(name, bytes, &begin, 0).unwrap(), 4), [0, 3, 6, 9]);
    let later = ClipSpec { start: Start::At(0.5), ..spec.clone() };
    assert_eq!(numbers(&clip(name, bytes, &later, 0).unwrap(), 4), [12, 15, 18, 21]);
    // The last frame is repeated.
    let long = ClipSpec { start: Start::At(1.4), ..spec.clone() };
    assert_eq!(numbers(&clip(name, bytes, &long, 0).unwrap(), 4), [35, 38, 39, 39]);
    let starts: Vec<i64> = (0..12)
        .map(|row| {
            let found = numbers(&clip(name, bytes, &spec, row).unwrap(), 4);
            assert!(found.windows(2).all(|pair| pair[1] - pair[0] == 3) && found[3] < 40, "{found:?}");
            found[0]
        })
        .collect();
    let distinct = starts.iter().collect::<std::collections::HashSet<_>>().len();
    assert!(distinct > 5, "{starts:?}");
    assert_eq!(clip(name, bytes, &spec, 5).unwrap(), clip(name, bytes, &spec, 5).unwrap());
}

#[test]
fn frames_are_transformed_alike() {
    let (name, bytes) = ("b_frames.mp4", bytes_of("b_frames.mp4"));
    let wanted = [5, 6];
    let transform =
        Transform::RandomResizedCrop { size: [20, 20], scale: [0.2, 0.5], ratio: [0.75, 1.33], flip: 0.5 };
    let mut image = ImageSpec { transform, ..ImageSpec::default() };
    image.output.layout = Layout::Nchw;
    let spec = ClipSpec { frames: 2, start: Start::At(0.2), image, ..ClipSpec::default() };
    let found = clip(name, bytes, &spec, 9).unwrap();
    let mut images = ImageDecoder::new().unwrap();
    for (frame, found) in
        frames(spec.backend, name, bytes, &wanted).into_iter().zip(found.chunks(20 * 20 * 3))
    {
        let pixels = crate::Pixels { rgb: frame, area: crate::Rect { x: 0, y: 0, width: 96, height: 64 } };
        let mut expected = vec![0; 20 * 20 * 3];
        let draw = Draw { seed: 1, epoch: 0, row: 9 };
        images.transform_pixels(&pixels, &spec.image, draw, &mut expected).unwrap();
        assert!(found == expected);
    }
    // As they are: upright, so the sides are exchanged.
    let spec = ClipSpec { frames: 3, ..ClipSpec::default() };
    let source = ClipSource::new(Cursor::new(bytes_of("rotated.mp4")), "rotated.mp4");
    let (found, _) = ClipDecoder::sized(&mut images, source, &spec, Draw::default()).unwrap();
    assert_eq!((found.width, found.height, found.pixels.len()), (64, 96, 3 * 64 * 96 * 3));
}

#[test]
fn what_goes_wrong_is_said() {
    let (name, bytes) = ("b_frames.mp4", bytes_of("b_frames.mp4"));
    let spec = ClipSpec { frames: 4, image: image([8, 8]), start: Start::Begin, ..ClipSpec::default() };
    let ffmpeg = PathBuf::from("/no/such/ffmpeg");
    let none = ClipSpec { ffmpeg, backend: VideoBackend::Program, ..spec.clone() };
    let error = clip(name, bytes, &none, 0).unwrap_err().to_string();
    assert!(error.contains("'/no/such/ffmpeg' was not found; install it"), "{error}");
    for backend in backends() {
        let spec = ClipSpec { backend, ..spec.clone() };
        for max_bytes in [10_000, 4 * 96 * 64 * 3 - 1] {
            let limits = ClipLimits { max_bytes, ..ClipLimits::default() };
            let error = clip(name, bytes, &ClipSpec { limits, ..spec.clone() }, 0).unwrap_err().to_string();
            assert!(error.contains(&format!("above the limit of {max_bytes}")), "{error}");
        }
        let error = clip(name, &bytes[..bytes.len() / 2], &spec, 0).unwrap_err().to_string();
        assert!(error.starts_with("truncated"), "{error}");
        let error = clip(name, b"<html>", &spec, 0).unwrap_err().to_string();
        assert!(error.starts_with("not the video that its name"), "{error}");
    }
    for (spec, field) in [
        (ClipSpec { frames: 0, ..spec.clone() }, "frames"),
        (ClipSpec { stride: 0, ..spec.clone() }, "stride"),
        (ClipSpec { start: Start::At(f64::NAN), ..spec.clone() }, "start"),
    ] {
        let mut images = ImageDecoder::new().unwrap();
        let source = ClipSource::new(Cursor::new(bytes), name);
        let error = ClipDecoder::sized(&mut images, source, &spec, Draw::default()).unwrap_err();
        assert!(error.to_string().starts_with(field), "{error}");
    }
}

/// Zeros in place of a frame: the decoder complains, or conceals it, and the row is refused.
#[test]
fn a_damaged_frame_is_refused() {
    for name in ["b_frames.mp4", "hevc.mp4", "vp9.webm", "av1.mkv"] {
        let bytes = bytes_of(name);
        let index = index(name, bytes);
        let (frame, _) = index.needed(&[0]).frames[0];
        let mut damaged = bytes.to_vec();
        damaged[frame.offset as usize + 5..(frame.offset + u64::from(frame.size)) as usize].fill(0);
        for backend in backends() {
            let spec =
                ClipSpec { frames: 2, image: image([8, 8]), start: Start::Begin, ..ClipSpec::default() };
            let error = clip(name, &damaged, &ClipSpec { backend, ..spec }, 0).unwrap_err().to_string();
            let expected = match backend {
                VideoBackend::Library => {
                    format!("not decodable by ffmpeg: frame 0 at byte {}: ", frame.offset)
                }
                _ => "not decodable by ffmpeg: frames 0 to 1: ".to_owned(),
            };
            assert!(error.starts_with(&expected), "{name}: {error}");
        }
    }
}

/// The index of a video's frames, as it is stored.
fn stored(name: &str, bytes: &[u8]) -> Vec<u8> {
    index(name, bytes).to_bytes(&mut Cursor::new(bytes)).unwrap()
}

#[test]
fn a_stored_index_finds_the_same_frames() {
    let spec = ClipSpec { frames: 5, stride: 2, image: image([9, 11]), ..ClipSpec::default() };
    for ((name, bytes), backend) in
        FILES.into_iter().flat_map(|file| backends().into_iter().map(move |by| (file, by)))
    {
        let stored = stored(name, bytes);
        assert!(stored.len() < 100 + 40 * 9 + 700, "{name}: {} bytes", stored.len());
        for verify in [false, true] {
            let spec = ClipSpec { backend, ..spec.clone() };
            let mut out = vec![0; 5 * 9 * 11 * 3];
            let draw = Draw { seed: 1, epoch: 0, row: 3 };
            let (reader, index) = (Cursor::new(bytes), Some(stored.as_slice()));
            let source = ClipSource { reader, name, index, verify };
            let mut images = ImageDecoder::new().unwrap();
            assert_eq!(
                ClipDecoder::clip(&mut images, source, &spec, draw, &mut out).unwrap(),
                IndexUse::Used
            );
            assert!(out == clip(name, bytes, &spec, 3).unwrap(), "{name}");
        }
    }
}

/// Another video's, of the same length; and one whose frames are all one place further, under a right checksum.
#[test]
fn a_wrong_index_is_refused_and_shows_no_wrong_frame() {
    let spec = ClipSpec { frames: 3, image: image([8, 8]), start: Start::At(0.6), ..ClipSpec::default() };
    let (name, bytes) = ("b_frames.mp4", bytes_of("b_frames.mp4"));
    let rotated = stored("rotated.mp4", bytes_of("rotated.mp4"));
    assert_eq!(bytes.len(), bytes_of("rotated.mp4").len(), "else it is refused by the length");
    let mut damaged = stored(name, bytes);
    damaged[60] ^= 1;
    let mut shifted = bytes.to_vec();
    let first = index(name, bytes).frame(0).unwrap();
    shifted[first.offset as usize + 9] ^= 1;
    let of_another = stored(name, &shifted);
    let refused = |index: &[u8], verify| {
        let mut out = vec![0; 3 * 8 * 8 * 3];
        let source = ClipSource { reader: Cursor::new(bytes), name, index: Some(index), verify };
        let mut images = ImageDecoder::new().unwrap();
        let spec = ClipSpec { start: Start::Begin, ..spec.clone() };
        let used = ClipDecoder::clip(&mut images, source, &spec, Draw::default(), &mut out).unwrap();
        assert!(out == clip(name, bytes, &spec, 0).unwrap());
        used
    };
    assert_eq!(refused(&damaged, false), IndexUse::Refused);
    assert_eq!(refused(&of_another, false), IndexUse::Refused);
    assert_eq!(refused(b"HVI", false), IndexUse::Refused);
    assert_eq!(refused(&[], false), IndexUse::None, "the video can have none");
    assert_eq!(refused(&rotated, true), IndexUse::Refused);
}

/// Every byte of what leads to the frames may be wrong.
#[test]
fn hostile_tables_give_an_error_or_frames() {
    let mut state = 1_u64;
    for (name, bytes) in FILES {
        for _ in 0..300 {
            let mut damaged = bytes.to_vec();
            for _ in 0..3 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let at = (state >> 33) as usize % damaged.len();
                damaged[at] = [0, 0xff, 0x7f, (state >> 20) as u8][(state >> 30) as usize % 4];
            }
            let read = FrameIndex::read(Cursor::new(&damaged), name, &Limits::default());
            let Ok(index) = read else { continue };
            let wanted: Vec<u32> = (0..index.len().min(3)).collect();
            let needed = index.needed(&wanted);
            drop(index.remux(&mut Cursor::new(&damaged), &needed, 1 << 20));
            if ffmpeg_library().is_some() {
                let (backend, limit) = (VideoBackend::Library, Duration::from_secs(60));
                let decoder = FrameDecoder { backend, program: PathBuf::new(), limit, max_bytes: 1 << 20 };
                drop(decoder.decode(&mut Cursor::new(&damaged), &index, &wanted));
            }
        }
    }
}
