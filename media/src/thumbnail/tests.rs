//! Thumbnails of images in every format, of audio files in every codec, and of what is neither.

use std::io::Cursor;
use std::path::Path;
use std::time::Duration;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, GrayImage, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use super::*;
use crate::testing::damage;
use crate::{Limits, MediaError, encode_png};

const SOUNDS: [(&str, &[u8]); 4] = [
    ("tone.mp3", include_bytes!("../../testdata/tone.mp3")),
    ("tone.ogg", include_bytes!("../../testdata/tone.ogg")),
    ("tone.flac", include_bytes!("../../testdata/tone.flac")),
    ("tone.m4a", include_bytes!("../../testdata/tone.m4a")),
];

/// The left half red, the right half blue.
fn flag(width: u32, height: u32) -> DynamicImage {
    let colour = |x| if x < width / 2 { Rgb([250, 10, 10]) } else { Rgb([10, 10, 250]) };
    RgbImage::from_fn(width, height, |x, _| colour(x)).into()
}

fn file(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn of_image(bytes: &[u8], size: u32) -> Result<Thumbnail, MediaError> {
    Thumbnail::of_image(bytes, size, &Limits::default())
}

/// The thumbnail after it was written and read again.
fn again(thumbnail: &Thumbnail, encoding: Encoding) -> RgbaImage {
    image::load_from_memory(&thumbnail.encode(encoding).unwrap()).unwrap().into_rgba8()
}

fn is_near(a: Rgba<u8>, b: [u8; 4]) -> bool {
    a.0.iter().zip(b).all(|(a, b)| a.abs_diff(b) < 40)
}

#[test]
fn images_of_every_format_in_both_encodings() {
    use ImageFormat::{Bmp, Gif, Jpeg, Png, Pnm, Tiff, WebP};
    for format in [Jpeg, Png, Gif, WebP, Bmp, Tiff, Pnm] {
        for (width, height, size, wanted) in [
            (400, 100, 64, (64, 16)),
            (33, 700, 64, (3, 64)),
            (30, 20, 64, (30, 20)),
            (900, 1, 16, (16, 1)),
            (1, 9_000, 16, (1, 16)),
        ] {
            let thumbnail = of_image(&file(&flag(width, height), format), size).unwrap();
            assert_eq!((thumbnail.width(), thumbnail.height()), wanted, "{format:?}");
            for encoding in [Encoding::WebP, Encoding::Jpeg] {
                let seen = again(&thumbnail, encoding);
                assert_eq!(seen.dimensions(), wanted);
                if width >= 400 {
                    let right = seen.get_pixel(wanted.0 - 2, 0);
                    assert!(is_near(*right, [10, 10, 250, 255]), "{format:?} {encoding:?} {right:?}");
                }
            }
        }
    }
}

#[test]
fn they_are_upright() {
    // A TIFF header and one entry: orientation 6, to be turned to the right.
    let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    encoder.set_exif_metadata(exif).unwrap();
    encoder.encode_image(&flag(200, 100)).unwrap();
    let thumbnail = of_image(&bytes, 50).unwrap();
    assert_eq!((thumbnail.width(), thumbnail.height()), (25, 50));
    let seen = again(&thumbnail, Encoding::Jpeg);
    assert!(is_near(*seen.get_pixel(12, 2), [250, 10, 10, 255]));
    assert!(is_near(*seen.get_pixel(12, 47), [10, 10, 250, 255]));
}

#[test]
fn what_is_transparent_is_white_in_a_jpeg() {
    // Black where nothing is seen: it must not darken the edge.
    let half = |x| if x < 50 { Rgba([0, 0, 0, 0]) } else { Rgba([250, 10, 10, 255]) };
    let png = file(&RgbaImage::from_fn(100, 100, |x, _| half(x)).into(), ImageFormat::Png);
    let thumbnail = of_image(&png, 33).unwrap();
    assert!(is_near(*again(&thumbnail, Encoding::Jpeg).get_pixel(2, 16), [255, 255, 255, 255]));
    let webp = again(&thumbnail, Encoding::WebP);
    assert_eq!((webp.get_pixel(2, 16).0[3], webp.get_pixel(30, 16).0[3]), (0, 255));
    let DynamicImage::ImageRgba8(raw) = &thumbnail.0 else { panic!("no alpha") };
    assert!(raw.pixels().all(|p| p.0[3] < 8 || p.0[0] > 200), "the edge is dark");
}

#[test]
fn raw_pixels_and_masks() {
    let thumbnail =
        Thumbnail::of_pixels((0..28 * 28).map(|n| n as u8).collect(), (28, 28, 1), 256_u32).unwrap();
    assert_eq!((thumbnail.width(), thumbnail.height()), (28, 28));
    assert_eq!(Thumbnail::of_pixels(vec![9; 100 * 50 * 4], (100, 50, 4), 20_u32).unwrap().height(), 10);
    for (bytes, shape) in [(3, (2, 2, 1)), (20, (2, 2, 5)), (0, (0, 5, 1)), (9, (u32::MAX, u32::MAX, 4))] {
        assert!(matches!(
            Thumbnail::of_pixels(vec![0; bytes], shape, 9_u32),
            Err(MediaError::PixelCount { .. })
        ));
    }
    let classes =
        file(&GrayImage::from_fn(10, 10, |x, _| image::Luma([(x / 5) as u8])).into(), ImageFormat::Png);
    let mask = Thumbnail::of_mask(&classes, 10_u32, &Limits::default()).unwrap();
    let seen = again(&mask, Encoding::WebP);
    assert!(seen.get_pixel(1, 1).0[0] < 60 && seen.get_pixel(8, 8).0[0] > 200);
}

#[test]
fn an_image_of_too_many_pixels_is_not_decoded() {
    let mut png = encode_png(&[0; 4], 2, 2, 1).unwrap();
    png[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let crc = crc32fast::hash(&png[12..29]);
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    let error = of_image(&png, 64).unwrap_err().to_string();
    assert!(error.starts_with("60000 x 60000 is 3600000000 pixels, above the limit"), "{error}");
}

fn of_audio(bytes: &[u8], name: &str, size: u32) -> Result<Thumbnail, MediaError> {
    Thumbnail::of_audio(Cursor::new(bytes.to_vec()), name, size)
}

/// A WAV of a tone that is there in the second half alone.
fn late_wav() -> Vec<u8> {
    let data: Vec<u8> = (0..16_000_i32)
        .map(|n| if n < 8_000 { 0 } else { ((n % 40 - 20) * 100) as i16 })
        .flat_map(i16::to_le_bytes)
        .collect();
    let mut wav =
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data".to_vec();
    wav.extend((data.len() as u32).to_le_bytes());
    wav.extend(data);
    let riff_bytes = wav.len() as u32 - 8;
    wav[4..8].copy_from_slice(&riff_bytes.to_le_bytes());
    wav
}

/// How many pixels of a column are inked.
fn ink(thumbnail: &Thumbnail, x: u32) -> usize {
    let image = thumbnail.0.to_rgb8();
    (0..image.height()).filter(|y| image.get_pixel(x, *y).0[0] < 200).count()
}

#[test]
fn waveforms_of_every_codec() {
    for (name, bytes) in SOUNDS {
        let thumbnail = of_audio(bytes, name, 64).unwrap();
        assert_eq!((thumbnail.width(), thumbnail.height()), (64, 32), "{name}");
        assert!(ink(&thumbnail, 32) > 20, "{name}: a steady tone fills the height");
    }
    let late = of_audio(&late_wav(), "late.wav", 64).unwrap();
    assert_eq!(ink(&late, 10), 1);
    assert!(ink(&late, 50) >= 31, "{}", ink(&late, 50));
    for (bits, code) in [(8, 1), (24, 1), (32, 1), (32, 3), (64, 3)] {
        let mut wav = late_wav();
        (wav[20], wav[34]) = (code, bits);
        assert_eq!(of_audio(&wav, "other.wav", 64).unwrap().width(), 64, "{bits} bits");
    }
    for encoding in [Encoding::WebP, Encoding::Jpeg] {
        assert_eq!(again(&late, encoding).dimensions(), (64, 32));
    }
    let opus = of_audio(include_bytes!("../../testdata/tone.opus"), "tone.opus", 64);
    assert!(matches!(opus, Err(MediaError::Unsupported(_))), "{opus:?}");
    assert!(matches!(of_audio(b"", "a.wav", 64), Err(MediaError::Empty { .. })));
    assert!(matches!(of_audio(b"hello, I am not audio", "a.wav", 64), Err(MediaError::WrongMagic { .. })));
}

#[test]
fn damage_is_an_error_and_never_more() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
        let limits = Limits { max_pixels: 100_000, ..Limits::default() };
        damage(&file(&flag(40, 30), format), |bytes| drop(Thumbnail::of_image(&bytes, 16_u32, &limits)));
    }
    for (name, bytes) in SOUNDS {
        damage(bytes, |bytes| drop(of_audio(&bytes, name, 16)));
    }
    damage(&late_wav()[..2000], |bytes| drop(of_audio(&bytes, "late.wav", 16)));
}

#[test]
fn a_program_that_is_missing_is_named() {
    let video = FfmpegInput {
        program: Path::new("/no/such/ffmpeg").to_owned(),
        url: "http://127.0.0.1:9/x".to_owned(),
        format: "mp4",
        limit: Duration::from_secs(5),
    };
    assert!(matches!(video.frame(0.0, 64), Err(crate::FfmpegError::NoProgram { .. })));
}

#[test]
fn a_part_of_the_upright_image_is_cut_out() {
    // A column for each x: what is cut out can be told by its colour.
    let pixels: Vec<u8> = (0..20 * 100).map(|n| (n % 100) as u8 * 2).collect();
    let part = |view: View| Thumbnail::of_pixels(pixels.clone(), (100, 20, 1), view);
    let crop =
        |x, y, width, height| View { size: 64, crop: Some(Crop { x, y, width, height }), is_square: false };
    let cut = part(crop(30, 5, 10, 4)).unwrap();
    assert_eq!((cut.width(), cut.height()), (10, 4));
    assert_eq!(cut.0.to_rgb8().get_pixel(0, 0).0, [60; 3]);
    // Beyond the edge there is nothing.
    let edge = part(crop(95, 10, 50, 50)).unwrap();
    assert_eq!((edge.width(), edge.height()), (5, 10));
    assert!(matches!(part(crop(100, 0, 5, 5)), Err(MediaError::Unsupported(_))));
    let square = part(View { size: 64, crop: None, is_square: true }).unwrap();
    assert_eq!((square.width(), square.height()), (20, 20));
    assert_eq!(square.0.to_rgb8().get_pixel(0, 0).0, [80; 3]);
}
