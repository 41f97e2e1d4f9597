//! Damaged JPEGs: the same result as libjpeg-turbo alone, or an error, whatever the damage.
//!
//! A few thousand in a normal run. `HUB_DECODE_FUZZ_SECS=1800 cargo test -p hub_decode damaged` runs for that long, from
//! the seed `HUB_DECODE_FUZZ_SEED`.

use std::time::{Duration, Instant};

use super::*;
use crate::limits::Limits;

/// Changes a JPEG as a disk, a network or an attacker would.
fn damage(jpeg: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = jpeg.to_vec();
    // Mostly in the scan, which is most of the file; every fourth time in the headers.
    let scan = jpeg.windows(2).rposition(|pair| pair == [0xFF, 0xDA]).unwrap_or(0);
    for _ in 0..1 + random.below(4) {
        let range = if random.below(4) == 0 { 2..scan.max(3) } else { scan..bytes.len() };
        let len = range.len() as u32;
        let at = (range.start + random.below(len) as usize).min(bytes.len().saturating_sub(1));
        if bytes.is_empty() {
            break;
        }
        match random.below(9) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = random.next() as u8,
            2 => bytes[at] = 0xFF,
            3 => bytes.truncate(at),
            4 => drop(bytes.remove(at)),
            5 => bytes.insert(at, random.next() as u8),
            6 => {
                let end = (at + random.below(40) as usize).min(bytes.len());
                bytes[at..end].fill([0, 0xFF, 0x55][random.below(3) as usize]);
            }
            7 => {
                let marker = [0xD9, 0xD0, 0xD7, 0xC4, 0xDA, 0xFF, 0x00, 0x01][random.below(8) as usize];
                bytes.splice(at..at, [0xFF, marker]);
            }
            _ => {
                let from = random.below(bytes.len() as u32) as usize;
                let end = (from + random.below(64) as usize).min(bytes.len());
                let part = bytes[from..end].to_vec();
                bytes.splice(at..at, part);
            }
        }
    }
    bytes
}

struct Fuzz {
    decoder: JpegDecoder,
    pixels: Pixels,
    limits: Limits,
    tried: u64,
    decoded: u64,
    warned: u64,
}

impl Fuzz {
    fn try_one(&mut self, jpeg: &[u8], index: &[u8], random: &mut Random, what: &str) {
        self.tried += 1;
        let limits = self.limits;
        let base = JpegOptions { limits, ..JpegOptions::default() };
        let mut expected = Pixels::default();
        let alone = JpegOptions { entropy: Entropy::Libjpeg, ..base };
        let reference = self.decoder.decode(jpeg, None, &alone, &mut expected);
        let recording = JpegOptions { record_index: random.below(2) == 0, ..base };
        let found = self.decoder.decode(jpeg, None, &recording, &mut self.pixels);
        match (&reference, &found) {
            (Ok(reference), Ok(found)) => {
                assert!(self.pixels == expected, "{what}: other pixels");
                assert_eq!(
                    (reference.warnings, &reference.warning),
                    (found.warnings, &found.warning),
                    "{what}"
                );
                self.decoded += 1;
                self.warned += u64::from(found.warnings > 0);
                if let Some(index) = &found.index {
                    assert_eq!(index, &self.decoder.index(jpeg, &limits).unwrap(), "{what}");
                }
            }
            (Err(reference), Err(found)) => assert_eq!(reference.to_string(), found.to_string(), "{what}"),
            _ => panic!("{what}: libjpeg {reference:?}, found {found:?}"),
        }
        let Ok(report) = reference else {
            // No panic either.
            drop(self.decoder.index(jpeg, &limits));
            drop(self.decoder.decode(jpeg, Some(index), &base, &mut self.pixels));
            return;
        };
        let region = rect(random, report.width, report.height);
        let options = JpegOptions { region: Some(region), ..base };
        let own = self.decoder.index(jpeg, &limits).unwrap();
        for index in [index, &own] {
            // Damage outside the region may be noticed or not; pixels are compared where the whole image has none.
            let found = self.decoder.decode(jpeg, Some(index), &options, &mut self.pixels);
            if found.is_ok() && report.warnings == 0 {
                assert!(
                    self.pixels.copy(region) == expected.copy(region),
                    "{what}: other pixels in {region:?}"
                );
            }
        }
    }
}

/// The end marker missing, cut off, or repeated in part: libjpeg decides whether enough is there.
#[test]
fn ends_of_files_are_judged_as_by_libjpeg() {
    let mut decoder = JpegDecoder::new().unwrap();
    let (mut refused, mut accepted) = (0, 0);
    for seed in 0..40 {
        let side = 1 + seed % 20;
        let jpeg = Encode { quality: 90, ..Encode::default() }.picture(side as u32, side as u32, seed);
        let scan = &jpeg[..jpeg.len() - 2];
        let ends: [&[u8]; 8] = [
            b"",
            b"\xFF",
            b"\xFF\xFF",
            b"\xFF\x00",
            b"\xFF\xFF\x00",
            b"\xFF\xFF\xD9",
            b"\xFF\xD0",
            b"\xFF\xD9\x00",
        ];
        for end in ends {
            let jpeg = [scan, end].concat();
            let mut pixels = Pixels::default();
            let found = decoder.decode(&jpeg, None, &JpegOptions::default(), &mut pixels);
            match (reference(&jpeg, DctScale::Full), found) {
                (Ok((expected, report)), Ok(found)) => {
                    assert!(pixels == expected && report == found, "{side} {end:02x?}");
                    accepted += 1;
                }
                (Err(expected), Err(found)) => {
                    assert_eq!(expected.to_string(), found.to_string(), "{side} {end:02x?}");
                    refused += 1;
                }
                (expected, found) => panic!("{side} {end:02x?}: {expected:?} {found:?}"),
            }
        }
    }
    assert!(refused > 20 && accepted > 20, "{refused} {accepted}");
}

#[test]
fn damaged_jpegs_decode_as_with_libjpeg_or_not_at_all() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seconds = number("HUB_DECODE_FUZZ_SECS");
    let end = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut random = Random(number("HUB_DECODE_FUZZ_SEED").unwrap_or(1));
    let mut kinds: Vec<_> = kinds().into_iter().filter(|(_, jpeg)| jpeg.len() < 40_000).collect();
    // A photograph's length, so that a scan doesn't fit into the window.
    let large = Encode { quality: 95, ..Encode::default() };
    kinds.extend((0..4).map(|seed| (large, large.picture(300, 220, seed))));
    let mut fuzz = Fuzz {
        decoder: JpegDecoder::new().unwrap(),
        pixels: Pixels::default(),
        // Damage may change the size in the header; 4 million pixels are enough to wait for.
        limits: Limits { max_pixels: 4 << 20, max_scans: 50, ..Limits::default() },
        tried: 0,
        decoded: 0,
        warned: 0,
    };
    let indexes: Vec<_> =
        kinds.iter().map(|(_, jpeg)| fuzz.decoder.index(jpeg, &Limits::default()).unwrap()).collect();
    while end.map_or(fuzz.tried < 4000, |end| Instant::now() < end) {
        let (round, which) = (fuzz.tried, random.below(kinds.len() as u32) as usize);
        let seed = random.next();
        let mut one = Random(seed);
        let jpeg = damage(&kinds[which].1, &mut one);
        let what = format!("round {round}, seed {seed}, {:?}", kinds[which].0);
        fuzz.try_one(&jpeg, &indexes[which], &mut one, &what);
    }
    let Fuzz { tried, decoded, warned, .. } = fuzz;
    println!("{tried} damaged JPEGs: {decoded} decoded, {warned} of them with warnings");
    assert!(decoded > tried / 5 && warned > tried / 20, "{tried} {decoded} {warned}");
}
