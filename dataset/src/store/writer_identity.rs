//! Who a store takes a writer for.
//!
//! On a disk or in a bucket an author is whoever they say. A server knows whose token it was sent and takes no
//! other author, so what is written there must carry that name from the start: a commit's id is the hash of its
//! file, and nobody can add a name to it on the way.

use std::fmt::Debug;
use std::sync::Arc;

use futures::future::BoxFuture;

use super::Store;
use crate::commit::Author;
use crate::error::Result;

/// A store that knows its writers.
pub trait WriterIdentity: Debug + Send + Sync {
    /// The author as the store takes it.
    fn author<'a>(&'a self, author: &'a Author) -> BoxFuture<'a, object_store::Result<String>>;
}

impl Store {
    /// The store, with somebody who knows who writes.
    #[must_use]
    pub fn known_to(self, writer: Arc<dyn WriterIdentity>) -> Self {
        Self { writer: Some(writer), ..self }
    }

    /// The author's name, as it is written there.
    pub(crate) async fn author(&self, author: &Author) -> Result<String> {
        match &self.writer {
            Some(writer) => writer.author(author).await.map_err(self.fail("", "ask who writes")),
            None => Ok(author.name.clone()),
        }
    }
}
