//! A model that takes any number of images.

use super::{Engine, EngineError, Images, Pixels, RawOutput};
use crate::onnx::{Batch, Element, Layout, Signature};

/// A model on an engine.
pub struct Classifier {
    engine: Box<dyn Engine>,
    signature: Signature,
}

/// Scores of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    classes: usize,
    values: Vec<f32>,
    is_probability: bool,
}

impl Scores {
    /// The number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The scores of each image, in order: logits, or probabilities where the model ends with a softmax.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.values.chunks_exact(self.classes.max(1))
    }

    /// Are the scores probabilities already?
    pub fn is_probability(&self) -> bool {
        self.is_probability
    }
}

impl Classifier {
    /// A model on an engine that has loaded it.
    pub fn new(engine: Box<dyn Engine>, signature: Signature) -> Self {
        Self { engine, signature }
    }

    /// The engine's name, version and device.
    pub fn engine(&self) -> String {
        self.engine.describe()
    }

    /// Has the engine ended, so that no further image can be scored?
    pub fn has_ended(&mut self) -> bool {
        self.engine.has_ended()
    }

    /// How the model is run.
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    /// Scores images. Where the model takes a fixed number, they are run in such batches; the last is filled up with
    /// zeros, and what these score is dropped.
    ///
    /// # Errors
    /// The images aren't what the model takes, or the engine fails.
    pub fn run(&mut self, images: Images<'_>) -> Result<Scores, EngineError> {
        self.check(&images)?;
        let [count, a, b, c] = images.shape;
        let fixed = match self.signature.input.batch {
            Batch::Any => count,
            Batch::Fixed(size) => size,
        };
        let (mut classes, mut values) = (0, Vec::new());
        let image = a * b * c;
        let mut first = 0;
        while first < count {
            let taken = fixed.min(count - first);
            let range = first * image..(first + taken) * image;
            let shape = [fixed, a, b, c];
            let output = match images.pixels {
                Pixels::F32(pixels) => {
                    let batch = filled(&pixels[range], fixed * image);
                    self.engine.run(Images { pixels: Pixels::F32(&batch), shape })?
                }
                Pixels::U8(pixels) => {
                    let batch = filled(&pixels[range], fixed * image);
                    self.engine.run(Images { pixels: Pixels::U8(&batch), shape })?
                }
            };
            classes = self.classes_of(&output, fixed)?;
            values.extend_from_slice(&output.values[..taken * classes]);
            first += taken;
        }
        Ok(Scores { classes, values, is_probability: self.signature.output.is_probability })
    }

    fn check(&self, images: &Images<'_>) -> Result<(), EngineError> {
        let input = &self.signature.input;
        let wrong = |expected: String, found: String| {
            Err(EngineError::Input { input: input.name.clone(), expected, found })
        };
        let (length, is_bytes) = match images.pixels {
            Pixels::F32(pixels) => (pixels.len(), false),
            Pixels::U8(pixels) => (pixels.len(), true),
        };
        if is_bytes != (input.element == Element::U8) {
            let names = |bytes| if bytes { "bytes (uint8)" } else { "floats" }.to_owned();
            return wrong(names(!is_bytes), names(is_bytes));
        }
        let [_, a, b, c] = images.shape;
        let [channels, height, width] = match input.layout {
            Layout::Nchw => [a, b, c],
            Layout::Nhwc => [c, a, b],
        };
        for (what, wanted, found) in [
            ("channels", input.channels, channels),
            ("rows of pixels", input.height, height),
            ("columns of pixels", input.width, width),
        ] {
            if let Some(wanted) = wanted.filter(|wanted| *wanted != found) {
                return wrong(format!("{wanted} {what}"), format!("{found}"));
            }
        }
        if length != images.shape.iter().product::<usize>() {
            return wrong(format!("the shape {:?}", images.shape), format!("{length} values"));
        }
        Ok(())
    }

    /// The number of classes of an output: `[n, classes]`, with further dimensions of 1.
    fn classes_of(&self, output: &RawOutput, images: usize) -> Result<usize, EngineError> {
        let classes = match output.shape.as_slice() {
            [n, classes, rest @ ..] if *n == images && rest.iter().all(|size| *size == 1) => Some(*classes),
            _ => None,
        };
        classes.filter(|classes| *classes > 0 && classes * images == output.values.len()).ok_or_else(|| {
            EngineError::Output {
                output: self.signature.output.name.clone(),
                shape: output.shape.clone(),
                images,
            }
        })
    }
}

/// The values, with zeros up to a length.
fn filled<T: Copy + Default>(values: &[T], length: usize) -> std::borrow::Cow<'_, [T]> {
    if values.len() == length {
        return values.into();
    }
    let mut batch = values.to_vec();
    batch.resize(length, T::default());
    batch.into()
}
