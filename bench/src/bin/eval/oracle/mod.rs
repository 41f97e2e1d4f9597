//! The evaluation runner against results that were made without it.
//!
//! One file a part: what a part compares is printed as lines of JSON, and summed up in a table at the end.

mod checks;
mod graphs;
mod imagenet;
mod label_spaces;
mod latency;
mod models;
mod predictions;
mod small;
mod tensors;
mod trees;

use std::path::Path;

use anyhow::{Result, bail};
use clap::ValueEnum;
use hub_eval::engine::EngineOptions;

use checks::Checks;

/// A part of the expected results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// preprocess/: tensors and decoded images, by hash
    Tensors,
    /// models/: hostile and unusual models, on both engines
    Models,
    /// hierarchy/: distances of all pairs of classes
    Graphs,
    /// perf/latency.json
    Latency,
    /// labels/calibration_corners.json
    Calibration,
    /// predictions/ of ImageNet's classes, hierarchy/scores.json, subtrees, several valid labels, perf/compare_runs.json
    Imagenet,
    /// labelspaces/
    LabelSpaces,
    /// predictions/lenet5-mnist.json, labels/planted_lenet5-mnist.json
    Mnist,
    /// predictions/resnet20-cifar10
    Cifar,
}

/// Compares the parts that are named, or all. `tree` is that of Bertinetto et al.
pub async fn run(
    (expected, data): (&Path, &Path),
    tree: Option<&Path>,
    parts: &[Part],
    options: &EngineOptions,
) -> Result<()> {
    let mut table = Vec::new();
    for part in Part::value_variants() {
        if !parts.is_empty() && !parts.contains(part) {
            continue;
        }
        let mut checks = Checks::default();
        let of = &mut checks;
        match part {
            Part::Tensors => {
                tensors::run(of, &expected.join("preprocess"), &data.join("imagenet-subset"))?;
            }
            Part::Models => models::run(of, &expected.join("models"))?,
            Part::Graphs => graphs::run(of, expected, tree)?,
            Part::Latency => latency::run(of, &expected.join("perf"))?,
            Part::Calibration => small::calibration(of, &expected.join("labels"))?,
            Part::Imagenet => imagenet::run(of, (expected, data), tree, options).await?,
            Part::LabelSpaces => label_spaces::run(of, expected, data, options).await?,
            Part::Mnist => small::mnist(of, expected, data, options).await?,
            Part::Cifar => small::cifar(of, expected, data, options).await?,
        }
        table.push((part, checks));
    }
    let mut failed = 0;
    for (part, checks) in &table {
        eprint!("{part:?}: {} checks, {} failed", checks.made, checks.failed);
        match checks.left_out {
            0 => eprintln!(),
            left_out => eprintln!(", {left_out} left out"),
        }
        failed += checks.failed;
    }
    if failed > 0 || table.iter().any(|(_, checks)| checks.made == 0) {
        bail!("{failed} checks failed");
    }
    Ok(())
}
