//! The handlers, `api/<noun>/<verb>.rs`. Their routes are listed in [`crate::router`].
//!
//! A handler extracts its arguments, makes one call to the catalog or a data set, and returns the result. Longer logic is
//! in modules of its own ([`crate::store::object`], [`crate::auth`]).

pub mod audit;
mod binary;
pub mod datasets;
mod extract;
pub mod files;
pub mod health;
pub mod models;
pub mod namespaces;
pub mod objects;
pub mod plan;
pub mod query;
mod record;
pub mod revisions;
pub mod rows;
pub mod runs;
pub mod session;
pub mod synsets;
pub mod tokens;
pub mod uploads;
pub mod users;

pub(crate) use binary::Binary;
pub use extract::{Body, DatasetPath, PageQuery, Query};
