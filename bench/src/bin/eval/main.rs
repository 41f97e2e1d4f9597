//! Evaluation: against results that were made without this project, and against the engine's own speed.
//!
//! Each check or measurement prints one line of JSON.

#![allow(missing_docs, reason = "a binary: it has no API that others use")]

mod oracle;
mod setup;
mod speed;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};
use hub_eval::engine::{Device, EngineName, EngineOptions};

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
        /// Folder of expected results: predictions/, hierarchy/, labelspaces/.
        expected: PathBuf,
        /// Folder of the images and models that they were made with.
        data: PathBuf,
    },
    /// Compare the speed of an evaluation with that of the engine with tensors ready in memory.
    Speed {
        /// ONNX model of ImageNet's classes.
        model: PathBuf,
        /// Folder of images, one folder for each class.
        images: PathBuf,
        /// Preprocessing.
        #[arg(long, default_value = "torchvision")]
        preset: String,
        /// Images a batch.
        #[arg(long, default_value_t = 16)]
        batch_size: usize,
    },
}

#[tokio::main]
async fn main() -> Result<()> {
    let Arguments { engine, threads, command } = Arguments::parse();
    let options = EngineOptions { engine, library: None, device: Device::Cpu, threads };
    match command {
        Command::Oracle { expected, data } => oracle::run(&expected, &data, &options).await,
        Command::Speed { model, images, preset, batch_size } => {
            speed::run(&model, &images, &preset, batch_size, &options).await
        }
    }
}
