//! The handlers, `api/<noun>/<verb>.rs`. Which addresses lead to them is on one page, [`crate::router`].
//!
//! A handler reads its arguments, asks the catalog or a data set one question, and says the answer. What is
//! worth more than that is a room of its own ([`crate::object`], [`crate::auth`]).

pub mod audit;
mod binary;
pub mod datasets;
mod extract;
pub mod files;
pub mod health;
pub mod namespaces;
pub mod objects;
pub mod plan;
pub mod query;
mod record;
pub mod revisions;
pub mod rows;
pub mod session;
pub mod synsets;
pub mod tokens;
pub mod uploads;
pub mod users;

pub(crate) use binary::Binary;
pub use extract::{Body, DatasetPath, PageQuery, Query};
