//! Loads a model on the engine and device that were asked for, or on the best that is there.

use super::gpu::PACKAGE as GPU_PACKAGE;
use super::onnx_runtime::find_library;
use super::options::{EngineName, EngineOptions};
use super::{Engine, EngineError, OnnxRuntime, Rten};
use crate::onnx::Model;

/// A loaded model, and what had to be chosen otherwise than might be expected.
pub struct Loaded {
    /// The engine with the model.
    pub engine: Box<dyn Engine>,
    /// Why `auto` came to this engine and device, for people.
    pub notes: Vec<String>,
}

/// Loads a checked model.
///
/// # Errors
/// The engine or the device that was named isn't there, or no engine takes the model.
pub fn load(model: &Model, options: &EngineOptions) -> Result<Loaded, EngineError> {
    let mut notes = Vec::new();
    let threads = options.threads;
    let is_named = options.engine == EngineName::OnnxRuntime
        || options.library.is_some()
        || options.device.gpu().is_some();
    if options.engine == EngineName::Rten {
        if options.device.gpu().is_some() {
            let problem = Some("it runs on the CPU only; use --engine onnxruntime".to_owned());
            return Err(EngineError::Device { engine: "rten", device: options.device, problem });
        }
        return Ok(Loaded { engine: Box::new(Rten::load(model, threads)?), notes });
    }
    let on_runtime = || {
        let library = find_library(options.library.as_deref()).map_err(|error| {
            match (error, options.device.gpu()) {
                (EngineError::NoLibrary { looked, .. }, Some(_)) => {
                    EngineError::NoLibrary { looked, package: GPU_PACKAGE }
                }
                (error, _) => error,
            }
        })?;
        OnnxRuntime::load(model, &library, options.device, threads)
    };
    match on_runtime() {
        Ok((engine, note)) => {
            notes.extend(note);
            Ok(Loaded { engine: Box::new(engine), notes })
        }
        Err(error) if is_named => Err(error),
        Err(error) => {
            let engine = Rten::load(model, threads)?;
            notes.push(match error {
                EngineError::NoLibrary { .. } => {
                    "ONNX Runtime is not installed; running on rten, which is slower (pip install onnxruntime)".to_owned()
                }
                error => format!("{error}; running on rten instead"),
            });
            Ok(Loaded { engine: Box::new(engine), notes })
        }
    }
}
