//! The logits of networks against those that PyTorch gave, as `bench/peers/networks.py` writes them.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use hub_eval::engine::{EngineOptions, Images, Pixels};
use hub_eval::model::Labels;
use serde_json::json;

use super::setup;

/// The greatest difference of a logit.
const WITHIN: f32 = 1e-3;

/// Runs each `NAME.onnx` of a folder on the images of `NAME.images.f32` (normalised, `[n, 3, 224, 224]`) and compares
/// with `NAME.logits.f32` (`[n, 1000]`); both are little-endian.
pub fn run(folder: &Path, options: &EngineOptions) -> Result<()> {
    let files = std::fs::read_dir(folder).with_context(|| format!("{}: can't read it", folder.display()))?;
    let mut models = files.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    models.retain(|path| path.extension().is_some_and(|extension| extension == "onnx"));
    models.sort();
    ensure!(!models.is_empty(), "{}: no .onnx file", folder.display());
    let mut failed = Vec::new();
    for file in models {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let images = floats(&file.with_extension("images.f32"))?;
        let expected = floats(&file.with_extension("logits.f32"))?;
        let labels = Labels::Imagenet1k { assumed: false };
        let mut model = setup::model(&file, "torchvision", None, labels, options)?;
        let shape = [images.len() / (3 * 224 * 224), 3, 224, 224];
        let scores = model.classifier.run(Images { pixels: Pixels::F32(&images), shape })?;
        let found: Vec<f32> = scores.rows().flatten().copied().collect();
        ensure!(found.len() == expected.len(), "{name}: {} logits, expected {}", found.len(), expected.len());
        let difference =
            found.iter().zip(&expected).map(|(found, expected)| (found - expected).abs()).fold(0.0, f32::max);
        // Not `>`: a logit that is not a number fails, too.
        let fits = difference <= WITHIN && found.iter().all(|logit| logit.is_finite());
        let greatest = expected.iter().map(|logit| logit.abs()).fold(0.0, f32::max);
        println!(
            "{}",
            json!({
                "bench": "logits", "model": name, "engine": model.classifier.engine(), "images": shape[0],
                "max_difference": difference, "max_logit": greatest, "within": WITHIN, "fits": fits,
            })
        );
        if !fits {
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        bail!("the logits of {} differ by more than {WITHIN} from PyTorch's", failed.join(", "));
    }
    Ok(())
}

fn floats(path: &Path) -> Result<Vec<f32>> {
    let bytes = std::fs::read(path).with_context(|| format!("{}: can't read it", path.display()))?;
    let (values, rest) = bytes.as_chunks::<4>();
    ensure!(rest.is_empty(), "{}: {} bytes, expected a multiple of 4", path.display(), bytes.len());
    Ok(values.iter().map(|value| f32::from_le_bytes(*value)).collect())
}
