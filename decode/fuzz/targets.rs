//! What is fuzzed: each function takes any bytes, and panics where a promise of this crate is broken.

#![allow(dead_code, reason = "each binary runs one of them")]
#![allow(clippy::panic, reason = "how a fuzz target reports what it found")]

use hub_decode::{
    DctScale, Draw, Entropy, ImageDecoder, ImageSpec, IndexedJpeg, JpegDecoder, JpegOptions, Limits, Pixels,
    Rect, ResizeTo, Transform,
};

/// Small enough that an input takes milliseconds.
const LIMITS: Limits = Limits { max_pixels: 1 << 20, max_bytes: 1 << 24, max_scans: 20 };

/// The first bytes decide what is done, the rest is the image. Nothing if there are too few.
fn split<const N: usize>(data: &[u8]) -> Option<([u8; N], &[u8])> {
    data.split_first_chunk::<N>().map(|(choices, rest)| (*choices, rest))
}

/// A region inside an image, as four bytes choose it.
fn region([x, y, width, height]: [u8; 4], size: (u32, u32)) -> Rect {
    let part = |byte: u8, of: u32| u32::from(byte) * of / 256;
    let (x, y) = (part(x, size.0), part(y, size.1));
    Rect { x, y, width: 1 + part(width, size.0 - x - 1), height: 1 + part(height, size.1 - y - 1) }
}

fn scale(byte: u8) -> DctScale {
    [DctScale::Full, DctScale::Half, DctScale::Quarter, DctScale::Eighth][usize::from(byte) % 4]
}

/// This crate's Huffman decoder gives what libjpeg-turbo's gives, of damaged data too: the same pixels, or an error of both.
pub fn huffman(data: &[u8]) {
    let Some(([a, b, c, d, by], jpeg)) = split(data) else { return };
    let Ok(mut decoder) = JpegDecoder::new() else { return };
    let Ok(facts) = decoder.facts(jpeg, &LIMITS) else { return };
    let scale = scale(by);
    let divided = |side: u32| side.div_ceil(scale.divisor()).max(1);
    let size = (divided(facts.width), divided(facts.height));
    let region = (by & 4 != 0).then(|| region([a, b, c, d], size));
    let mut decode = |entropy| {
        let options = JpegOptions { region, scale, entropy, limits: LIMITS, ..JpegOptions::default() };
        let mut pixels = Pixels::default();
        let report = decoder.decode(jpeg, None, &options, &mut pixels);
        report
            .map(|_| pixels.copy(region.unwrap_or(Rect::whole(size.0, size.1))))
            .map_err(|error| error.to_string())
    };
    let (fast, reference) = (decode(Entropy::Fast), decode(Entropy::Libjpeg));
    match (fast, reference) {
        (Ok(fast), Ok(reference)) => assert!(fast == reference, "other pixels than libjpeg-turbo's"),
        (Err(_), Err(_)) => {}
        (fast, reference) => panic!("{:?}, libjpeg-turbo {:?}", fast.map(|_| ()), reference.map(|_| ())),
    }
}

/// An index of any bytes, under a right checksum, is refused or used, and nothing else happens. That of the JPEG itself is
/// used, and gives the pixels of a decode without.
pub fn index(data: &[u8]) {
    let Some(([a, b, c, d, at, with], jpeg)) = split(data) else { return };
    let Ok(mut decoder) = JpegDecoder::new() else { return };
    let Ok(facts) = decoder.facts(jpeg, &LIMITS) else { return };
    let Ok(index) = decoder.index(jpeg, &LIMITS) else { return };
    let region = region([a, b, c, d], (facts.width, facts.height));
    let options = JpegOptions { region: Some(region), limits: LIMITS, ..JpegOptions::default() };
    let mut pixels = Pixels::default();
    if index.len() > 8 {
        let mut plain = Pixels::default();
        let reference = decoder.decode(jpeg, None, &options, &mut plain);
        match decoder.decode(jpeg, Some(&index), &options, &mut pixels) {
            Ok(_) => {
                let same = reference.is_ok() && pixels.copy(region) == plain.copy(region);
                assert!(same, "other pixels than without the index");
            }
            // The scan is damaged behind the region, or in it.
            Err(error) => assert!(reference.is_err(), "its own index is refused: {error}"),
        }
    }
    // The image's end as an index, and the index with a byte changed.
    let mut forged = index.clone();
    if forged.len() <= 8 {
        forged =
            [b"HJI\x01\0\0\0\0", jpeg.get(jpeg.len().saturating_sub(200)..).unwrap_or_default()].concat();
    } else {
        let at = 8 + usize::from(at) * (forged.len() - 8) / 256;
        forged[at] ^= with;
    }
    let sum = crc32fast::hash(&forged[8..]).to_le_bytes();
    forged[4..8].copy_from_slice(&sum);
    let _: Result<_, _> = decoder.decode(jpeg, Some(&forged), &options, &mut pixels);
    let _: Result<_, _> = decoder.verify_index(jpeg, &forged, &LIMITS);
}

/// The named bytes are enough for a region; where they are not those of the JPEG, it is refused or decoded, and nothing
/// else happens.
pub fn parts(data: &[u8]) {
    let Some(([a, b, c, d, by, filling], jpeg)) = split(data) else { return };
    let Ok(mut decoder) = JpegDecoder::new() else { return };
    let Ok(facts) = decoder.facts(jpeg, &LIMITS) else { return };
    let Ok(index) = decoder.index(jpeg, &LIMITS) else { return };
    let Ok(stated) = IndexedJpeg::of(&index) else { return };
    assert_eq!(stated.len, jpeg.len() as u64);
    let scale = scale(by);
    let divided = |side: u32| side.div_ceil(scale.divisor()).max(1);
    let region = region([a, b, c, d], (divided(facts.width), divided(facts.height)));
    let options =
        JpegOptions { region: Some(region), scale, partial: true, limits: LIMITS, ..JpegOptions::default() };
    let mut header = vec![0; jpeg.len()];
    let there = stated.header_len as usize;
    header[..there].copy_from_slice(&jpeg[..there]);
    let Ok(parts) = decoder.parts(&header, &index, &options) else { panic!("no parts with the header") };
    let mut some = vec![filling; jpeg.len()];
    for part in &parts {
        some[part.clone()].copy_from_slice(&jpeg[part.clone()]);
    }
    let (mut pixels, mut whole) = (Pixels::default(), Pixels::default());
    let reference =
        decoder.decode(jpeg, Some(&index), &JpegOptions { partial: false, ..options }, &mut whole);
    match (decoder.decode(&some, Some(&index), &options, &mut pixels), reference) {
        (Ok(_), Ok(_)) => {
            assert!(pixels.copy(region) == whole.copy(region), "other pixels than of the whole JPEG")
        }
        (Err(_), Err(_)) => {}
        (parts, whole) => panic!("{:?}, of the whole JPEG {:?}", parts.map(|_| ()), whole.map(|_| ())),
    }
    if let Some(part) = parts.last() {
        some[part.clone()].fill(filling);
    }
    let _: Result<_, _> = decoder.decode(&some, Some(&index), &options, &mut pixels);
}

/// Bytes of any format give a tensor or an error.
pub fn image(data: &[u8]) {
    let Some(([size, other, kind, flags], image)) = split(data) else { return };
    let Ok(mut decoder) = ImageDecoder::new() else { return };
    let (size, other) = (u32::from(size) + 1, u32::from(other) + 1);
    let transform = match kind % 4 {
        0 => Transform::RandomResizedCrop {
            size: [size, other],
            scale: [0.08, 1.0],
            ratio: [0.75, 1.34],
            flip: 0.5,
        },
        1 => Transform::Resize { to: ResizeTo::Short(size), crop: Some([other, other]), flip: 0.0 },
        2 => Transform::Resize { to: ResizeTo::Both([size, other]), crop: None, flip: 0.0 },
        _ => Transform::Decode,
    };
    let spec = ImageSpec {
        transform,
        orient: flags & 1 != 0,
        exact: flags & 2 != 0,
        vertical_first: flags & 4 != 0,
        no_antialias: flags & 8 != 0,
        limits: LIMITS,
        ..ImageSpec::default()
    };
    let draw = Draw { seed: 1, epoch: 0, row: u64::from(flags) };
    let Ok(plan) = decoder.plan(image, &spec, draw) else { return };
    let bytes = u64::from(plan.size.0) * u64::from(plan.size.1) * 3;
    if bytes > LIMITS.max_bytes {
        return;
    }
    decoder.record_index(flags & 16 != 0);
    let mut pixels = vec![0; bytes as usize];
    let _: Result<_, _> = decoder.transform(image, None, &spec, draw, &mut pixels);
    let _: Result<_, _> = decoder.decode(image, spec.orient, &LIMITS);
}
