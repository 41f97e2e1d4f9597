//! Engines that run a checked model: ONNX Runtime where it is installed, and `rten`, which is compiled in.
//!
//! [`Classifier`] is what callers use: it takes any number of images, and hides fixed batches, element types and shapes
//! of outputs. An [`Engine`] runs exactly one batch.

mod classifier;
mod error;
mod gpu;
mod load;
mod onnx_runtime;
mod options;
mod rten;
#[cfg(test)]
mod tests;

pub use classifier::{Classifier, Scores};
pub use error::EngineError;
pub use load::{Loaded, load};
pub use onnx_runtime::{OnnxRuntime, find_library};
pub use options::{Device, EngineName, EngineOptions, UnknownDevice, UnknownEngine};
pub use rten::Rten;

/// A batch of images: `images` of them, each of the same shape, row-major.
#[derive(Clone, Copy, Debug)]
pub struct Images<'a> {
    /// The pixels of all images.
    pub pixels: Pixels<'a>,
    /// The batch's shape, the number of images first: `[n, channels, height, width]` or `[n, height, width,
    /// channels]`, as the model's signature says.
    pub shape: [usize; 4],
}

/// Pixels as a model takes them.
#[derive(Clone, Copy, Debug)]
pub enum Pixels<'a> {
    /// Normalised values, for models that take floats of any width.
    F32(&'a [f32]),
    /// Bytes, for models that scale themselves.
    U8(&'a [u8]),
}

/// The output of a run, as the model gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct RawOutput {
    /// Dimensions, the images first.
    pub shape: Vec<usize>,
    /// Row-major.
    pub values: Vec<f32>,
}

/// Runs one model.
pub trait Engine: Send {
    /// Name, version and device, as a run records them: `rten 0.27 on cpu`.
    fn describe(&self) -> String;

    /// Runs one batch, of the size that the model takes.
    ///
    /// # Errors
    /// The model can't be run on it: shapes that don't fit, memory, an operator that fails.
    fn run(&mut self, images: Images<'_>) -> Result<RawOutput, EngineError>;

    /// Has what it runs in ended, so that no further batch can be run?
    fn has_ended(&mut self) -> bool {
        false
    }
}
