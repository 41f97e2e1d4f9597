//! Who a store takes a writer for.
//!
//! On a disk or in a bucket an author is whoever they say. A server knows whose token it was sent and takes no
//! other author, so what is written there must carry that name from the start: a commit's id is the hash of its
//! file, and nobody can add a name to it on the way.

use std::fmt::Debug;

use futures::future::BoxFuture;

use crate::author::Author;

/// A store that knows its writers.
pub trait WriterIdentity: Debug + Send + Sync {
    /// The author as the store takes it.
    fn author<'a>(&'a self, author: &'a Author) -> BoxFuture<'a, object_store::Result<String>>;
}
