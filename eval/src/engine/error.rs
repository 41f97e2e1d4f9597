//! Why a model can't be loaded or run.

use super::options::Device;

/// Why a model can't be loaded or run.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The engine refuses the model.
    #[error("{engine} can't load the model: {problem}")]
    Load {
        /// Name of the engine, such as `rten`.
        engine: &'static str,
        /// The engine's own message.
        problem: String,
    },
    /// A run failed.
    #[error("{engine} failed on a batch of shape {shape:?}: {problem}")]
    Run {
        /// Name of the engine, such as `rten`.
        engine: &'static str,
        /// The dimensions of the batch, the images first.
        shape: [usize; 4],
        /// The engine's own message.
        problem: String,
    },
    /// The batch isn't what the model takes.
    #[error("the model's input '{input}' takes {expected}, the batch has {found}")]
    Input {
        /// The input's name.
        input: String,
        /// Shape and element type that it takes.
        expected: String,
        /// Shape and element type of the batch.
        found: String,
    },
    /// The output has another shape than one score a class.
    #[error(
        "the model's output '{output}' has the shape {shape:?} for {images} images; expected [{images}, classes]"
    )]
    Output {
        /// The output's name.
        output: String,
        /// Its dimensions, the images first.
        shape: Vec<usize>,
        /// The number of images.
        images: usize,
    },
    /// No library of ONNX Runtime where it was looked for.
    #[error(
        "ONNX Runtime was not found ({looked}); install it with `pip install {package}`, or name its library with \
         --ort-lib or ORT_DYLIB_PATH; `--engine rten` needs none, and runs on the CPU"
    )]
    NoLibrary {
        /// The places, in words.
        looked: String,
        /// The package of Python that has it.
        package: &'static str,
    },
    /// The library is there, but can't be used.
    #[error("{library}: can't be used as ONNX Runtime: {problem}")]
    Library {
        /// The file.
        library: String,
        /// The loader's message.
        problem: String,
    },
    /// The engine doesn't run on the device.
    #[error("{engine} can't run on {device}{}", .problem.as_ref().map_or_else(String::new, |problem| format!(": {problem}")))]
    Device {
        /// Name of the engine, such as `rten`.
        engine: &'static str,
        /// The device that was asked for.
        device: Device,
        /// Why, and how to go on.
        problem: Option<String>,
    },
    /// The process that runs the model failed, or exceeded its limits.
    #[error("the process that ran the model {problem}")]
    Process {
        /// What happened, as "wasn't done after 20 s".
        problem: String,
    },
    /// The engine in a process of its own failed.
    #[error("{problem}")]
    InProcess {
        /// The engine's message.
        problem: String,
    },
}
