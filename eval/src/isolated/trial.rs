//! A trial run: does a model load and give scores within its limits?

use std::time::{Duration, Instant};

use super::engine::IsolatedEngine;
use super::limits::Isolation;
use crate::engine::{Classifier, EngineError, EngineOptions, Images, Pixels};
use crate::onnx::{Element, Layout, Model};

/// Runs a checked model on one image of zeros of this height and width, in a process of its own. The time of the
/// isolation is that of the whole trial. Gives the number of classes, and what the engine was.
///
/// # Errors
/// The model doesn't load, doesn't run, gives something else than scores, or exceeds its limits.
pub fn trial(
    model: &Model,
    [height, width]: [usize; 2],
    options: &EngineOptions,
    isolation: Isolation,
) -> Result<(usize, String), EngineError> {
    let input = &model.signature().input;
    let channels = input.channels.unwrap_or(3);
    let shape = match input.layout {
        Layout::Nchw => [1, channels, height, width],
        Layout::Nhwc => [1, height, width, channels],
    };
    let ends = Instant::now() + isolation.time;
    let mut engine = IsolatedEngine::start(model, options, isolation)?;
    engine.set_time(ends.saturating_duration_since(Instant::now()).max(Duration::from_secs(1)));
    let name = crate::engine::Engine::describe(&engine);
    let mut classifier = Classifier::new(Box::new(engine), model.signature().clone());
    let length = shape.iter().product();
    let scores = match input.element {
        Element::U8 => classifier.run(Images { pixels: Pixels::U8(&vec![0; length]), shape })?,
        _ => classifier.run(Images { pixels: Pixels::F32(&vec![0.0; length]), shape })?,
    };
    Ok((scores.classes(), name))
}
