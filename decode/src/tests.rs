//! Tensors of whole transforms, compared with Pillow's (`testdata/make.py`) and with each other.

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::testing::{Encode, Random, picture};
use crate::*;

fn testdata(name: &str) -> Vec<u8> {
    std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata").join(name)).unwrap()
}

fn resize(to: ResizeTo, crop: Option<[u32; 2]>, filter: Filter, exact: bool) -> ImageSpec {
    ImageSpec { transform: Transform::Resize { to, crop, flip: 0.0 }, filter, exact, ..ImageSpec::default() }
}

fn tensor(
    decoder: &mut ImageDecoder,
    bytes: &[u8],
    index: Option<&[u8]>,
    spec: &ImageSpec,
    draw: Draw,
) -> Vec<u8> {
    let plan = decoder.plan(bytes, spec, draw).unwrap();
    let count = plan.size.0 as usize * plan.size.1 as usize * 3;
    let mut out = vec![0xEE; count * spec.output.dtype.bytes()];
    assert_eq!(decoder.transform(bytes, index, spec, draw, &mut out).unwrap(), plan);
    out
}

#[test]
fn exact_tensors_are_pillows() {
    let mut decoder = ImageDecoder::new().unwrap();
    let (mut wrong, mut count) = (Vec::new(), 0);
    let expected = String::from_utf8(testdata("expected.tsv")).unwrap();
    for line in expected.lines() {
        let [name, filter, to, crop, digest] = *line.split('\t').collect::<Vec<_>>() else {
            panic!("{line}")
        };
        let filter = serde_json::from_value(filter.into()).unwrap();
        let numbers = |text: &str| text.split('x').filter_map(|n| n.parse().ok()).collect::<Vec<u32>>();
        let to = match *numbers(to) {
            [short] => ResizeTo::Short(short),
            [height, width] => ResizeTo::Both([height, width]),
            _ => panic!("{line}"),
        };
        let crop = numbers(crop).try_into().ok();
        let bytes = testdata(name);
        let found = tensor(&mut decoder, &bytes, None, &resize(to, crop, filter, true), Draw::default());
        let found: String = Sha256::digest(&found).iter().map(|byte| format!("{byte:02x}")).collect();
        if found != digest {
            wrong.push(line.to_owned());
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 150);
}

/// Mean absolute difference.
fn difference(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / a.len() as f64
}

/// A photograph's likeness: smooth shapes with fine texture, at a high quality.
fn photograph(width: u32, height: u32, seed: u64) -> Vec<u8> {
    Encode { quality: 92, ..Encode::default() }.jpeg(&picture(width, height, 3, seed), width, height)
}

/// Equal where the DCT isn't scaled, near where it is: from a sixteenth of the size on.
#[test]
fn fast_tensors_are_near() {
    let mut decoder = ImageDecoder::new().unwrap();
    for (width, height, side, scaled) in [
        (500, 375, 256, false),
        (224, 224, 256, false),
        (100, 80, 256, false),
        (1300, 1200, 76, false),
        (1300, 1200, 75, true),
        (1300, 1200, 37, true),
        (1300, 1200, 18, true),
    ] {
        let jpeg = photograph(width, height, 5);
        for filter in [Filter::Bilinear, Filter::Bicubic, Filter::Nearest] {
            let spec = resize(ResizeTo::Short(side), Some([side, side]), filter, true);
            let exact = tensor(&mut decoder, &jpeg, None, &spec, Draw::default());
            let fast = ImageSpec { exact: false, ..spec };
            let fast = tensor(&mut decoder, &jpeg, None, &fast, Draw::default());
            let found = difference(&exact, &fast);
            if scaled && filter != Filter::Nearest {
                // Noisier than photographs, and with many pixels cut at 0: measured at most 0.26, at an eighth.
                assert!(found > 0.0 && found <= 0.3, "{width} x {height} to {side} {filter:?}: {found}");
            } else {
                assert!(exact == fast, "{width} x {height} to {side} {filter:?}: {found}");
            }
        }
    }
}

fn random_crop(size: [u32; 2], exact: bool) -> ImageSpec {
    let transform =
        Transform::RandomResizedCrop { size, scale: [0.08, 1.0], ratio: [0.75, 4.0 / 3.0], flip: 0.5 };
    ImageSpec { transform, exact, ..ImageSpec::default() }
}

/// A crop that is decoded alone gives the tensor of a crop of the whole image.
#[test]
fn random_crops_are_crops_of_the_whole() {
    let (mut decoder, mut whole) = (ImageDecoder::new().unwrap(), ImageDecoder::new().unwrap());
    let jpeg = photograph(333, 257, 9);
    let index = decoder.jpeg().index(&jpeg, &Limits::default()).unwrap();
    assert!(!index.is_empty());
    let pixels = whole.decode(&jpeg, false, &Limits::default()).unwrap().clone();
    let mut scaled_ones = 0;
    for row in 0..120 {
        let size @ [height, width] = if row % 2 == 0 { [64, 48] } else { [7, 5] };
        for exact in [true, false] {
            let spec = random_crop(size, exact);
            let draw = Draw { seed: 3, epoch: 1, row };
            let plan = decoder.plan(&jpeg, &spec, draw).unwrap();
            let cut =
                hub_media::encode_png(&pixels.copy(plan.crop), plan.crop.width, plan.crop.height, 3).unwrap();
            let to = resize(ResizeTo::Both(size), None, Filter::Bilinear, exact);
            let mut expected = tensor(&mut whole, &cut, None, &to, draw);
            if plan.flip {
                let row = width as usize * 3;
                expected.chunks_exact_mut(row).for_each(|row| row.as_chunks_mut::<3>().0.reverse());
            }
            let found = [None, Some(&*index)].map(|index| tensor(&mut decoder, &jpeg, index, &spec, draw));
            assert!(found[0] == found[1], "{plan:?} exact {exact}: not the same with an index");
            if exact || plan.crop.width < 16 * width || plan.crop.height < 16 * height {
                assert!(found[0] == expected, "{plan:?} exact {exact}");
            } else {
                scaled_ones += 1;
                assert!(difference(&found[0], &expected) < 1.0, "{plan:?}");
            }
        }
    }
    assert!(scaled_ones > 10, "{scaled_ones}");
}

/// As made by reading over the scan, whatever region was wanted, and only where it is asked for.
#[test]
fn an_index_is_made_on_the_way() {
    let mut decoder = ImageDecoder::new().unwrap();
    let jpeg = photograph(333, 257, 9);
    let spec = random_crop([64, 48], false);
    let draw = Draw { seed: 3, epoch: 1, row: 7 };
    let plain = tensor(&mut decoder, &jpeg, None, &spec, draw);
    assert_eq!(decoder.take_index(), None);
    decoder.record_index(true);
    assert!(tensor(&mut decoder, &jpeg, None, &spec, draw) == plain);
    let expected = Work { jpeg: true, indexed: false, scale: DctScale::Full, times: Times::default() };
    assert_eq!(decoder.work(), expected);
    let index = decoder.take_index().unwrap();
    assert_eq!(index, decoder.jpeg().index(&jpeg, &Limits::default()).unwrap());
    assert!(!index.is_empty());
    assert_eq!(decoder.take_index(), None);
    assert!(tensor(&mut decoder, &jpeg, Some(&index), &spec, draw) == plain);
    assert_eq!((decoder.take_index(), decoder.work().indexed), (None, true));
    tensor(&mut decoder, &testdata("progressive.jpg"), None, &spec, draw);
    assert_eq!(decoder.take_index(), Some(Vec::new()));
    tensor(&mut decoder, &testdata("rgb.png"), None, &spec, draw);
    assert_eq!(decoder.take_index(), Some(Vec::new()));
}

#[test]
fn times_are_measured_where_they_are_asked_for() {
    let mut decoder = ImageDecoder::new().unwrap();
    let jpeg = photograph(333, 257, 9);
    let spec = random_crop([64, 48], false);
    let plain = tensor(&mut decoder, &jpeg, None, &spec, Draw::default());
    decoder.measure(true);
    assert!(tensor(&mut decoder, &jpeg, None, &spec, Draw::default()) == plain);
    let Times { entropy, pixels, transform } = decoder.work().times;
    assert!([entropy, pixels, transform].iter().all(|time| time.as_nanos() > 0));
    tensor(&mut decoder, &testdata("rgb.png"), None, &spec, Draw::default());
    let Times { entropy, pixels, .. } = decoder.work().times;
    assert!(entropy.as_nanos() == 0 && pixels.as_nanos() > 0);
}

#[test]
fn orientation_is_applied_if_wanted() {
    let mut decoder = ImageDecoder::new().unwrap();
    let jpeg = testdata("exif6.jpg");
    let stored = decoder.decode(&jpeg, false, &Limits::default()).unwrap().clone();
    let upright = decoder.decode(&jpeg, true, &Limits::default()).unwrap().clone();
    assert_eq!((stored.area.width, stored.area.height), (64, 40));
    assert_eq!((upright.area.width, upright.area.height), (40, 64));
    // Turned clockwise: the first row is the first column from the bottom.
    assert_eq!(upright.rgb[..3], stored.copy(Rect { x: 0, y: 39, width: 1, height: 1 }));
    // As the pixels, so a transform of them.
    let png = hub_media::encode_png(&upright.rgb, 40, 64, 3).unwrap();
    for spec in
        [random_crop([64, 48], true), resize(ResizeTo::Short(30), Some([28, 20]), Filter::Bicubic, true)]
    {
        let draw = Draw { seed: 1, epoch: 0, row: 5 };
        let oriented = ImageSpec { orient: true, ..spec.clone() };
        let found = tensor(&mut decoder, &jpeg, None, &oriented, draw);
        assert!(found == tensor(&mut decoder, &png, None, &spec, draw), "{spec:?}");
    }
}

#[test]
fn results_have_the_layout_and_type() {
    let mut decoder = ImageDecoder::new().unwrap();
    let jpeg = photograph(100, 80, 2);
    let mut spec = random_crop([64, 48], true);
    let draw = Draw { seed: 1, epoch: 2, row: 3 };
    let bytes = tensor(&mut decoder, &jpeg, None, &spec, draw);
    spec.output = Output { layout: Layout::Nchw, dtype: Dtype::F32, ..Output::default() };
    let floats = tensor(&mut decoder, &jpeg, None, &spec, draw);
    for (at, value) in floats.as_chunks::<4>().0.iter().enumerate() {
        let (channel, pixel) = (at / (64 * 48), at % (64 * 48));
        assert_eq!(f32::from_ne_bytes(*value), f32::from(bytes[pixel * 3 + channel]) / 255.0);
    }
    for dtype in [Dtype::F16, Dtype::Bf16] {
        spec.output.dtype = dtype;
        assert_eq!(tensor(&mut decoder, &jpeg, None, &spec, draw).len(), 64 * 48 * 3 * 2);
    }
}

#[test]
fn specifications_are_checked() {
    let jpeg = photograph(20, 20, 1);
    let crop = |size, scale, ratio, flip| Transform::RandomResizedCrop { size, scale, ratio, flip };
    let transforms = [
        (
            crop([0, 5], [0.1, 1.0], [1.0, 1.0], 0.0),
            "size: found [0, 5], expected sides of 1 to 65536 pixels",
        ),
        (crop([5, 5], [0.5, 0.1], [1.0, 1.0], 0.0), "scale: found [0.5, 0.1]"),
        (crop([5, 5], [0.1, 1.0], [0.0, 1.0], 0.0), "ratio: found [0.0, 1.0]"),
        (crop([5, 5], [0.1, f64::NAN], [1.0, 1.0], 0.0), "scale: found [0.1, NaN]"),
        (crop([5, 5], [0.1, 1.0], [1.0, 1.0], 1.5), "flip: found 1.5, expected a chance from 0 to 1"),
        (Transform::Resize { to: ResizeTo::Short(0), crop: None, flip: 0.0 }, "to: found [0, 0]"),
    ];
    let mut decoder = ImageDecoder::new().unwrap();
    for (transform, expected) in transforms {
        let spec = ImageSpec { transform, ..ImageSpec::default() };
        let text = decoder.transform(&jpeg, None, &spec, Draw::default(), &mut []).unwrap_err().to_string();
        assert!(text.starts_with(expected), "{text}");
    }
    let mut spec = random_crop([64, 48], false);
    spec.output.normalize.std = [1.0, 0.0, 1.0];
    assert!(decoder.plan(&jpeg, &spec, Draw::default()).unwrap_err().to_string().starts_with("std: found"));
}

#[test]
fn results_of_fixed_size_are_known_beforehand() {
    let mut decoder = ImageDecoder::new().unwrap();
    let (wide, narrow) = (photograph(90, 40, 1), photograph(30, 70, 2));
    for (transform, expected) in [
        (Transform::Decode, None),
        (Transform::Resize { to: ResizeTo::Short(20), crop: None, flip: 0.0 }, None),
        (Transform::Resize { to: ResizeTo::Short(20), crop: Some([16, 12]), flip: 0.0 }, Some([16, 12])),
        (Transform::Resize { to: ResizeTo::Both([8, 9]), crop: None, flip: 0.0 }, Some([8, 9])),
        (Transform::Resize { to: ResizeTo::Both([8, 9]), crop: Some([4, 3]), flip: 0.0 }, Some([4, 3])),
        (random_crop([6, 7], true).transform, Some([6, 7])),
    ] {
        let spec = ImageSpec { transform, ..ImageSpec::default() };
        assert_eq!(spec.fixed_size(), expected, "{spec:?}");
        let [a, b] = [&wide, &narrow].map(|jpeg| decoder.plan(jpeg, &spec, Draw::default()).unwrap().size);
        assert_eq!(a == b, expected.is_some());
        assert!(expected.is_none_or(|[height, width]| a == (width, height)));
    }
}

#[test]
fn specifications_are_json() {
    let spec = random_crop([64, 48], true);
    let text = serde_json::to_string(&spec).unwrap();
    assert_eq!(serde_json::from_str::<ImageSpec>(&text).unwrap(), spec);
    let short =
        r#"{"transform": {"kind": "resize", "to": {"short": 256}, "crop": [224, 224]}, "filter": "bicubic"}"#;
    let spec: ImageSpec = serde_json::from_str(short).unwrap();
    assert_eq!(spec, resize(ResizeTo::Short(256), Some([224, 224]), Filter::Bicubic, false));
    assert!(serde_json::from_str::<ImageSpec>(r#"{"sise": 3}"#).is_err());
}

/// Images of other formats that are damaged: an error, or some pixels, but no panic.
#[test]
fn damaged_images_of_other_formats_do_no_harm() {
    let mut decoder = ImageDecoder::new().unwrap();
    let spec = resize(ResizeTo::Short(16), Some([12, 12]), Filter::Bilinear, true);
    let limits = Limits { max_pixels: 1 << 20, max_bytes: 64 << 20, ..Limits::default() };
    let spec = ImageSpec { limits, orient: true, ..spec };
    let mut random = Random(4);
    let names = [
        "rgb.png",
        "palette.png",
        "grey16.png",
        "still.gif",
        "plain.bmp",
        "lzw.tif",
        "lossless.webp",
        "exif6.jpg",
    ];
    let mut refused = 0;
    for name in names {
        let bytes = testdata(name);
        for _ in 0..150 {
            let mut damaged = bytes.clone();
            for _ in 0..1 + random.below(3) {
                let at = random.below(damaged.len() as u32) as usize;
                damaged[at] = random.next() as u8;
            }
            damaged.truncate(
                bytes.len() - random.below(3) as usize * random.below(bytes.len() as u32 / 2) as usize,
            );
            let mut out = [0; 12 * 12 * 3];
            refused +=
                u32::from(decoder.transform(&damaged, None, &spec, Draw::default(), &mut out).is_err());
        }
    }
    assert!(refused > 100, "{refused}");
}

#[test]
fn limits_hold_for_every_format() {
    let mut decoder = ImageDecoder::new().unwrap();
    for name in ["rgb.png", "s420.jpg", "still.gif", "plain.bmp", "lzw.tif", "lossless.webp"] {
        let bytes = testdata(name);
        let few = Limits { max_pixels: 100, ..Limits::default() };
        let text = decoder.decode(&bytes, false, &few).unwrap_err().to_string();
        assert!(text.ends_with("pixels, above the limit of 100"), "{name}: {text}");
        let small = Limits { max_bytes: 500, ..Limits::default() };
        let text = decoder.decode(&bytes, false, &small).unwrap_err().to_string();
        assert!(text.ends_with("above the limit of 500"), "{name}: {text}");
    }
}
