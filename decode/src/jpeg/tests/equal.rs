//! Full decodes and regions equal libjpeg-turbo's full decode in every byte.

use super::*;
use crate::limits::Limits;

#[test]
fn full_decodes_are_equal() {
    let mut decoder = JpegDecoder::new().unwrap();
    let mut pixels = Pixels::default();
    let mut ours = 0;
    for (encode, jpeg) in kinds() {
        let (expected, _) = reference(&jpeg, DctScale::Full).unwrap();
        let report = decoder.decode(&jpeg, None, &JpegOptions::default(), &mut pixels).unwrap();
        assert_eq!(report.warnings, 0);
        assert!(pixels == expected, "{encode:?}");
        ours += u32::from(decoder.facts(&jpeg, &Limits::default()).unwrap().indexable);
    }
    assert!(ours > 50, "{ours}");
}

#[test]
fn regions_are_equal() {
    let mut random = Random(3);
    let mut decoder = JpegDecoder::new().unwrap();
    let mut pixels = Pixels::default();
    for (encode, jpeg) in kinds() {
        let index = decoder.index(&jpeg, &Limits::default()).unwrap();
        for scale in [DctScale::Full, DctScale::Half, DctScale::Quarter, DctScale::Eighth] {
            let (full, _) = reference(&jpeg, scale).unwrap();
            for round in 0..8 {
                let region = rect(&mut random, full.area.width, full.area.height);
                for entropy in [Entropy::Fast, Entropy::Libjpeg] {
                    let options =
                        JpegOptions { region: Some(region), scale, entropy, ..JpegOptions::default() };
                    decoder.decode(&jpeg, None, &options, &mut pixels).unwrap();
                    assert!(pixels.copy(region) == full.copy(region), "{encode:?} {options:?} {round}");
                }
                let options = JpegOptions { region: Some(region), scale, ..JpegOptions::default() };
                decoder.decode(&jpeg, Some(&index), &options, &mut pixels).unwrap();
                assert_eq!(pixels.copy(region).len(), (region.width * region.height * 3) as usize);
                assert!(pixels.copy(region) == full.copy(region), "{encode:?} {options:?} with index");
            }
        }
    }
}

/// Each first row and column, since skipping rows has many cases in libjpeg.
#[test]
fn every_edge_is_equal() {
    let mut decoder = JpegDecoder::new().unwrap();
    let mut pixels = Pixels::default();
    for sampling in SAMPLINGS {
        let encode = Encode { sampling, quality: 90, ..Encode::default() };
        let jpeg = encode.picture(75, 83, 5);
        let (full, _) = reference(&jpeg, DctScale::Full).unwrap();
        for at in 0..75 {
            let regions = [
                Rect { x: at, y: 20, width: 75 - at, height: 3 },
                Rect { x: 0, y: 20, width: at + 1, height: 3 },
                Rect { x: at, y: 0, width: 1, height: 83 },
                Rect { x: 10, y: at, width: 9, height: 83 - at },
                Rect { x: 10, y: at, width: 9, height: 1 },
                Rect { x: 10, y: 0, width: 9, height: at + 1 },
            ];
            for region in regions {
                for entropy in [Entropy::Fast, Entropy::Libjpeg] {
                    let options = JpegOptions { region: Some(region), entropy, ..JpegOptions::default() };
                    decoder.decode(&jpeg, None, &options, &mut pixels).unwrap();
                    assert!(pixels.copy(region) == full.copy(region), "{encode:?} {options:?}");
                }
            }
        }
    }
}

#[test]
fn a_region_outside_is_refused() {
    let jpeg = Encode::default().picture(40, 30, 1);
    let mut decoder = JpegDecoder::new().unwrap();
    for region in [
        Rect { x: 0, y: 0, width: 41, height: 1 },
        Rect { x: 40, y: 0, width: 1, height: 1 },
        Rect { x: 0, y: 0, width: 0, height: 1 },
        Rect { x: 1, y: 0, width: u32::MAX, height: 1 },
        Rect { x: 0, y: 29, width: 1, height: 2 },
    ] {
        let options = JpegOptions { region: Some(region), ..JpegOptions::default() };
        let found = decoder.decode(&jpeg, None, &options, &mut Pixels::default());
        let text = found.unwrap_err().to_string();
        assert!(text.contains("outside the image of 40 x 30"), "{text}");
    }
}
