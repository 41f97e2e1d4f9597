//! The index of entry points.

use super::*;
use crate::jpeg::decoder::scan_of;
use crate::jpeg::index as format;
use crate::jpeg::point::Point;
use crate::limits::Limits;

/// A JPEG that is large enough for an index of several points a row.
fn large(seed: u64) -> Vec<u8> {
    Encode { quality: 95, sampling: crate::testing::S420, ..Encode::default() }.picture(500, 375, seed)
}

#[test]
fn an_index_is_small_and_the_same_however_it_is_made() {
    let mut decoder = JpegDecoder::new().unwrap();
    let mut pixels = Pixels::default();
    let mut made = 0;
    for (encode, jpeg) in kinds().into_iter().chain([(Encode::default(), large(1))]) {
        let index = decoder.index(&jpeg, &Limits::default()).unwrap();
        assert!(index.len() * 1000 <= jpeg.len() * 8, "{encode:?}: {} of {}", index.len(), jpeg.len());
        let report = |region, decoder: &mut JpegDecoder, pixels: &mut Pixels| {
            let options = JpegOptions { record_index: true, region, ..JpegOptions::default() };
            decoder.decode(&jpeg, None, &options, pixels).unwrap().index.unwrap()
        };
        assert_eq!(report(None, &mut decoder, &mut pixels), index, "{encode:?}");
        let top = Some(Rect { x: 0, y: 0, width: 1, height: 1 });
        assert_eq!(report(top, &mut decoder, &mut pixels), index, "{encode:?}");
        if !index.is_empty() {
            decoder.verify_index(&jpeg, &index, &Limits::default()).unwrap();
            made += 1;
        }
        if encode.progressive || encode.arithmetic || encode.restart_rows > 0 {
            assert!(index.is_empty(), "{encode:?}");
            let other = decoder.index(&large(1), &Limits::default()).unwrap();
            let found = decoder.decode(&jpeg, Some(&other), &JpegOptions::default(), &mut pixels);
            assert!(matches!(found, Err(DecodeError::Index(_))), "{found:?}");
        }
    }
    assert!(made > 3, "{made}");
}

#[test]
fn regions_with_several_points_a_row_are_equal() {
    let jpeg = large(2);
    let mut decoder = JpegDecoder::new().unwrap();
    let index = decoder.index(&jpeg, &Limits::default()).unwrap();
    assert!(index.len() > 300, "{}", index.len());
    let (full, _) = reference(&jpeg, DctScale::Full).unwrap();
    let (mut random, mut pixels) = (Random(8), Pixels::default());
    for _ in 0..100 {
        let region = rect(&mut random, 500, 375);
        let options = JpegOptions { region: Some(region), ..JpegOptions::default() };
        decoder.decode(&jpeg, Some(&index), &options, &mut pixels).unwrap();
        assert!(pixels.copy(region) == full.copy(region), "{region:?}");
    }
}

/// The data of a region with an index are all that is read: what is above, below and right may be anything.
#[test]
fn nothing_around_a_region_is_read() {
    let jpeg = large(3);
    let mut decoder = JpegDecoder::new().unwrap();
    let index = decoder.index(&jpeg, &Limits::default()).unwrap();
    let (full, _) = reference(&jpeg, DctScale::Full).unwrap();
    // MCU rows 9 to 13, with their neighbours 8 to 14.
    let region = Rect { x: 170, y: 144, width: 60, height: 80 };
    let header = scan_of(&mut decoder, &jpeg).unwrap();
    let identity = format::Identity::of(&jpeg, header.0, header.1);
    let (grid, points) = format::decode(&index, &identity, (32, 24)).unwrap();
    let byte = |row: u32| header.0 + (points[grid.at_or_before(row, 0)].bit / 8) as usize;
    let mut other = jpeg.clone();
    other[header.0..byte(8)].fill(0x55);
    let end = other.len();
    other[byte(15) + 3..end].fill(0x55);
    let options = JpegOptions { region: Some(region), ..JpegOptions::default() };
    let mut pixels = Pixels::default();
    // The points of the undamaged JPEG, as the damaged one's.
    let identity = format::Identity::of(&other, header.0, header.1);
    let index = format::encode_all(&identity, grid, &points);
    decoder.decode(&other, Some(&index), &options, &mut pixels).unwrap();
    assert!(pixels.copy(region) == full.copy(region));
}

#[test]
fn another_jpegs_index_is_refused() {
    let mut decoder = JpegDecoder::new().unwrap();
    let (jpeg, mut other) = (large(4), large(5));
    let index = decoder.index(&other, &Limits::default()).unwrap();
    let found = decoder.decode(&jpeg, Some(&index), &JpegOptions::default(), &mut Pixels::default());
    assert!(found.unwrap_err().to_string().contains("it is of another JPEG"));
    // The same headers, the same length, and a header of the index that fits: only the scan tells.
    let mut jpeg = jpeg;
    let len = jpeg.len().max(other.len());
    jpeg.resize(len, 0);
    other.resize(len, 0);
    let header = scan_of(&mut decoder, &jpeg).unwrap();
    assert_eq!(jpeg[..header.0], other[..header.0]);
    let identity = format::Identity::of(&other, header.0, header.1);
    let index = decoder.index(&other, &Limits::default()).unwrap();
    let (grid, points) = format::decode(&index, &identity, (32, 24)).unwrap();
    let identity = format::Identity::of(&jpeg, header.0, header.1);
    let index = format::encode_all(&identity, grid, &points);
    let mut random = Random(1);
    for _ in 0..50 {
        let region = rect(&mut random, 500, 375);
        let options = JpegOptions { region: Some(region), ..JpegOptions::default() };
        let found = decoder.decode(&jpeg, Some(&index), &options, &mut Pixels::default());
        let text = found.unwrap_err().to_string();
        assert!(text.contains("decoding arrives at bit"), "{text}");
    }
    assert!(decoder.verify_index(&jpeg, &index, &Limits::default()).is_err());
}

/// Points that are changed one by one, with a right checksum: an error, or (in rows that aren't decoded) the same pixels.
#[test]
fn forged_points_are_noticed() {
    let jpeg = large(6);
    let mut decoder = JpegDecoder::new().unwrap();
    let index = decoder.index(&jpeg, &Limits::default()).unwrap();
    let (full, _) = reference(&jpeg, DctScale::Full).unwrap();
    let header = scan_of(&mut decoder, &jpeg).unwrap();
    let identity = format::Identity::of(&jpeg, header.0, header.1);
    let (grid, points) = format::decode(&index, &identity, (32, 24)).unwrap();
    let (mut random, mut refused, mut pixels) = (Random(9), 0, Pixels::default());
    for round in 0..600 {
        let mut forged = points.clone();
        let at = 1 + random.below(points.len() as u32 - 2) as usize;
        match round % 4 {
            0 => forged[at].bit += 1,
            1 => forged[at].bit = forged[at - 1].bit + 1 + u64::from(random.below(64)),
            2 => forged[at].dc[round / 4 % 3] ^= 1 << random.below(8),
            _ => forged[at] = Point { bit: (forged[at - 1].bit + forged[at].bit) / 2, ..forged[at - 1] },
        }
        if forged == points {
            continue;
        }
        let bytes = format::encode_all(&identity, grid, &forged);
        let region = rect(&mut random, 500, 375);
        let options = JpegOptions { region: Some(region), ..JpegOptions::default() };
        match decoder.decode(&jpeg, Some(&bytes), &options, &mut pixels) {
            Ok(_) => assert!(pixels.copy(region) == full.copy(region), "round {round}"),
            Err(error) => {
                assert!(matches!(error, DecodeError::Index(_)), "{error}");
                refused += 1;
            }
        }
        assert!(decoder.verify_index(&jpeg, &bytes, &Limits::default()).is_err(), "round {round}");
    }
    assert!(refused > 100, "{refused}");
}
