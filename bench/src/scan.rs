//! Scan: the bytes of every image, as the stream returns them.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use arrow::array::{AsArray, BinaryViewArray, RecordBatch};
use futures::StreamExt;
use hub_schema::Revision;
use hub_stream::StreamBuilder;
use serde_json::json;

use crate::clock::{median, report, round, seconds};
use crate::push::local_set;

/// The encoded images of a batch, from its first column.
pub fn encoded_images(batch: &RecordBatch) -> Result<&BinaryViewArray> {
    let bytes = batch.column(0).as_struct_opt().and_then(|s| s.column_by_name("bytes"));
    let bytes = bytes.and_then(|b| b.as_byte_view_opt::<arrow::datatypes::BinaryViewType>());
    bytes.context("the first column holds no images")
}

/// Adds up all bytes of an image, eight at a time: the least that a reader that copies or hashes must do.
fn touch(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let words = words.iter().fold(0_u64, |sum, word| sum.wrapping_add(u64::from_le_bytes(*word)));
    rest.iter().fold(words, |sum, byte| sum.wrapping_add(u64::from(*byte)))
}

pub async fn run(images: &Path, sets: &Path, runs: usize) -> Result<()> {
    let dataset = local_set(images, sets).await?;
    let snapshot = dataset.snapshot(&Revision::main()).await?;
    for (order, touched) in [("in order", false), ("in order", true), ("shuffled", false)] {
        let (mut rates, mut speeds, mut checksum) = (Vec::new(), Vec::new(), 0_u64);
        for run in 0..=runs {
            let builder = StreamBuilder::new(snapshot.clone()).columns(&["image"]).batch_size(64);
            let builder = if order == "shuffled" { builder.shuffle(run as u64) } else { builder.in_order() };
            let begun = Instant::now();
            let mut stream = builder.build().await?;
            let (mut samples, mut bytes) = (0_u64, 0_u64);
            while let Some(batch) = stream.next().await {
                let batch = batch?;
                for image in encoded_images(&batch)?.iter().flatten() {
                    samples += 1;
                    bytes += image.len() as u64;
                    if touched {
                        checksum = checksum.wrapping_add(touch(image));
                    }
                }
            }
            // The first epoch warms the page cache.
            if run > 0 {
                rates.push(samples as f64 / seconds(begun));
                speeds.push(bytes as f64 / seconds(begun) / 1e6);
            }
        }
        report(
            "scan",
            json!({
                "peer": "hub", "order": order, "every byte touched": touched,
                "samples_per_s": round(median(rates)), "MB_per_s": round(median(speeds)), "checksum": checksum,
            }),
        );
    }
    Ok(())
}
