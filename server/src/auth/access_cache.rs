//! What the catalog said a moment ago of who may read what.
//!
//! A program that reads a data set's files asks for hundreds a second, and each would be three questions to the
//! catalog. So a yes to a token, or to a stranger, is believed for a second. What changes at this server is seen at
//! once: any request that may write ends all belief. At another server it is seen within the second. A no is never
//! kept, and writing always asks.

use std::time::Duration;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::Response;
use hub_catalog::{DatasetInfo, Role};
use hub_schema::DatasetName;
use moka::future::Cache;

use super::dataset::{self, OpenDataset};
use super::{Address, Caller, cookie};
use crate::problem::{Problem, Result};
use crate::state::AppState;

/// So long an answer is believed.
const BELIEVED: Duration = Duration::from_secs(1);
/// Answers that are kept.
const MOST: u64 = 1024;

/// The hash of a token, where one was sent; and which data set.
type Key = (Option<blake3::Hash>, DatasetName);

/// Who could read what, a moment ago.
#[derive(Debug)]
pub struct AccessCache(Cache<Key, (Caller, DatasetInfo)>);

impl Default for AccessCache {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(MOST).time_to_live(BELIEVED).build())
    }
}

/// Ends all belief where a request may have changed something.
pub async fn forget(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let response = next.run(request).await;
    if !reads {
        state.lately.0.invalidate_all();
    }
    response
}

/// The data set of the path, where the caller may read it, or could within the last second.
#[derive(Clone, Debug)]
pub struct CachedReadable(pub OpenDataset);

impl FromRequestParts<AppState> for CachedReadable {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let name = dataset::name_of_path(parts, state).await?;
        let address = Address::of(parts, state);
        let Some(key) = key(parts, &name) else {
            let caller = Caller::from_request_parts(parts, state).await?;
            return dataset::find(state, caller, address, &name, Role::Reader).await.map(Self);
        };
        if let Some((caller, info)) = state.lately.0.get(&key).await {
            return OpenDataset::open(state, info, caller, address).await.map(Self);
        }
        let caller = Caller::from_request_parts(parts, state).await?;
        let found = dataset::find(state, caller, address, &name, Role::Reader).await?;
        state.lately.0.insert(key, (found.caller.clone(), found.info.clone())).await;
        Ok(Self(found))
    }
}

/// None for a person with a session: pages ask seldom, and their requests are looked at more closely.
fn key(parts: &Parts, name: &DatasetName) -> Option<Key> {
    let token = parts.headers.get(header::AUTHORIZATION).map(|given| blake3::hash(given.as_bytes()));
    let is_person = token.is_none() && cookie::session_of(&parts.headers).is_some();
    (!is_person).then(|| (token, name.clone()))
}
