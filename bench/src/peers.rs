//! The peers: Python libraries, each in its own process, on the same images.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/peers.py");
const REQUIREMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/requirements.txt");

/// Installs the peers into a virtual environment below `sets`, and measures each.
pub fn run(images: &Path, sets: &Path, runs: usize) -> Result<()> {
    let venv = sets.join("venv");
    let python = venv.join("bin/python");
    if !python.exists() {
        run_checked(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    }
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS];
    run_checked(Command::new(&python).args(pip))?;
    for peer in ["files", "webdataset", "datasets", "deeplake"] {
        let mut measure = Command::new(&python);
        measure.arg(SCRIPT).arg(peer).arg(images).arg(sets).arg(runs.to_string());
        run_checked(&mut measure)?;
    }
    Ok(())
}

fn run_checked(command: &mut Command) -> Result<()> {
    let ended = command.status().with_context(|| format!("can't run {command:?}"))?;
    if !ended.success() {
        bail!("{command:?} ended with {ended}");
    }
    Ok(())
}
