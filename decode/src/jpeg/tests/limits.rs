//! Limits on images.

use super::*;
use crate::limits::Limits;

fn decode(jpeg: &[u8], limits: Limits) -> Result<JpegReport, DecodeError> {
    let options = JpegOptions { limits, ..JpegOptions::default() };
    JpegDecoder::new()?.decode(jpeg, None, &options, &mut Pixels::default())
}

#[test]
fn pixels_are_limited() {
    let jpeg = Encode::default().picture(100, 50, 1);
    decode(&jpeg, Limits { max_pixels: 5000, ..Limits::default() }).unwrap();
    let text = decode(&jpeg, Limits { max_pixels: 4999, ..Limits::default() }).unwrap_err().to_string();
    assert_eq!(text, "100 x 50 is 5000 pixels, above the limit of 4999");
}

/// The sides in the header, without any data for them.
#[test]
fn a_huge_header_costs_nothing() {
    let mut jpeg = Encode::default().picture(16, 16, 1);
    let sof = jpeg.windows(2).position(|bytes| bytes == [0xFF, 0xC0]).unwrap();
    jpeg[sof + 5..sof + 9].copy_from_slice(&[0xFF, 0x00, 0xFF, 0x00]);
    assert!(matches!(decode(&jpeg, Limits::default()), Err(DecodeError::TooManyPixels { .. })));
}

#[test]
fn memory_is_limited() {
    let limits = Limits { max_bytes: 40_000, ..Limits::default() };
    decode(&Encode::default().picture(100, 100, 1), limits).unwrap();
    let progressive = Encode { progressive: true, ..Encode::default() }.picture(100, 100, 1);
    let text = decode(&progressive, limits).unwrap_err().to_string();
    assert!(text.ends_with("bytes of memory, above the limit of 40000"), "{text}");
    decode(&progressive, Limits::default()).unwrap();
}

#[test]
fn scans_are_limited() {
    let jpeg = Encode { progressive: true, ..Encode::default() }.picture(64, 64, 1);
    let text = decode(&jpeg, Limits { max_scans: 5, ..Limits::default() }).unwrap_err().to_string();
    assert!(text.starts_with("more than 5 scans"), "{text}");
    decode(&jpeg, Limits { max_scans: 30, ..Limits::default() }).unwrap();
}
