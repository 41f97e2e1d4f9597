//! Probing images that the `image` crate made: whole, cut at every byte, with flipped bits, in disguise.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, RgbImage};

use super::*;
use crate::testing::damage;
use crate::{Limits, MediaError};

const FORMATS: [(ImageFormat, &str); 7] = [
    (ImageFormat::Jpeg, "jpeg"),
    (ImageFormat::Png, "png"),
    (ImageFormat::Gif, "gif"),
    (ImageFormat::WebP, "webp"),
    (ImageFormat::Bmp, "bmp"),
    (ImageFormat::Tiff, "tiff"),
    (ImageFormat::Pnm, "pnm"),
];

fn image(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, y| image::Rgb([(x * 9) as u8, (y * 7) as u8, (x * y) as u8])).into()
}

fn encode(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn probe(bytes: &[u8]) -> Result<ImageFacts, MediaError> {
    probe_image(bytes, &Limits::default())
}

fn text(bytes: &[u8]) -> String {
    probe(bytes).unwrap_err().to_string()
}

#[test]
fn facts_of_every_format() {
    for (format, name) in FORMATS {
        let facts = ImageFacts { format: name, width: 31, height: 22, channels: 3, orientation: 1 };
        assert_eq!(probe(&encode(&image(31, 22), format)).unwrap(), facts);
    }
}

/// A TIFF directory of one tag, the orientation, in either byte order.
fn exif(orientation: u8, is_big: bool) -> Vec<u8> {
    let o = orientation;
    if is_big {
        return [&b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"[..], &[o], b"\0\0\0\0\0\0"].concat();
    }
    [&b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"[..], &[o], b"\0\0\0\0\0\0\0"].concat()
}

/// The image with EXIF data, where its format has them.
fn turned(format: ImageFormat, exif: &[u8]) -> Vec<u8> {
    let whole = encode(&image(31, 22), format);
    match format {
        ImageFormat::Jpeg => {
            let length = (exif.len() as u16 + 8).to_be_bytes();
            [&whole[..2], b"\xff\xe1", &length, b"Exif\0\0", exif, &whole[2..]].concat()
        }
        ImageFormat::Png => {
            let chunk = [b"eXIf", exif].concat();
            let length = (exif.len() as u32).to_be_bytes();
            let checksum = crc32fast::hash(&chunk).to_be_bytes();
            [&whole[..33], &length, &chunk, &checksum, &whole[33..]].concat()
        }
        _ => {
            let data = &whole[12..];
            let canvas = b"VP8X\x0a\0\0\0\x08\0\0\0\x1e\0\0\x15\0\0";
            let length = (exif.len() as u32).to_le_bytes();
            let body = [b"WEBP", &canvas[..], data, b"EXIF", &length, exif].concat();
            [b"RIFF", &(body.len() as u32).to_le_bytes()[..], &body].concat()
        }
    }
}

#[test]
fn orientation_is_that_of_the_exif_data() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        for orientation in 1..=8 {
            for is_big in [true, false] {
                let facts = probe(&turned(format, &exif(orientation, is_big))).unwrap();
                assert_eq!((facts.width, facts.height), (31, 22), "{format:?}");
                assert_eq!(facts.orientation, orientation, "{format:?}, big-endian: {is_big}");
                let upright = if orientation < 5 { (31, 22) } else { (22, 31) };
                assert_eq!(facts.upright_size(), upright);
                let whole = turned(format, &exif(orientation, is_big));
                // Not decided by a PNG's or WebP's header alone.
                let is_open = orientation != 1 || format != ImageFormat::Jpeg;
                assert_eq!(may_be_turned(&whole), is_open, "{format:?} {orientation}");
                assert!(may_be_turned(&whole[..30]), "{format:?}: cut off before the EXIF data");
            }
        }
        for nonsense in [&exif(9, true)[..], &exif(0, false)[..], b"MM\0*\0\0", b""] {
            assert_eq!(probe(&turned(format, nonsense)).unwrap().orientation, 1, "{format:?}");
        }
    }
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
        assert!(!may_be_turned(&encode(&image(31, 22), format)), "{format:?}");
    }
    let mut tiff = encode(&image(31, 22), ImageFormat::Tiff);
    // A tag in the place of one that is not needed: 0x0128, the unit of the resolution.
    let at = memchr::memmem::find(&tiff, b"\x28\x01\x03\0\x01\0\0\0").unwrap();
    tiff[at..at + 10].copy_from_slice(b"\x12\x01\x03\0\x01\0\0\0\x06\0");
    assert_eq!(probe(&tiff).unwrap().orientation, 6);
}

#[test]
fn channels_are_those_of_the_decoded_image() {
    let rgb = image(9, 8);
    let cases: [(DynamicImage, ImageFormat, u32); 8] = [
        (rgb.to_luma8().into(), ImageFormat::Jpeg, 1),
        (rgb.to_luma8().into(), ImageFormat::Png, 1),
        (rgb.to_luma_alpha8().into(), ImageFormat::Png, 2),
        (rgb.to_rgba8().into(), ImageFormat::Png, 4),
        (rgb.to_rgba8().into(), ImageFormat::WebP, 4),
        (rgb.to_luma16().into(), ImageFormat::Tiff, 1),
        (rgb.to_luma16().into(), ImageFormat::Pnm, 1),
        (rgb.to_rgba8().into(), ImageFormat::Bmp, 4),
    ];
    for (image, format, channels) in cases {
        assert_eq!(probe(&encode(&image, format)).unwrap().channels, channels, "{format:?}");
    }
}

#[test]
fn every_truncation_is_an_error() {
    for (format, name) in FORMATS {
        let whole = encode(&image(31, 22), format);
        for len in 0..whole.len() {
            assert!(probe(&whole[..len]).is_err(), "{name} cut to {len} of {} bytes passed", whole.len());
        }
    }
}

#[test]
fn damage_never_panics() {
    for (format, _) in FORMATS {
        damage(&encode(&image(31, 22), format), |bytes| {
            let _ = decode_rgb8(&bytes, &Limits { max_pixels: 1 << 20, ..Limits::default() });
        });
    }
}

#[test]
fn what_follows_a_whole_jpeg_does_not_matter() {
    let whole = encode(&image(31, 22), ImageFormat::Jpeg);
    let mut padded = whole.clone();
    padded.resize(whole.len() + 4096, 0);
    let mut motion = whole.clone();
    motion.extend(b"\0\0\0\x18ftypmp42 and 300 kB of film".repeat(10_000));
    let mut several = whole.clone();
    several.extend(&whole[..whole.len() / 2]);
    for bytes in [padded, motion, several] {
        assert_eq!(probe(&bytes).unwrap(), probe(&whole).unwrap());
    }
}

#[test]
fn the_end_of_an_embedded_preview_is_not_the_end() {
    let whole = encode(&image(31, 22), ImageFormat::Jpeg);
    let preview = encode(&image(4, 4), ImageFormat::Jpeg);
    let mut bytes = whole[..2].to_vec();
    bytes.extend(b"\xff\xe1");
    bytes.extend((preview.len() as u16 + 2).to_be_bytes());
    bytes.extend(&preview);
    bytes.extend(&whole[2..]);
    assert_eq!(probe(&bytes).unwrap(), probe(&whole).unwrap());
    assert!(text(&bytes[..bytes.len() - 2]).starts_with("truncated"));
}

#[test]
fn rubbish_between_segments_is_skipped() {
    let whole = encode(&image(31, 22), ImageFormat::Jpeg);
    let after_first = 4 + usize::from(whole[5]);
    let mut bytes = whole[..after_first].to_vec();
    bytes.extend(b"rubbish\xff\xff");
    bytes.extend(&whole[after_first..]);
    assert_eq!(probe(&bytes).unwrap(), probe(&whole).unwrap());
}

#[test]
fn errors_say_where_and_what() {
    let jpeg = encode(&image(31, 22), ImageFormat::Jpeg);
    let cut = jpeg.len() - 2;
    assert_eq!(
        text(&jpeg[..cut]),
        format!("truncated: it breaks off at byte {cut}; expected the end-of-image marker (ff d9)")
    );
    let png = encode(&image(31, 22), ImageFormat::Png);
    let idat = u32::from_be_bytes(png[33..37].try_into().unwrap());
    assert_eq!(
        text(&png[..60]),
        format!("truncated: it breaks off at byte 60; expected {idat} bytes of the IDAT chunk at byte 33")
    );
    let mut flipped = png.clone();
    flipped[50] ^= 1;
    assert!(
        text(&flipped).starts_with("damaged at byte 33: the IDAT chunk's checksum is "),
        "{}",
        text(&flipped)
    );
    let bmp = encode(&image(31, 22), ImageFormat::Bmp);
    let cut = bmp.len() - 1;
    assert_eq!(
        text(&bmp[..cut]),
        format!("truncated: it breaks off at byte {cut}; expected image data up to byte {}", bmp.len())
    );
}

#[test]
fn other_things_are_called_by_their_names() {
    assert_eq!(text(b""), "empty: 0 bytes where an image in a supported format was expected");
    assert_eq!(
        text(b"<html><body>404</body></html>"),
        r#"not an image in a supported format: begins with 3c 68 74 6d 6c 3e 3c 62 ("<html><b", an HTML page)"#
    );
    assert_eq!(
        text(b"\0\0\0\x1cftypavif\0\0\0\0"),
        "not an image in a supported format: begins with 00 00 00 1c 66 74 79 70 (an AVIF)"
    );
    assert!(text(b"RIFF\x24\0\0\0WAVEfmt ").contains("a WAV"));
}

#[test]
fn a_bomb_is_refused_by_its_header() {
    let mut png = encode(&image(1, 1), ImageFormat::Png);
    png[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    png[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    let checksum = crc32fast::hash(&png[12..29]);
    png[29..33].copy_from_slice(&checksum.to_be_bytes());
    let expected = "60000 x 60000 is 3600000000 pixels, above the limit of 178956970";
    assert_eq!(text(&png), expected);
    assert_eq!(decode_rgb8(&png, &Limits::default()).unwrap_err().to_string(), expected);
    assert_eq!(text(b"P6 60000 60000 255\n"), expected);
}

#[test]
fn pixels_come_back_through_a_png() {
    let rgb = image(13, 5).into_rgb8();
    let png = encode_png(rgb.as_raw(), 13, 5, 3).unwrap();
    assert_eq!(decode_rgb8(&png, &Limits::default()).unwrap(), (rgb.into_raw(), 13, 5));
    let grey = encode_png(&[0, 128, 255, 7], 2, 2, 1).unwrap();
    let (pixels, ..) = decode_rgb8(&grey, &Limits::default()).unwrap();
    assert_eq!(pixels, [0, 0, 0, 128, 128, 128, 255, 255, 255, 7, 7, 7]);
    let short = encode_png(&[0; 11], 2, 2, 3).unwrap_err();
    assert_eq!(short.to_string(), "11 bytes of pixels where 12 were expected (2 x 2 x 3)");
}
