//! Runs the fuzz targets of `fuzz/targets.rs` on mutated images for some time.
//!
//!     cargo run --release -p hub_decode --example fuzz -- SECONDS [SEED] [FILE…]
//!
//! Begins with the files (or those of `testdata/` and some that it encodes), changes bytes of them, and gives the result to
//! all targets in turn. What makes a target panic is written to `fuzz-<target>-<number>.bin` in the current folder, and counted;
//! the exit code is 1 then. `cargo fuzz run` gives such a file to the target again. It has no feedback by coverage, which
//! cargo-fuzz has; it needs no nightly Rust.

#![allow(missing_docs, reason = "a program")]

#[path = "../fuzz/targets.rs"]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use hub_decode::encode_jpeg;

type Target = (&'static str, fn(&[u8]));
const TARGETS: [Target; 4] = [
    ("huffman", targets::huffman),
    ("index", targets::index),
    ("parts", targets::parts),
    ("image", targets::image),
];
/// The most findings that are written.
const MOST_FOUND: usize = 20;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// Images to begin with.
fn seeds(files: &[String]) -> std::io::Result<Vec<Vec<u8>>> {
    let mut seeds = Vec::new();
    for file in files {
        seeds.push(std::fs::read(file)?);
    }
    if files.is_empty() {
        for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata"))? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending != "tsv" && ending != "md") {
                seeds.push(std::fs::read(path)?);
            }
        }
        let mut random = Random(5);
        for (width, height, quality) in
            [(64, 48, 75), (200, 150, 90), (300, 260, 97), (17, 33, 100), (640, 96, 85)]
        {
            let noise = (0..width * height * 3).map(|at| (random.next() % 90) as u8 + (at / 7 % 160) as u8);
            seeds.extend(encode_jpeg(&noise.collect::<Vec<_>>(), width, height, quality));
        }
    }
    Ok(seeds)
}

/// Changes an image: a few bytes or bits, a stretch copied, inserted, removed or cut off.
fn mutate(image: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..random.below(6) {
        let at = random.below(image.len());
        let length = random.below(40).min(image.len() - at);
        match random.below(9) {
            _ if image.is_empty() => image.push(random.next() as u8),
            0 => image[at] ^= 1 << random.below(8),
            1 => image[at] = random.next() as u8,
            2 => image[at] = [0, 1, 0x7F, 0x80, 0xFF, 0xD8, 0xD9, 0xDA, 0xC4][random.below(9)],
            3 => drop(image.drain(at..at + length)),
            4 => {
                let copied = image[at..at + length].to_vec();
                let to = random.below(image.len());
                image.splice(to..to, copied);
            }
            5 => image[at..at + length].fill(random.next() as u8),
            6 => image.truncate(at),
            // The header, where a change does most.
            7 => {
                let at = random.below(image.len().min(700));
                image[at] ^= 1 << random.below(8);
            }
            _ => {
                let value = (random.next() as u16).to_be_bytes();
                let end = (at + 2).min(image.len());
                image[at..end].copy_from_slice(&value[..end - at]);
            }
        }
    }
}

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let seconds: u64 = arguments.first().map_or(Ok(10), |text| text.parse())?;
    let seed: u64 = arguments.get(1).map_or(Ok(1), |text| text.parse())?;
    let seeds = seeds(arguments.get(2..).unwrap_or_default())?;
    let mut random = Random(seed);
    let (begun, mut runs, mut found) = (Instant::now(), [0u64; 4], 0);
    while begun.elapsed() < Duration::from_secs(seconds) && found < MOST_FOUND {
        let choice = random.below(seeds.len());
        let mut image = seeds.get(choice).cloned().unwrap_or_default();
        if random.below(8) > 0 {
            mutate(&mut image, &mut random);
        }
        for (place, (name, target)) in TARGETS.iter().enumerate() {
            let choices: Vec<u8> = (0..6).map(|_| random.next() as u8).collect();
            let data = [&choices[..], &image].concat();
            // Targets take four to six bytes of choices.
            let data = &data[[1, 0, 0, 2][place]..];
            runs[place] += 1;
            if catch_unwind(AssertUnwindSafe(|| target(data))).is_err() {
                found += 1;
                let file = format!("fuzz-{name}-{found}.bin");
                std::fs::write(&file, data)?;
                println!("{name}: {file} ({} bytes)", data.len());
            }
        }
    }
    for ((name, _), runs) in TARGETS.iter().zip(runs) {
        println!("{name}: {runs} inputs");
    }
    println!("{found} findings in {} s", begun.elapsed().as_secs());
    Ok(if found == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
