//! Decoding from the bytes that a region needs, and no others.

use super::*;
use crate::jpeg::IndexedJpeg;
use crate::limits::Limits;

/// The JPEG with everything but some ranges replaced.
fn only(jpeg: &[u8], parts: &[std::ops::Range<usize>], filling: u8) -> Vec<u8> {
    let mut left = vec![filling; jpeg.len()];
    for part in parts {
        left[part.clone()].copy_from_slice(&jpeg[part.clone()]);
    }
    left
}

#[test]
fn the_named_bytes_are_enough_for_the_region() {
    let mut decoder = JpegDecoder::new().unwrap();
    let mut random = Random(21);
    let (mut pixels, mut least) = (Pixels::default(), usize::MAX);
    for (seed, sampling) in crate::testing::SAMPLINGS.into_iter().enumerate() {
        let jpeg = Encode { quality: 95, sampling, ..Encode::default() }.picture(500, 375, seed as u64);
        let index = decoder.index(&jpeg, &Limits::default()).unwrap();
        assert!(!index.is_empty());
        let facts = IndexedJpeg::of(&index).unwrap();
        assert_eq!(facts.len, jpeg.len() as u64);
        let before_scan = 0..facts.header_len as usize;
        let header = only(&jpeg, &[before_scan], 0);
        for scale in [DctScale::Full, DctScale::Half, DctScale::Eighth] {
            let (full, report) = reference(&jpeg, scale).unwrap();
            for _ in 0..25 {
                let region = rect(&mut random, report.width, report.height);
                let options =
                    JpegOptions { region: Some(region), scale, partial: true, ..JpegOptions::default() };
                let parts = decoder.parts(&header, &index, &options).unwrap();
                assert!(parts.windows(2).all(|two| two[0].end < two[1].start), "sorted, joined: {parts:?}");
                assert!(parts.iter().all(|part| part.start < part.end && part.end <= jpeg.len()));
                let bytes: usize = parts.iter().map(ExactSizeIterator::len).sum();
                least = least.min(bytes * 100 / jpeg.len());
                for filling in [0, 0x55, 0xFF] {
                    let some = only(&jpeg, &parts, filling);
                    decoder.decode(&some, Some(&index), &options, &mut pixels).unwrap();
                    assert!(pixels.copy(region) == full.copy(region), "{sampling} {scale:?} {region:?}");
                }
            }
        }
    }
    assert!(least < 30, "a small region needs {least} % of the bytes");
}

#[test]
fn missing_and_wrong_bytes_are_refused() {
    let mut decoder = JpegDecoder::new().unwrap();
    let encode = Encode { quality: 95, ..Encode::default() };
    let jpeg = encode.picture(500, 375, 5);
    let index = decoder.index(&jpeg, &Limits::default()).unwrap();
    let region = Rect { x: 200, y: 150, width: 100, height: 100 };
    let options = JpegOptions { region: Some(region), partial: true, ..JpegOptions::default() };
    let parts = decoder.parts(&jpeg, &index, &options).unwrap();
    let mut pixels = Pixels::default();
    // A part less.
    let some = only(&jpeg, &parts[..parts.len() / 2], 0);
    let found = decoder.decode(&some, Some(&index), &options, &mut pixels);
    assert!(matches!(found, Err(DecodeError::Index(_))), "{found:?}");
    // The parts of another JPEG of the same length.
    let mut other = encode.picture(500, 375, 6);
    other.resize(jpeg.len(), 0);
    let found = decoder.decode(&only(&other, &parts, 0), Some(&index), &options, &mut pixels);
    assert!(matches!(found, Err(DecodeError::Index(_))), "{found:?}");
    let without = decoder.decode(&jpeg, None, &options, &mut pixels);
    assert!(matches!(without, Err(DecodeError::Index(_))), "{without:?}");
    // Not the JPEG's length, no index, and noise as an index.
    for (jpeg, index) in [(&jpeg[..jpeg.len() - 1], &index[..]), (&jpeg[..], &jpeg[..300]), (&jpeg[..], &[])]
    {
        assert!(decoder.parts(jpeg, index, &options).is_err());
    }
    assert!(IndexedJpeg::of(&jpeg[..300]).is_err() && IndexedJpeg::of(&[]).is_err());
}

#[test]
fn what_is_encoded_is_decoded() {
    let (width, height) = (61, 37);
    let rgb = crate::testing::picture(width, height, 3, 4);
    let jpeg = crate::encode_jpeg(&rgb, width, height, 95).unwrap();
    let (pixels, report) = reference(&jpeg, DctScale::Full).unwrap();
    assert_eq!((report.width, report.height, report.warnings), (width, height, 0));
    let distance: u64 = pixels.rgb.iter().zip(&rgb).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    assert!(distance < rgb.len() as u64 * 8, "{distance} over {} values", rgb.len());
    for wrong in [(60, height), (0, 0), (width * height * 3, 0), (70_000, 1)] {
        assert_eq!(crate::encode_jpeg(&rgb, wrong.0, wrong.1, 95), None);
    }
}
