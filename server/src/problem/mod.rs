//! Problem documents (RFC 9457), `application/problem+json`: the answer of every failed request.
//!
//! A handler returns a [`Problem`]: its [`Kind`], and a sentence for the person who made the request. The kind
//! determines status, `type` and title, in one table. The request's path and id are added by
//! [`crate::http::middleware::problems`], which also turns the framework's plain answers (unknown route, body too long) into
//! problem documents. So clients have one form to read, [`hub_schema::api::Problem`].
//!
//! Programs decide by the kind and by extension members, never by the sentence: a refusal because of a missing role or
//! scope has members for what is required and what the caller has ([`hub_schema::api::AccessDenied`]).
//!
//! A `detail` never contains internals: errors of the database or the store are logged with the request's id, and the
//! answer refers to that id.

mod document;
mod from;
mod kind;

pub use document::{Problem, Result, document};
pub use from::{chain, disk, internal};
pub use kind::Kind;
