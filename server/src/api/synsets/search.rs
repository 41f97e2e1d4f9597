//! Concepts by a word.

use axum::Json;
use hub_schema::api::SynsetList;
use hub_wordnet::WordNet;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::views;
use crate::api::Query;
use crate::problem::{Problem, Result};

/// Concepts on a page, at most.
const MOST: usize = 200;
/// The longest search.
const LONGEST_BYTES: usize = 200;

/// Which concepts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchSynsets {
    /// A word, the beginning of one, or words of a definition.
    q: String,
    /// Synsets in the answer, 200 at most; a greater number is taken as that.
    limit: Option<usize>,
}

/// Search concepts
#[utoipa::path(
    get,
    path = "/api/v1/synsets",
    tag = "synsets",
    params(SearchSynsets),
    responses((status = 200, description = "Concepts, the best first", body = SynsetList))
)]
pub async fn search(Query(query): Query<SearchSynsets>) -> Result<Json<SynsetList>> {
    if query.q.len() > LONGEST_BYTES {
        return Err(Problem::invalid(format!("q: at most {LONGEST_BYTES} bytes are searched for")));
    }
    let net = WordNet::get();
    let synsets = views(net.search(&query.q, query.limit.unwrap_or(20).clamp(1, MOST)));
    let suggestions = match synsets.is_empty() {
        true => net.similar_words(&query.q, 5).iter().map(|word| word.replace('_', " ")).collect(),
        false => Vec::new(),
    };
    Ok(Json(SynsetList { synsets, suggestions }))
}
