//! Measures decoding: images a second on one thread, in CPU time.
//!
//!     cargo run --release -p hub_decode --example decode_speed -- IMAGES [RUNS [WAY]]
//!
//! IMAGES is a folder, searched with its subfolders. Every image is decoded in every way in turn, RUNS times (default 3),
//! so that all ways see the same noise. The median run counts; r is its speed divided by that of libjpeg-turbo's full
//! decode. With WAY, only the ways whose names contain it are measured, for a profiler; r is then relative to the first.

#![allow(missing_docs, reason = "a program")]

use std::path::{Path, PathBuf};

use hub_decode::{Draw, Entropy, ImageDecoder, ImageSpec, JpegOptions, Limits, Pixels, ResizeTo, Transform};
use rustix::time::{ClockId, clock_gettime};

type Failure = Box<dyn std::error::Error>;

struct Image {
    jpeg: Vec<u8>,
    index: Vec<u8>,
}

/// CPU time of this thread in seconds.
fn cpu() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn jpegs(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.to_string_lossy().to_lowercase();
        if path.is_dir() {
            jpegs(&path, found)?;
        } else if name.ends_with(".jpeg") || name.ends_with(".jpg") {
            found.push(path);
        }
    }
    found.sort();
    Ok(())
}

/// State that the ways share.
struct Bench {
    decoder: ImageDecoder,
    pixels: Pixels,
    out: Vec<u8>,
}

/// Decodes an image; the number is its row.
type Decode = Box<dyn Fn(&mut Bench, &Image, u64) -> Result<(), Failure>>;

type Way = (&'static str, Decode);

fn full(entropy: Entropy, record_index: bool) -> Decode {
    Box::new(move |bench, image, _| {
        let options = JpegOptions { entropy, record_index, ..JpegOptions::default() };
        bench.decoder.jpeg().decode(&image.jpeg, None, &options, &mut bench.pixels)?;
        Ok(())
    })
}

/// A full decode, then the transform.
fn after_full(spec: ImageSpec) -> Decode {
    Box::new(move |bench, image, row| {
        let options = JpegOptions { entropy: Entropy::Libjpeg, ..JpegOptions::default() };
        bench.decoder.jpeg().decode(&image.jpeg, None, &options, &mut bench.pixels)?;
        let draw = Draw { seed: 1, epoch: 0, row };
        bench.decoder.transform_pixels(&bench.pixels, &spec, draw, &mut bench.out)?;
        Ok(())
    })
}

fn fused(spec: ImageSpec, indexed: bool) -> Decode {
    Box::new(move |bench, image, row| {
        let index = indexed.then_some(&image.index[..]);
        let draw = Draw { seed: 1, epoch: 0, row };
        bench.decoder.transform(&image.jpeg, index, &spec, draw, &mut bench.out)?;
        Ok(())
    })
}

fn ways() -> Vec<Way> {
    let crop = Transform::RandomResizedCrop {
        size: [224, 224],
        scale: [0.08, 1.0],
        ratio: [0.75, 4.0 / 3.0],
        flip: 0.5,
    };
    let eval = Transform::Resize { to: ResizeTo::Short(256), crop: Some([224, 224]), flip: 0.0 };
    let spec = |transform: &Transform, exact| ImageSpec {
        transform: transform.clone(),
        exact,
        ..ImageSpec::default()
    };
    vec![
        ("full, libjpeg-turbo", full(Entropy::Libjpeg, false)),
        ("full", full(Entropy::Fast, false)),
        ("full, index recorded", full(Entropy::Fast, true)),
        (
            "index only",
            Box::new(|bench, image, _| {
                bench.decoder.jpeg().index(&image.jpeg, &Limits::default())?;
                Ok(())
            }),
        ),
        ("random crop 224, after libjpeg-turbo's full decode", after_full(spec(&crop, false))),
        ("random crop 224, without index", fused(spec(&crop, false), false)),
        ("random crop 224, with index", fused(spec(&crop, false), true)),
        ("random crop 224, exact, with index", fused(spec(&crop, true), true)),
        ("resize 256 crop 224, after libjpeg-turbo's full decode", after_full(spec(&eval, false))),
        ("resize 256 crop 224, without index", fused(spec(&eval, false), false)),
        ("resize 256 crop 224, with index", fused(spec(&eval, false), true)),
        ("resize 256 crop 224, exact, without index", fused(spec(&eval, true), false)),
        ("resize 256 crop 224, exact, with index", fused(spec(&eval, true), true)),
    ]
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.first().ok_or("usage: decode_speed IMAGES [RUNS [WAY]]")?;
    let runs: usize = arguments.get(1).map_or(Ok(3), |text| text.parse())?;
    let mut paths = Vec::new();
    jpegs(Path::new(folder), &mut paths)?;
    let mut bench =
        Bench { decoder: ImageDecoder::new()?, pixels: Pixels::default(), out: vec![0; 224 * 224 * 3] };
    let mut images = Vec::new();
    let (mut bytes, mut index_bytes, mut indexed, mut pixels) = (0, 0, 0, 0.0);
    for path in paths {
        let jpeg = std::fs::read(path)?;
        let facts = bench.decoder.jpeg().facts(&jpeg, &Limits::default())?;
        let index = bench.decoder.jpeg().index(&jpeg, &Limits::default())?;
        bytes += jpeg.len();
        index_bytes += index.len();
        indexed += usize::from(!index.is_empty());
        pixels += f64::from(facts.width) * f64::from(facts.height);
        images.push(Image { jpeg, index });
    }
    let count = images.len();
    println!(
        "{count} JPEGs of {} kB and {:.2} megapixels on average; {indexed} have an index, of {:.2} % of the bytes",
        bytes / count.max(1) / 1000,
        pixels / count.max(1) as f64 / 1e6,
        index_bytes as f64 / bytes.max(1) as f64 * 100.0
    );
    let mut ways = ways();
    if let Some(wanted) = arguments.get(2) {
        ways.retain(|(name, _)| name.contains(wanted));
    }
    if ways.is_empty() || runs == 0 {
        return Err("no such way, or no runs".into());
    }
    let mut seconds = vec![vec![0.0; runs]; ways.len()];
    for run in 0..runs {
        for (row, image) in (0..).zip(&images) {
            for ((_, way), seconds) in ways.iter().zip(&mut seconds) {
                let start = cpu();
                way(&mut bench, image, row)?;
                seconds[run] += cpu() - start;
            }
        }
    }
    let median = |seconds: &mut Vec<f64>| {
        seconds.sort_by(f64::total_cmp);
        seconds[seconds.len() / 2]
    };
    let reference = median(&mut seconds[0]);
    for ((name, _), seconds) in ways.iter().zip(&mut seconds) {
        let median = median(seconds);
        println!("{name:56} {:7.0} images/s  r {:.2}", count as f64 / median, reference / median);
    }
    Ok(())
}
