//! The engine that is compiled in: `rten`, on the CPU.

mod rewrite;

use std::borrow::Cow;
use std::sync::Arc;

use ::rten::{ModelOptions, NodeId, RunOptions, ThreadPool, Value, ValueOrView, ValueView};
use prost::Message;

use super::{Engine, EngineError, Images, Pixels, RawOutput};
use crate::onnx::Model;

const NAME: &str = "rten";

/// The longest message of Protobuf in bytes.
const MOST_BYTES: usize = (1 << 31) - 1;

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
        // Weights in files of their own are put into the messages: `rten` reads such files only where each tensor states
        // its offset and length, which ONNX leaves open.
        let proto = model.with_all_data().map_err(|error| fail(error.to_string()))?;
        let is_whole = matches!(proto, Cow::Borrowed(_));
        let loaded = match rewrite::rewritten(&proto) {
            None if is_whole => ModelOptions::with_all_ops().load(model.bytes().to_vec()),
            None if proto.encoded_len() > MOST_BYTES => ModelOptions::with_all_ops().load_file(model.path()),
            None => ModelOptions::with_all_ops().load(proto.encode_to_vec()),
            Some(proto) => ModelOptions::with_all_ops().load(proto.encode_to_vec()),
        };
        drop(proto);
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
