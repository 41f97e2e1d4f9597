//! The models that the hub ships with, so that a first evaluation needs no download.

use super::card::Card;
use super::name::ModelName;

/// Name, card and ONNX file.
const MODELS: [(&str, &[u8], &[u8]); 1] =
    [("lenet5", include_bytes!("../../models/lenet5.json"), include_bytes!("../../models/lenet5.onnx"))];

fn find(name: &ModelName) -> Option<(&'static [u8], &'static [u8])> {
    let found = MODELS.into_iter().find(|(known, _, _)| known.parse().as_ref() == Ok(name));
    found.map(|(_, card, model)| (card, model))
}

/// The names of all.
pub fn names() -> Vec<ModelName> {
    MODELS.into_iter().filter_map(|(name, _, _)| name.parse().ok()).collect()
}

/// The card of one.
pub fn card(name: &ModelName) -> Option<Card> {
    Card::from_json(find(name)?.0).ok()
}

/// The ONNX file of one.
pub fn bytes(name: &ModelName) -> Option<&'static [u8]> {
    Some(find(name)?.1)
}
