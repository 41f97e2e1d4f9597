//! The engine that is compiled in: `rten`, on the CPU.

mod rewrite;

use std::sync::Arc;

use ::rten::{ModelOptions, NodeId, RunOptions, ThreadPool, Value, ValueOrView, ValueView};
use prost::Message;

use super::{Engine, EngineError, Images, Pixels, RawOutput};
use crate::onnx::Model;

const NAME: &str = "rten";

/// A model on `rten`.
pub struct Rten {
    model: ::rten::Model,
    input: NodeId,
    output: NodeId,
    threads: Arc<ThreadPool>,
}

impl Rten {
    /// Loads a checked model, for `threads` threads. Operators that `rten` doesn't have are rewritten into those that
    /// it has: local response normalisation, half floats, convolutions that leave out their defaults.
    ///
    /// # Errors
    /// The engine refuses the model.
    pub fn load(model: &Model, threads: usize) -> Result<Self, EngineError> {
        let fail = |problem: String| EngineError::Load { engine: NAME, problem };
        let loaded = match rewrite::rewritten(model.proto()) {
            Some(_) if model.has_external_data() => {
                return Err(fail(
                    "it keeps weights in files of their own, and has operators that must be rewritten; save it as one file"
                        .to_owned(),
                ));
            }
            Some(proto) => ModelOptions::with_all_ops().load(proto.encode_to_vec()),
            None if model.has_external_data() => ModelOptions::with_all_ops().load_file(model.path()),
            None => ModelOptions::with_all_ops().load(model.bytes().to_vec()),
        };
        let loaded = loaded.map_err(|error| fail(error.to_string()))?;
        let node = |name: &str| loaded.node_id(name).map_err(|error| fail(error.to_string()));
        let (input, output) = (node(&model.signature().input.name)?, node(&model.signature().output.name)?);
        let threads = Arc::new(ThreadPool::with_num_threads(threads.max(1)));
        Ok(Self { model: loaded, input, output, threads })
    }
}

impl Engine for Rten {
    fn describe(&self) -> String {
        format!("{NAME} 0.27 on cpu")
    }

    fn run(&mut self, images: Images<'_>) -> Result<RawOutput, EngineError> {
        let fail = |problem: String| EngineError::Run { engine: NAME, shape: images.shape, problem };
        let view = match images.pixels {
            Pixels::F32(pixels) => {
                ValueView::from_shape(images.shape, pixels).map_err(|e| fail(e.to_string()))
            }
            Pixels::U8(pixels) => {
                ValueView::from_shape(images.shape, pixels).map_err(|e| fail(e.to_string()))
            }
        };
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.threads)));
        let inputs = vec![(self.input, ValueOrView::View(view?))];
        let outputs =
            self.model.run(inputs, &[self.output], Some(options)).map_err(|e| fail(e.to_string()))?;
        match outputs.into_iter().next() {
            Some(Value::FloatTensor(tensor)) => {
                use ::rten_tensor::prelude::*;
                Ok(RawOutput { shape: tensor.shape().to_vec(), values: tensor.to_vec() })
            }
            _ => Err(fail("the output isn't made of floats".to_owned())),
        }
    }
}
