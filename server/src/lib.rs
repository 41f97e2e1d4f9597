//! The hub as an HTTP service: data sets for people, programs and other hubs.
//!
//! It takes a [`Config`] and answers requests with JSON for people and pages, bytes for clients, and batches for
//! training. A server has no state of its own: users and names are in the catalog, rows are in the object store, so
//! any number of servers can run behind one load balancer. Besides these two, the servers share one secret, with
//! which they sign links to chunks.
//!
//! All routes are listed in [`router`]; each handler has a file, `api/<noun>/<verb>.rs`. Every failure is answered
//! with a problem document (RFC 9457); one table in [`problem`] maps errors to documents. [`mod@http`] is the service
//! around the handlers, [`store`] has the data sets' files, `work` limits and caches costly work, and `query_process`
//! runs SQL in processes of its own.
//!
//! Why no service objects between handlers and the catalog: most handlers make one catalog call, and readers of the
//! handler should see which one.

#![allow(
    missing_docs,
    reason = "only the binary and the tests use this crate; OpenAPI documents the wire types"
)]

pub mod api;
mod arrow_stream;
pub mod auth;
pub mod config;
pub mod croissant;
pub mod hf;
pub mod http;
pub mod pages;
pub mod problem;
mod query_process;
mod router;
mod serve;
mod state;
pub mod store;
#[cfg(test)]
mod tests;
mod thumbnail;
mod views;
mod work;

pub(crate) use pages::icon;

pub use config::{Config, ConfigError, Settings};
pub use problem::Problem;
pub use query_process::{WORKER_ARGUMENT, run_worker};
pub use router::{document, router};
pub use serve::{ServeError, log_to_stderr, serve};
pub use state::{AppState, StartError};
