//! An extractor for a data set that the caller may read, with the cached checks of [`AccessCache`], and the layer that
//! clears them.
//!
//! [`AccessCache`]: super::AccessCache

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::Response;
use hub_catalog::Role;
use hub_schema::DatasetName;

use super::access_cache::Key;
use super::dataset::{self, OpenDataset};
use super::{Address, Caller, cookie};
use crate::problem::{Problem, Result};
use crate::state::AppState;

/// Clears the cache after a request that may have changed something.
pub async fn forget(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let response = next.run(request).await;
    if !reads {
        state.access_cache.0.invalidate_all();
    }
    response
}

/// The data set of the path, if the caller may read it or could within the last second.
#[derive(Clone, Debug)]
pub struct CachedReadable(pub OpenDataset);

impl FromRequestParts<AppState> for CachedReadable {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let name = dataset::name_of_path(parts, state).await?;
        let address = Address::of(parts, state.config.trust_forwarded);
        let Some(key) = key(parts, &name) else {
            let caller = Caller::from_request_parts(parts, state).await?;
            return dataset::find(state, caller, address, &name, Role::Reader).await.map(Self);
        };
        if let Some((caller, info)) = state.access_cache.0.get(&key).await {
            return OpenDataset::open(state, info, caller, address).await.map(Self);
        }
        let caller = Caller::from_request_parts(parts, state).await?;
        let found = dataset::find(state, caller, address, &name, Role::Reader).await?;
        state.access_cache.0.insert(key, (found.caller.clone(), found.info.clone())).await;
        Ok(Self(found))
    }
}

/// `None` for a caller with a session, who is not cached: pages send few requests, and those need the cross-site check.
fn key(parts: &Parts, name: &DatasetName) -> Option<Key> {
    let token = parts.headers.get(header::AUTHORIZATION).map(|given| blake3::hash(given.as_bytes()));
    let is_person = token.is_none() && cookie::session_of(&parts.headers).is_some();
    (!is_person).then(|| (token, name.clone()))
}
