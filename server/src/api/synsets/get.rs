//! One concept.

use axum::Json;
use axum::extract::Path;
use serde::Serialize;
use utoipa::ToSchema;

use super::{SynsetPath, SynsetView, children_of, views};
use crate::problem::Result;

/// A concept, with what is right above and below it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SynsetPage {
    #[serde(flatten)]
    synset: SynsetView,
    /// Sentences that use it.
    examples: Vec<String>,
    /// What it is a kind or an instance of.
    parents: Vec<SynsetView>,
    /// Its kinds and instances.
    children: Vec<SynsetView>,
}

/// A concept
#[utoipa::path(
    get,
    path = "/api/v1/synsets/{id}",
    tag = "synsets",
    params(SynsetPath),
    responses((status = 200, description = "The concept", body = SynsetPage))
)]
pub async fn get(Path(path): Path<SynsetPath>) -> Result<Json<SynsetPage>> {
    let synset = path.synset()?;
    Ok(Json(SynsetPage {
        examples: synset.examples().into_iter().map(str::to_owned).collect(),
        parents: views(synset.hypernyms().chain(synset.instance_hypernyms())),
        children: views(children_of(&synset)),
        synset: synset.into(),
    }))
}
