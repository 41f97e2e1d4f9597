//! Lists the direct hyponyms of a synset, with row counts in a data set.

use axum::Json;
use axum::extract::{Path, State};
use hub_schema::api::{CountedSynset, SynsetChildren};
use hub_wordnet::WordNet;
use serde::Deserialize;
use utoipa::IntoParams;

use super::SynsetPath;
use super::labels::{label_column, no_column, open};
use super::view::{children_of, count, view};
use crate::api::Query;
use crate::auth::{Address, Caller};
use crate::problem::Result;
use crate::state::AppState;

/// Where to count rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CountIn {
    /// A data set, `namespace/name`; if missing, no rows are counted.
    pub(crate) dataset: Option<String>,
    /// The label column; not needed if the data set has only one.
    pub(crate) column: Option<String>,
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    pub(crate) rev: Option<String>,
}

/// List the hyponyms of a synset
///
/// If a data set is given, with the number of its rows labelled with each.
#[utoipa::path(
    get,
    path = "/api/v1/synsets/{id}/children",
    tag = "synsets",
    params(SynsetPath, CountIn),
    responses((status = 200, description = "The synset and its direct hyponyms", body = SynsetChildren))
)]
pub async fn children(
    State(state): State<AppState>,
    caller: Caller,
    address: Address,
    Path(path): Path<SynsetPath>,
    Query(query): Query<CountIn>,
) -> Result<Json<SynsetChildren>> {
    let synset = path.synset()?;
    let mut ids = vec![synset.id()];
    ids.extend(children_of(&synset));
    let counts = match &query.dataset {
        Some(name) => {
            let (_, snapshot) = open(&state, caller, address, name, query.rev.as_deref()).await?;
            let column = label_column(&snapshot, query.column.as_deref())?;
            let counts = state.labels.tree(&snapshot, &column, &ids).await?.ok_or_else(no_column)?;
            counts.into_iter().map(|found| Some(count(found.count))).collect()
        }
        None => vec![None; ids.len()],
    };
    let counted = ids.into_iter().zip(counts).filter_map(|(id, count)| {
        let synset = WordNet::get().synset(id)?;
        let has_children = !children_of(&synset).is_empty();
        Some(CountedSynset { synset: view(&synset), count, has_children })
    });
    let mut counted: Vec<_> = counted.collect();
    let first = counted.remove(0);
    Ok(Json(SynsetChildren { synset: first, children: counted }))
}
