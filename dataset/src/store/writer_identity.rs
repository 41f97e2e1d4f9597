//! The identity of a writer, as the store knows it.
//!
//! On a disk or in a bucket the author's name is what the writer gives. A server knows the user of the token and
//! accepts no other author, so a commit must carry that name from the start: its id is the hash of its file, so the
//! server can't add the name afterwards.

use std::fmt::Debug;

use futures::future::BoxFuture;

use crate::author::Author;

/// A store that knows its writers.
pub trait WriterIdentity: Debug + Send + Sync {
    /// The name that the store accepts for this author.
    fn author<'a>(&'a self, author: &'a Author) -> BoxFuture<'a, object_store::Result<String>>;
}
