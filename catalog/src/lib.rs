//! The catalog: accounts, data sets and the label index, on PostgreSQL and SQLite.
//!
//! In comes a database's address; out comes a [`Catalog`], a handle that any number of tasks share, with one
//! method for each query. One folder a noun, one file a verb, one function a query, SQL beside the Rust that
//! decodes its rows. The catalog is never the only copy of a data set's content: commits, tags and the description of
//! each data set are in the object store, and [`Catalog::reindex`] rebuilds the catalog's view of them from there.
//!
//! Why a handle and not a trait with two implementations: both engines take the same SQL (`$1`, `RETURNING`,
//! `ON CONFLICT`), so a query is written once and `db` sends it to the configured engine; the few that differ
//! have both texts side by side. A trait would have doubled every file.
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! # let folder = tempfile::tempdir().unwrap();
//! # let url = format!("sqlite://{}/catalog.db", folder.path().display());
//! use hub_catalog::{NewUser, Scope, NewToken};
//! let catalog = hub_catalog::open(&url).await?;
//! let ada = catalog.create_user(&NewUser::named("ada")).await?;
//! let (_, secret) = catalog.create_token(ada.id, &NewToken::new("laptop", Scope::Read)).await?;
//! assert_eq!(catalog.verify_token(secret.reveal()).await?.user.name, "ada");
//! # Ok::<(), hub_catalog::Error>(())
//! # }).unwrap();
//! ```

#![allow(
    missing_docs,
    reason = "used by this workspace's own crates only; names and types say what a comment would"
)]

pub mod audit;
mod catalog;
pub mod commit;
pub mod conditional_create;
pub mod dataset;
pub mod dataset_meta;
pub(crate) mod db;
mod error;
mod ids;
pub mod index;
pub mod job;
pub mod namespace;
mod page;
pub mod reindex;
pub mod review;
mod secret;
pub mod session;
pub mod setup;
#[cfg(test)]
mod tests;
mod text;
mod time;
pub mod token;
pub mod user;
mod words;

pub use audit::{AuditEntry, AuditFilter, AuditRecord};
pub use catalog::{Catalog, Options, open, open_with};
pub use commit::{Applied, CommitInfo, Ref, RefKind};
pub use conditional_create::{CreateClaim, UnwrittenClaim};
pub use dataset::{DatasetChange, DatasetInfo, ListQuery, NewDataset, Seen, Sort, Viewer};
pub use db::Engine;
pub use error::{Error, Result};
pub use ids::{JobId, TokenId, UserId};
pub use job::{Job, JobState, NewJob};
pub use namespace::{Member, Namespace, Role};
pub use page::Page;
pub use reindex::{ReindexFailure, Reindexed};
pub use review::Review;
pub use secret::Secret;
pub use session::Session;
pub use token::{Access, NewToken, Scope, Token};
pub use user::{EndedAccess, NewUser, User};
