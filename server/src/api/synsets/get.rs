//! Gets one synset.

use axum::Json;
use axum::extract::Path;
use hub_schema::api::SynsetPage;

use super::SynsetPath;
use super::view::{children_of, view, views};
use crate::problem::Result;

/// Get a synset
#[utoipa::path(
    get,
    path = "/api/v1/synsets/{id}",
    tag = "synsets",
    params(SynsetPath),
    responses((status = 200, description = "The synset", body = SynsetPage))
)]
pub async fn get(Path(path): Path<SynsetPath>) -> Result<Json<SynsetPage>> {
    let synset = path.synset()?;
    Ok(Json(SynsetPage {
        examples: synset.examples().into_iter().map(str::to_owned).collect(),
        parents: views(synset.hypernyms().chain(synset.instance_hypernyms())),
        children: views(children_of(&synset)),
        synset: view(&synset),
    }))
}
