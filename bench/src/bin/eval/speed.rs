//! An evaluation end to end against the engine with tensors ready in memory.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use hub_decode::{Draw, ImageDecoder};
use hub_eval::engine::EngineOptions;
use hub_eval::inference::Batch;
use hub_eval::model::Labels;
use hub_eval::run::Wanted;
use serde_json::json;

use super::setup::{self, Rows};

pub async fn run(
    file: &Path,
    images: &Path,
    preset: &str,
    (batch_size, limit): (usize, Option<u64>),
    options: &EngineOptions,
) -> Result<()> {
    let snapshot = setup::data_set(images).await?;
    let mut model = setup::model(file, preset, None, Labels::Imagenet1k { assumed: false }, options)?;
    let rows = Rows { limit, ..Rows::default() };
    let evaluation =
        setup::evaluation(&snapshot, &model, "speed", batch_size, &rows, Wanted::default()).await?;
    let rows = evaluation.chosen.rows();
    // A batch of an image, decoded once: the engine's time doesn't depend on what is in it.
    let first = std::fs::read(first_file(images)?)?;
    let mut tensor = vec![0; model.preparation.image_bytes()];
    ImageDecoder::new()?.transform(
        &first,
        None,
        model.preparation.image_spec(),
        Draw::default(),
        &mut tensor,
    )?;
    let batch = tensor.repeat(batch_size);
    let (mut floats, mut bytes) = (Vec::new(), Vec::new());
    let batches = rows.div_ceil(batch_size as u64).max(1);
    model.classifier.run(model.preparation.images(&batch, &mut floats, &mut bytes))?;
    let begun = Instant::now();
    for _ in 0..batches {
        let images = model.preparation.images(&batch, &mut floats, &mut bytes);
        model.classifier.run(images)?;
    }
    let engine = (batches * batch_size as u64) as f64 / begun.elapsed().as_secs_f64();
    let each = async |_: Batch| Ok(ControlFlow::Continue(()));
    let (_, times) = evaluation.pipeline.run(evaluation.chosen, model.classifier, each).await?;
    let whole = rows as f64 / times.total;
    println!(
        "{}",
        json!({
            "bench": "eval", "model": file.file_name().map(|name| name.to_string_lossy().into_owned()),
            "engine": options.engine, "rows": rows, "batch": batch_size,
            "engine_samples_per_s": engine, "eval_samples_per_s": whole, "ratio": whole / engine,
            "seconds": times,
        })
    );
    Ok(())
}

/// A file below a folder.
fn first_file(folder: &Path) -> Result<std::path::PathBuf> {
    let mut at = folder.to_owned();
    while at.is_dir() {
        let mut entries = std::fs::read_dir(&at)?.collect::<std::io::Result<Vec<_>>>()?;
        entries.sort_by_key(std::fs::DirEntry::path);
        at = entries.first().with_context(|| format!("{}: an empty folder", at.display()))?.path();
    }
    Ok(at)
}
