//! Searches synsets.

use axum::Json;
use hub_schema::api::SynsetList;
use hub_wordnet::WordNet;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::views;
use crate::api::Query;
use crate::problem::{Problem, Result};

/// Maximum synsets of a result.
const MAX_SYNSETS: usize = 200;
/// Maximum bytes of a search text.
const MAX_QUERY_BYTES: usize = 200;

/// Which synsets to find.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchSynsets {
    /// A word, the beginning of a word, or words of a definition.
    q: String,
    /// Synsets in the result, 20 by default and 200 at most; greater values are clamped.
    limit: Option<usize>,
}

/// Search synsets
#[utoipa::path(
    get,
    path = "/api/v1/synsets",
    tag = "synsets",
    params(SearchSynsets),
    responses((status = 200, description = "Synsets, best match first", body = SynsetList))
)]
pub async fn search(Query(query): Query<SearchSynsets>) -> Result<Json<SynsetList>> {
    if query.q.len() > MAX_QUERY_BYTES {
        return Err(Problem::invalid(format!("q: expected at most {MAX_QUERY_BYTES} bytes")));
    }
    let net = WordNet::get();
    let synsets = views(net.search(&query.q, query.limit.unwrap_or(20).clamp(1, MAX_SYNSETS)));
    let suggestions = match synsets.is_empty() {
        true => net.similar_words(&query.q, 5).iter().map(|word| word.replace('_', " ")).collect(),
        false => Vec::new(),
    };
    Ok(Json(SynsetList { synsets, suggestions }))
}
