//! What runs a model.

use std::path::PathBuf;

use clap::Args;
use hub_eval::engine::{Device, EngineName, EngineOptions};

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
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

impl EngineArgs {
    pub fn options(&self) -> EngineOptions {
        let default = EngineOptions::default();
        EngineOptions {
            engine: self.engine,
            library: self.ort_lib.clone(),
            device: self.device,
            threads: self.threads.unwrap_or(default.threads).max(1),
        }
    }
}
