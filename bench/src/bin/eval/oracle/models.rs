//! Hostile, malformed and unusual models: each runs or is refused on both engines, within 30 s and 2 GB.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use hub_eval::engine::{Classifier, Device, EngineName, EngineOptions, Images, Pixels};
use hub_eval::isolated::{IsolatedEngine, Isolation};
use hub_eval::onnx::{Element, Layout, Model};
use hub_eval::score::{Prediction, softmax};
use serde_json::{Value, json};

use super::checks::{Checks, json_file};

/// How long loading, and then running, may take.
const TIME: Duration = Duration::from_secs(15);
/// How long both may take.
const WHOLE_TIME: Duration = Duration::from_secs(30);
/// The limit of memory.
const MEMORY_BYTES: u64 = 2_000_000_000;

/// The output of a model that ran.
struct Ran {
    rows: Vec<Vec<f32>>,
    is_probability: bool,
}

pub fn run(checks: &mut Checks, folder: &Path) -> Result<()> {
    let expected = json_file(&folder.join("expected.json"))?;
    let input = std::fs::read(folder.join("input.npy"))?;
    let pixels = input.get(input.len().saturating_sub(2 * 3 * 8 * 8)..).context("input.npy: too short")?;
    let models = expected["models"].as_object().context("expected.json: no models")?;
    for engine in [EngineName::Rten, EngineName::OnnxRuntime] {
        let options = EngineOptions { engine, library: None, device: Device::Cpu, threads: 1 };
        for (name, wanted) in models {
            let begun = Instant::now();
            let found = ran(&folder.join(format!("{name}.onnx")), None, pixels, &options);
            let in_time = begun.elapsed() < WHOLE_TIME;
            let (fits, told) = judge(name, wanted, found);
            let told = json!({ "outcome": told, "expected": wanted["expect"], "must": wanted["must"] });
            checks.add(&format!("{engine:?} {name}.onnx"), fits && in_time, told);
        }
        let second = ran(&folder.join("two_outputs.onnx"), Some("aux"), pixels, &options);
        let fits = second.as_ref().is_ok_and(|ran| near(&ran.rows, &models["two_outputs"]["aux"], 0.001));
        checks.add(&format!("{engine:?} two_outputs.onnx, the second output"), fits, Value::Null);
    }
    Ok(())
}

/// Loads the model in a process with limits, and runs both images.
fn ran(path: &Path, output: Option<&str>, pixels: &[u8], options: &EngineOptions) -> Result<Ran> {
    let model = Model::open_for(path, output)?;
    let isolation = Isolation { memory_bytes: MEMORY_BYTES, time: TIME, ..Isolation::of_this_program(0) };
    let input = model.signature().input.clone();
    let engine = IsolatedEngine::start(&model, options, isolation)?;
    let mut classifier = Classifier::new(Box::new(engine), model.signature().clone());
    let channels = input.channels.unwrap_or(3);
    // Both images are stored by channels, height, width.
    let at = |image: usize, channel: usize, pixel: usize| pixels[image * 192 + channel * 64 + pixel];
    let mut bytes = Vec::new();
    for image in 0..2 {
        match input.layout {
            Layout::Nchw => (0..channels * 64).for_each(|k| bytes.push(at(image, k / 64, k % 64))),
            Layout::Nhwc => {
                (0..channels * 64).for_each(|k| bytes.push(at(image, k % channels, k / channels)))
            }
        }
    }
    let shape = match input.layout {
        Layout::Nchw => [2, channels, 8, 8],
        Layout::Nhwc => [2, 8, 8, channels],
    };
    let floats: Vec<f32> = bytes.iter().map(|byte| f32::from(*byte) / 255.0).collect();
    let pixels = if input.element == Element::U8 { Pixels::U8(&bytes) } else { Pixels::F32(&floats) };
    let scores = classifier.run(Images { pixels, shape })?;
    let rows: Vec<Vec<f32>> = scores.rows().map(<[f32]>::to_vec).collect();
    if rows.len() != 2 {
        bail!("{} rows of scores for 2 images", rows.len());
    }
    Ok(Ran { rows, is_probability: scores.is_probability() })
}

/// Whether a model did as it must, and what it did.
fn judge(name: &str, wanted: &Value, found: Result<Ran>) -> (bool, String) {
    let must_run = wanted["must"] == "run";
    let ran = match found {
        Err(error) => return (!must_run, format!("refused: {error:#}")),
        Ok(ran) => ran,
    };
    let told = format!("ran: {:?}", ran.rows.first().map(|row| row.iter().take(3).collect::<Vec<_>>()));
    let fits = match name {
        "nan" => ran.rows.iter().all(|row| Prediction::of_scores(None, row, ran.is_probability, 1).is_err()),
        "probabilities" => ran.is_probability && near(&ran.rows, &wanted["probabilities"], 0.001),
        "grey_input" => ran.rows.iter().flatten().all(|score| score.is_finite()),
        // Half precision: within 0.02 of the logits.
        "fp16" => near(&ran.rows, &wanted["logits"], 0.02),
        _ => near(&ran.rows, &wanted["logits"], 0.001) && !ran.is_probability,
    };
    // Softmax of what is no probability must be one.
    let sums = ran.rows.iter().map(|row| if ran.is_probability { 1.0 } else { softmax(row).iter().sum() });
    let is_whole = name == "nan" || sums.into_iter().all(|sum: f64| (sum - 1.0).abs() < 1e-6);
    (must_run && fits && is_whole, told)
}

fn near(rows: &[Vec<f32>], wanted: &Value, within: f64) -> bool {
    let wanted: Vec<f64> = wanted
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(Value::as_f64)
        .collect();
    let found: Vec<f64> = rows.iter().flatten().copied().map(f64::from).collect();
    !wanted.is_empty()
        && wanted.len() == found.len()
        && wanted.iter().zip(&found).all(|(wanted, found)| (wanted - found).abs() <= within)
}
