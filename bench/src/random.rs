//! Random access: single images at random positions.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use hub_dataset::file::MediaLookup;
use hub_schema::Revision;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use serde_json::json;

use crate::clock::{percentile, report};
use crate::push::local_set;

const WARM: usize = 200;
const READS: usize = 20_000;

/// Measures each read by itself after 200 reads to warm up, like the peers.
pub async fn run(images: &Path, sets: &Path) -> Result<()> {
    let dataset = local_set(images, sets).await?;
    let snapshot = dataset.snapshot(&Revision::main()).await?;
    let field = snapshot.schema().column("image")?;
    let index = snapshot.index().await?;
    let mut lookups = Vec::new();
    for fragment in index.fragments() {
        let file = fragment.file_of(field.id).context("a fragment has no images")?;
        lookups.push(MediaLookup::new(dataset.file(file).await?, field.clone())?);
    }
    let mut random = SmallRng::seed_from_u64(0);
    let mut micros = Vec::with_capacity(READS);
    let (mut bytes, mut ends) = (0, 0_u64);
    for read in 0..WARM + READS {
        let position = random.random_range(0..index.rows());
        let begun = Instant::now();
        let place = index.at(position).context("row not found")?;
        let image = lookups[place.fragment].bytes(place.offset)?.context("no image")?;
        // Reads the first and the last byte of the JPEG, so that its pages are mapped.
        ends += u64::from(image[0]) + u64::from(image[image.len() - 1]);
        let took = begun.elapsed().as_secs_f64() * 1e6;
        if read >= WARM {
            micros.push(took);
            bytes += image.len();
        }
    }
    micros.sort_by(f64::total_cmp);
    let digits = |figure: f64| (figure * 100.0).round() / 100.0;
    report(
        "random",
        json!({
            "peer": "hub", "p50_us": digits(percentile(&micros, 50)), "p99_us": digits(percentile(&micros, 99)),
            "reads": READS, "bytes": bytes, "ends": ends,
        }),
    );
    Ok(())
}
