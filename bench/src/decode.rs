//! Decode: images a second from a stream, beside libjpeg-turbo's full decode of the same images in the same run.
//!
//! `r` is a stream's rate divided by that of libjpeg-turbo's full decode in one thread, by the clock; `r_cpu` is the same
//! of the CPU time of decoding alone, which other programs on the machine disturb less. Each way reads the epoch twice with
//! one index cache: the first epoch makes the indexes of entry points, the second uses them.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use futures::StreamExt;
use hub_dataset::Snapshot;
use hub_decode::{Entropy, ImageDecoder, ImageSpec, JpegOptions, Pixels, ResizeTo, Transform};
use hub_schema::Revision;
use hub_stream::{IndexCache, StreamBuilder, StreamStats};
use rustix::time::{ClockId, clock_gettime};
use serde_json::json;

use crate::clock::{median, report, round, seconds};
use crate::push::local_set;
use crate::scan::encoded_images;

/// Rows of a batch.
const BATCH: usize = 64;
/// Runs at most: each reads the images thirteen times.
const RUNS: usize = 3;

/// CPU time of this thread.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

/// A way to show images, as its name and specification.
fn ways() -> [(&'static str, ImageSpec); 3] {
    let crop = Transform::RandomResizedCrop {
        size: [224, 224],
        scale: [0.08, 1.0],
        ratio: [3.0 / 4.0, 4.0 / 3.0],
        flip: 0.5,
    };
    let eval = Transform::Resize { to: ResizeTo::Short(256), crop: Some([224, 224]), flip: 0.0 };
    let spec = |transform| ImageSpec { transform, ..ImageSpec::default() };
    [
        ("random crop 224, flip", spec(crop)),
        ("resize 256, centre crop 224", spec(eval)),
        ("full size", spec(Transform::Decode)),
    ]
}

/// Images a second of libjpeg-turbo in one thread: by the clock, and by CPU time.
async fn libjpeg_turbo(snapshot: &Snapshot) -> Result<(f64, f64)> {
    let mut decoder = ImageDecoder::new()?;
    let mut pixels = Pixels::default();
    let options = JpegOptions { entropy: Entropy::Libjpeg, ..JpegOptions::default() };
    let builder = StreamBuilder::new(snapshot.clone()).columns(&["image"]).batch_size(BATCH).in_order();
    let mut stream = builder.build().await?;
    let (mut images, mut clock, mut cpu) = (0_u64, 0.0, Duration::ZERO);
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        let (begun, at) = (Instant::now(), cpu_time());
        for image in encoded_images(&batch)?.iter().flatten() {
            // Images of other formats are left out; a folder of the benchmark holds JPEGs.
            images += u64::from(decoder.jpeg().decode(image, None, &options, &mut pixels).is_ok());
        }
        cpu += cpu_time().saturating_sub(at);
        clock += seconds(begun);
    }
    Ok((images as f64 / clock, images as f64 / cpu.as_secs_f64()))
}

/// The epochs of a way that were measured: one for each run.
struct Measured {
    way: &'static str,
    threads: usize,
    /// From 0.
    epoch: u64,
    rates: Vec<f64>,
    by_cpu: Vec<f64>,
    stats: StreamStats,
}

/// Reads an epoch; returns samples a second and the statistics.
async fn epoch(builder: StreamBuilder) -> Result<(f64, StreamStats)> {
    let begun = Instant::now();
    let mut stream = builder.build().await?;
    let mut samples = 0_u64;
    while let Some(batch) = stream.next().await {
        samples += batch?.num_rows() as u64;
    }
    Ok((samples as f64 / seconds(begun), stream.stats()))
}

pub async fn run(images: &Path, sets: &Path, runs: usize) -> Result<()> {
    let dataset = local_set(images, sets).await?;
    let snapshot = dataset.snapshot(&Revision::main()).await?;
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    // The first reading warms the page cache.
    libjpeg_turbo(&snapshot).await?;
    let mut bare = (Vec::new(), Vec::new());
    let mut found = Vec::new();
    for (way, _) in ways() {
        for (threads, epoch) in [(1, 0), (1, 1), (cores, 0), (cores, 1)] {
            let (rates, by_cpu, stats) = (Vec::new(), Vec::new(), StreamStats::default());
            found.push(Measured { way, threads, epoch, rates, by_cpu, stats });
        }
    }
    for run in 0..runs.min(RUNS) {
        let (clock, cpu) = libjpeg_turbo(&snapshot).await?;
        bare.0.push(clock);
        bare.1.push(cpu);
        let mut results = found.iter_mut();
        for (_, spec) in ways() {
            for threads in [1, cores] {
                let folder = tempfile::tempdir()?;
                let cache = IndexCache::open(folder.path(), 10_000_000_000)?;
                for nth in 0..2 {
                    let builder = StreamBuilder::new(snapshot.clone()).columns(&["image"]).batch_size(BATCH);
                    let builder = builder.image("image", spec.clone()).decode_threads(threads);
                    let builder = builder.shuffle(run as u64).epoch(nth).index_cache(cache.clone());
                    let (rate, stats) = epoch(builder).await?;
                    if let Some(measured) = results.next() {
                        measured.rates.push(rate);
                        measured.by_cpu.push(stats.images as f64 / stats.decode_cpu.as_secs_f64());
                        measured.stats = stats;
                    }
                }
            }
        }
    }
    let (clock, cpu) = (median(bare.0), median(bare.1));
    report(
        "decode",
        json!({ "peer": "libjpeg-turbo, full decode", "threads": 1, "images_per_s": round(clock),
                "images_per_cpu_s": round(cpu) }),
    );
    for Measured { way, threads, epoch, rates, by_cpu, stats } in found {
        let (rate, cpu_rate) = (median(rates), median(by_cpu));
        let two = |figure: f64| (figure * 100.0).round() / 100.0;
        report(
            "decode",
            json!({
                "peer": "hub", "way": way, "threads": threads, "epoch": epoch + 1,
                "images_per_s": round(rate), "r": two(rate / clock),
                "images_per_cpu_s": round(cpu_rate), "r_cpu": two(cpu_rate / cpu),
                "indexed": stats.indexed, "whole_scans": stats.whole_scans,
            }),
        );
    }
    Ok(())
}
