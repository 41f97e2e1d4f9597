//! The hub as a service: data sets over HTTP, for people, programs and other hubs.
//!
//! In come a [`Config`] and requests; out come JSON for people and pages, bytes for clients, batches for
//! training. A server holds no state of its own: users and names are in the catalog, rows are in the object
//! store, so any number of servers stand behind one balancer. What they share beside these two is one secret,
//! with which they sign links to chunks.
//!
//! All routes are on one page, [`router`]; each handler is a file, `api/<noun>/<verb>.rs`. Every answer that is
//! not a success is a problem document (RFC 9457), and which error becomes which is one table in [`problem`].
//!
//! Why no service objects between handlers and the catalog: a handler is one question to it, and who reads the
//! handler should see which.

mod admission;
pub mod api;
mod arrow_stream;
pub mod auth;
pub mod config;
mod connections;
pub mod croissant;
mod damaged;
mod filter;
pub mod hf;
mod jobs;
pub mod middleware;
pub mod object;
mod open;
mod openapi;
pub mod problem;
mod rate;
mod router;
mod sendfile;
mod serve;
mod state;
pub mod store;
#[cfg(test)]
mod tests;
mod thumbnail;

pub use config::{Config, ConfigError, Settings};
pub use openapi::document;
pub use problem::Problem;
pub use router::router;
pub use serve::{ServeError, log_to_stderr, serve};
pub use state::{AppState, StartError};
