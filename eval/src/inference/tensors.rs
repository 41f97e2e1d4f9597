//! Tensors of rows alone, ready in memory.

use hub_decode::ImageDecoder;
use tokio::sync::mpsc;

use super::decode::{self, Rows};
use super::error::InferenceError;
use super::pipeline::{Clocks, Numbered, Pipeline};
use super::rows::Chosen;

impl Pipeline {
    /// The tensors of the images of rows, one after the other, each of [`image_bytes`](crate::model::Preparation::image_bytes). Images that
    /// can't be decoded are left out.
    ///
    /// # Errors
    /// The data can't be read.
    pub async fn tensors(&self, chosen: Chosen) -> Result<Vec<u8>, InferenceError> {
        let (sender, receiver) = mpsc::channel::<Numbered<Rows>>(1);
        let clocks = Clocks::default();
        let reading = async {
            // Dropped at the end, so that decoding ends, too.
            let sender = sender;
            self.read(chosen, &sender, &clocks).await
        };
        let decoding = async move {
            // Dropped where decoding fails, so that reading ends, too.
            let mut receiver = receiver;
            let mut tensors = Vec::new();
            while let Some(Numbered { content, .. }) = receiver.recv().await {
                let this = self.clone();
                let decoded = tokio::task::spawn_blocking(move || {
                    let mut decoder =
                        ImageDecoder::new().map_err(|error| InferenceError::Thread(error.to_string()))?;
                    let (spec, bytes) = (this.preparation.image_spec(), this.preparation.image_bytes());
                    decode::decode(&content, &this.columns, spec, bytes, &mut decoder)
                });
                let decoded = decoded.await.map_err(|error| InferenceError::Thread(error.to_string()))??;
                tensors.extend(decoded.tensors);
            }
            Ok(tensors)
        };
        let (read, tensors) = futures::join!(reading, decoding);
        read?;
        tensors
    }
}
