//! Evaluation: against results that were made without this project, and against the engine's own speed.
//!
//! Each check or measurement prints one line of JSON.

#![allow(missing_docs, reason = "a binary: it has no API that others use")]

mod logits;
mod networks;
mod oracle;
mod setup;
mod speed;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use hub_eval::engine::{Device, EngineName, EngineOptions};
use hub_eval::isolated::{WORKER_ARGUMENT, run_worker};

#[derive(Parser)]
#[command(about = "Compares evaluations with expected results, and measures them")]
struct Arguments {
    /// Engine: rten or onnxruntime.
    #[arg(long, default_value = "rten", global = true)]
    engine: EngineName,
    /// Threads of the engine.
    #[arg(long, default_value_t = 2, global = true)]
    threads: usize,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compare predictions, scores, distances and label spaces with a folder of expected results; fails if any differs.
    Oracle {
        /// Folder of expected results: predictions/, hierarchy/, labelspaces/, preprocess/, models/, labels/, perf/.
        expected: PathBuf,
        /// Folder of the images and models that they were made with.
        data: PathBuf,
        /// Tree of Bertinetto et al., 2020: data/imagenet_isa.txt of github.com/fiveai/making-better-mistakes.
        #[arg(long, value_name = "FILE")]
        tree: Option<PathBuf>,
        /// Compare only these parts.
        #[arg(long, value_delimiter = ',')]
        only: Vec<oracle::Part>,
    },
    /// Compare the logits of networks with PyTorch's, as `bench/peers/networks.py` writes them; fails if any differs by
    /// more than 0.001.
    Logits {
        /// Folder of models, images and logits.
        folder: PathBuf,
    },
    /// Compare the speed of an evaluation with that of the engine with tensors ready in memory.
    Speed {
        /// Folder of images, one folder for each class.
        images: PathBuf,
        /// ONNX model of ImageNet's classes.
        #[arg(long, required_unless_present = "network")]
        model: Option<PathBuf>,
        /// Or a network with random weights, which is written to a temporary file.
        #[arg(long, conflicts_with = "model")]
        network: Option<networks::Network>,
        /// Evaluate only so many images.
        #[arg(long)]
        limit: Option<u64>,
        /// Preprocessing.
        #[arg(long, default_value = "torchvision")]
        preset: String,
        /// Images a batch.
        #[arg(long, default_value_t = 16)]
        batch_size: usize,
    },
}

fn main() -> Result<ExitCode> {
    if std::env::args().nth(1).as_deref() == Some(WORKER_ARGUMENT) {
        return Ok(run_worker());
    }
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(run())?;
    Ok(ExitCode::SUCCESS)
}

async fn run() -> Result<()> {
    let Arguments { engine, threads, command } = Arguments::parse();
    let options = EngineOptions { engine, library: None, device: Device::Cpu, threads };
    match command {
        Command::Oracle { expected, data, tree, only } => {
            oracle::run((&expected, &data), tree.as_deref(), &only, &options).await
        }
        Command::Logits { folder } => logits::run(&folder, &options),
        Command::Speed { images, model, network, limit, preset, batch_size } => {
            let folder = tempfile::tempdir()?;
            let model = match (model, network) {
                (Some(model), _) => model,
                (None, Some(network)) => {
                    let path = folder.path().join(format!("{network:?}.onnx").to_lowercase());
                    networks::write(network, &path)?;
                    path
                }
                (None, None) => anyhow::bail!("name a model or a network"),
            };
            speed::run(&model, &images, &preset, (batch_size, limit), &options).await
        }
    }
}
