//! The most confident mistakes, with small pictures.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hub_dataset::Snapshot;

use super::error::RunError;
use crate::inference::{Columns, InferenceError, SamplePrediction, thumbnails};

/// The side of a picture in pixels.
const SIDE: u32 = 112;

/// A mistake with its picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// The row.
    pub sample: SamplePrediction,
    /// The picture as a `data:` address of a PNG; `None` where there is none.
    pub png: Option<String>,
}

/// The wrong predictions that the model was surest of, the surest first.
pub fn mistakes(samples: &[SamplePrediction], most: usize) -> Vec<&SamplePrediction> {
    let confidence = |sample: &SamplePrediction| sample.prediction().map_or(0.0, |p| p.confidence());
    let mut wrong: Vec<&SamplePrediction> =
        samples.iter().filter(|s| s.is_right() == Some(false) && s.prediction().is_some()).collect();
    wrong.sort_by(|a, b| confidence(b).total_cmp(&confidence(a)).then(a.position.cmp(&b.position)));
    wrong.truncate(most);
    wrong
}

/// Pictures of samples of a revision.
///
/// # Errors
/// The rows can't be read.
pub async fn pictures(
    snapshot: &Snapshot,
    columns: &Columns,
    samples: &[&SamplePrediction],
) -> Result<Vec<Picture>, RunError> {
    let positions: Vec<u64> = samples.iter().map(|sample| sample.position).collect();
    if positions.is_empty() {
        return Ok(Vec::new());
    }
    let found = thumbnails(snapshot, columns, &positions, SIDE).await?;
    let picture = |sample: &&SamplePrediction| {
        let rgb = found.iter().find(|(position, _)| *position == sample.position).map(|(_, rgb)| rgb);
        let png = rgb.map(|rgb| hub_media::encode_png(rgb, SIDE, SIDE, 3)).transpose();
        let png = png.map_err(|error| InferenceError::Thread(error.to_string()))?;
        let png = png.map(|png| format!("data:image/png;base64,{}", STANDARD.encode(png)));
        Ok(Picture { sample: (*sample).clone(), png })
    };
    samples.iter().map(picture).collect()
}
