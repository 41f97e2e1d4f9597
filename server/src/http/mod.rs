//! The HTTP service around the handlers: connections, the layers of a request, and its documentation.
//!
//! `connections` reads requests from sockets and `sendfile` writes answers to them; [`middleware`] has the layers
//! between a connection and its handler; `openapi` completes the document that is generated from the handlers.

pub(crate) mod connections;
pub mod middleware;
pub(crate) mod openapi;
pub(crate) mod sendfile;
