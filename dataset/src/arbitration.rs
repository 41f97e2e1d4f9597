//! Who decides which of two creates wins, where the store can't: the database of a hub's server.

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use uuid::Uuid;

use crate::error::ArbitrationError;
use crate::store::{Created, Store};

/// Creates objects that must not exist in a store that can't be trusted with that.
#[async_trait]
pub trait Arbitrate: fmt::Debug + Send + Sync {
    /// Creates an object of the data set with this UUID.
    ///
    /// # Errors
    /// The database or the store fails.
    async fn create(
        &self,
        store: &Store,
        dataset: Uuid,
        path: &str,
        content: Bytes,
    ) -> Result<Created, ArbitrationError>;
}
