//! A model with tensors in memory.

use super::plan::System;
use crate::engine::{Classifier, EngineError};
use crate::model::Preparation;

/// A model with the tensors of at least one image.
pub struct Loaded {
    classifier: Classifier,
    preparation: Preparation,
    /// The tensors of all images, one after the other.
    tensors: Vec<u8>,
    batch: Vec<u8>,
    floats: Vec<f32>,
    bytes: Vec<u8>,
}

impl Loaded {
    /// A model, and tensors as its preparation makes them; `None` without any.
    pub fn new(classifier: Classifier, preparation: Preparation, tensors: Vec<u8>) -> Option<Self> {
        let is_any = tensors.len() >= preparation.image_bytes().max(1);
        let (batch, floats, bytes) = (Vec::new(), Vec::new(), Vec::new());
        is_any.then_some(Self { classifier, preparation, tensors, batch, floats, bytes })
    }
}

impl System for Loaded {
    fn samples(&self) -> usize {
        self.tensors.len() / self.preparation.image_bytes().max(1)
    }

    fn run(&mut self, samples: &[usize]) -> Result<(), EngineError> {
        let image = self.preparation.image_bytes();
        self.batch.clear();
        for sample in samples {
            self.batch.extend_from_slice(&self.tensors[sample * image..(sample + 1) * image]);
        }
        let images = self.preparation.images(&self.batch, &mut self.floats, &mut self.bytes);
        self.classifier.run(images).map(drop)
    }
}
