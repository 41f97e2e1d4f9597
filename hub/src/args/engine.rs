//! What runs a model.

use std::path::PathBuf;

use clap::Args;
use hub_eval::engine::{Device, EngineName, EngineOptions};

/// More threads than any machine has cores.
pub const MAX_THREADS: i64 = 4096;

#[derive(Args, Debug)]
pub struct EngineArgs {
    /// Engine: auto, rten (compiled in) or onnxruntime
    #[arg(long, value_name = "NAME", default_value = "auto")]
    engine: EngineName,
    /// Device: auto (the first GPU where CUDA works, else the CPU), cpu, cuda:N or tensorrt:N
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    device: Device,
    /// Library of ONNX Runtime (libonnxruntime.so) [env: ORT_DYLIB_PATH]
    #[arg(long, value_name = "FILE")]
    ort_lib: Option<PathBuf>,
    /// Threads of the engine [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(..=MAX_THREADS))]
    threads: Option<u16>,
}

impl EngineArgs {
    pub fn options(&self) -> EngineOptions {
        let default = EngineOptions::default();
        EngineOptions {
            engine: self.engine,
            library: self.ort_lib.clone(),
            device: self.device,
            threads: self.threads.map_or(default.threads, usize::from).max(1),
        }
    }
}
