//! Work that is done once for all who need its result.

use std::hash::Hash;

use moka::future::Cache;

use crate::problem::{Kind, Result};

/// The value of a key, which `make` makes where it isn't kept. Concurrent callers wait for one of them; if that one got
/// no permit, or has a shorter time limit, another tries.
pub async fn once<K, V, F>(cache: &Cache<K, V>, key: K, make: impl Fn() -> F) -> Result<V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    F: Future<Output = Result<V>>,
{
    loop {
        let mut is_own_try = false;
        let making = async {
            is_own_try = true;
            make().await
        };
        match cache.try_get_with(key.clone(), making).await {
            Ok(value) => return Ok(value),
            Err(problem) if !is_own_try && matches!(problem.kind, Kind::TooManyAtOnce | Kind::Timeout) => {}
            Err(problem) => return Err((*problem).clone()),
        }
    }
}
