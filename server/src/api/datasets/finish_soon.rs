//! Carries out a change in the store that is valid once it is in the catalog.

use hub_catalog::DatasetInfo;

use crate::problem::chain;
use crate::state::AppState;
use crate::store::finish;

/// Writes a change to the store. If that fails, the change is valid all the same, and a server's jobs write it later.
pub(super) async fn finish_soon(state: &AppState, info: &DatasetInfo) {
    if let Err(error) = finish(&state.catalog, &state.root, info).await {
        tracing::warn!(
            error = chain(&error),
            dataset = %info.name,
            "a change of a data set could not be written to the store; the hourly jobs try again"
        );
    }
}
