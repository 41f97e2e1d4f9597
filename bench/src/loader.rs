//! The loader from Python: the package `imagehub` beside the libraries that people load images with (`bench/loader`).

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/loader");

/// Runs parts, all of them if none is named, with the Python of `HUB_BENCH_PYTHON`.
pub fn run(images: &Path, sets: &Path, runs: usize, parts: &[String]) -> Result<()> {
    let Some(python) = std::env::var_os("HUB_BENCH_PYTHON") else {
        bail!("HUB_BENCH_PYTHON names no Python with the libraries; run it as `make bench ARGS=loader`");
    };
    let mut measure = Command::new(python);
    measure.arg(SCRIPTS).arg("--images").arg(images).arg("--sets").arg(sets.join("loader"));
    measure.args(["--rounds", &runs.to_string()]).args(parts);
    let ended = measure.status().with_context(|| format!("can't run {measure:?}"))?;
    if !ended.success() {
        bail!("{measure:?} ended with {ended}");
    }
    Ok(())
}
