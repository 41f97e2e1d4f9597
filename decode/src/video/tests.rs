//! Frames of every codec and container, in any order. They need the `ffmpeg` program.

use std::io::Cursor;
use std::path::PathBuf;
use std::time::Duration;

use hub_media::{FrameIndex, Limits, VideoDecoder};

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

fn frames(name: &str, bytes: &[u8], wanted: &[u32]) -> Vec<Vec<u8>> {
    let decoder =
        VideoDecoder { program: "ffmpeg".into(), limit: Duration::from_secs(60), max_bytes: 1 << 30 };
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
    for (name, bytes) in FILES {
        assert_eq!(index(name, bytes).len(), 40, "{name}");
        let all = frames(name, bytes, &(0..40).collect::<Vec<_>>());
        let light: Vec<f64> = all.iter().map(|frame| lightness(frame)).collect();
        for (n, pair) in light.windows(2).enumerate() {
            assert!((2.5..9.0).contains(&(pair[1] - pair[0])), "{name}: frames {n} and {}: {light:?}", n + 1);
        }
        assert!(light[0] < 12.0 && light[39] > 195.0, "{name}: {light:?}");
        for n in [39, 38, 25, 24, 13, 12, 11, 10, 1, 0] {
            assert!(frames(name, bytes, &[n])[0] == all[n as usize], "{name}: frame {n} alone");
        }
        for some in [[3, 4, 5, 30], [11, 12, 13, 14], [0, 13, 26, 39]] {
            let expected: Vec<_> = some.iter().map(|n| all[*n as usize].clone()).collect();
            assert!(frames(name, bytes, &some) == expected, "{name}: frames {some:?}");
        }
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
    let all = frames("cut.mp4", CUT, &(0..22).collect::<Vec<_>>());
    let whole = frames("b_frames.mp4", bytes_of("b_frames.mp4"), &(18..40).collect::<Vec<_>>());
    assert!(all == whole);
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
    ClipDecoder::clip(&mut images, Cursor::new(bytes), name, spec, draw, &mut out)?;
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
    for (frame, found) in frames(name, bytes, &wanted).into_iter().zip(found.chunks(20 * 20 * 3)) {
        let pixels = crate::Pixels { rgb: frame, area: crate::Rect { x: 0, y: 0, width: 96, height: 64 } };
        let mut expected = vec![0; 20 * 20 * 3];
        let draw = Draw { seed: 1, epoch: 0, row: 9 };
        images.transform_pixels(&pixels, &spec.image, draw, &mut expected).unwrap();
        assert!(found == expected);
    }
    // As they are: upright, so the sides are exchanged.
    let spec = ClipSpec { frames: 3, ..ClipSpec::default() };
    let reader = Cursor::new(bytes_of("rotated.mp4"));
    let found = ClipDecoder::sized(&mut images, reader, "rotated.mp4", &spec, Draw::default()).unwrap();
    assert_eq!((found.width, found.height, found.pixels.len()), (64, 96, 3 * 64 * 96 * 3));
}

#[test]
fn what_goes_wrong_is_said() {
    let (name, bytes) = ("b_frames.mp4", bytes_of("b_frames.mp4"));
    let spec = ClipSpec { frames: 4, image: image([8, 8]), start: Start::Begin, ..ClipSpec::default() };
    let none = ClipSpec { ffmpeg: PathBuf::from("/no/such/ffmpeg"), ..spec.clone() };
    let error = clip(name, bytes, &none, 0).unwrap_err().to_string();
    assert!(error.contains("'/no/such/ffmpeg' was not found; install it"), "{error}");
    let small = ClipLimits { max_bytes: 10_000, ..ClipLimits::default() };
    let error = clip(name, bytes, &ClipSpec { limits: small, ..spec.clone() }, 0).unwrap_err().to_string();
    assert!(error.contains("above the limit of 10000"), "{error}");
    let error = clip(name, &bytes[..bytes.len() / 2], &spec, 0).unwrap_err().to_string();
    assert!(error.starts_with("truncated"), "{error}");
    let error = clip(name, b"<html>", &spec, 0).unwrap_err().to_string();
    assert!(error.starts_with("not the video that its name"), "{error}");
    for (spec, field) in [
        (ClipSpec { frames: 0, ..spec.clone() }, "frames"),
        (ClipSpec { stride: 0, ..spec.clone() }, "stride"),
        (ClipSpec { start: Start::At(f64::NAN), ..spec.clone() }, "start"),
    ] {
        let mut images = ImageDecoder::new().unwrap();
        let reader = Cursor::new(bytes);
        let error = ClipDecoder::sized(&mut images, reader, name, &spec, Draw::default()).unwrap_err();
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
        let spec = ClipSpec { frames: 1, image: image([8, 8]), start: Start::Begin, ..ClipSpec::default() };
        let error = clip(name, &damaged, &spec, 0).unwrap_err().to_string();
        assert!(error.starts_with("not decodable by ffmpeg: "), "{name}: {error}");
    }
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
        }
    }
}
