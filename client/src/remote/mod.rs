//! A hub on another machine: its data sets open as those of a disk or a bucket do.
//!
//! [`Hub`] is a server at an [`Address`], used with the [`Token`] that `hub login` stored. A data set there is a
//! [`hub_dataset::Store`] (`store`) over the server's objects: the layout is that of a disk, so pushing, merging,
//! tagging and reading are the same code everywhere, and the server only checks what is written and signs links to
//! what is read.
//!
//! From the outside in: [`hub_dataset::Store`] → `store` (the interface of an object store) → `objects` (the server's
//! API) → `links` and `origins` (read from the bucket), `download` and `upload` (continue a broken transfer) →
//! `connection` → `retry` (until there is a response) → `send` (one try). What a hub's connections share is its
//! `network`.
//!
//! Responses are not trusted: lengths are checked before memory is allocated, content named by its hash is hashed,
//! texts are cleaned before they are shown, and a token is sent to no other address than its own.

mod address;
mod connection;
mod credentials;
mod download;
mod error;
mod hint;
mod hub;
mod links;
mod network;
mod note;
mod objects;
mod origins;
mod outage_notice;
mod patience;
mod recipient;
mod request;
mod response;
mod retry;
mod send;
mod store;
#[cfg(test)]
mod tests;
mod upload;

pub use address::Address;
pub use connection::Connection;
pub use credentials::{Credentials, Login, Token, token_for};
pub use error::{Error, Result};
pub use hub::Hub;
pub use network::Network;
pub use note::Notes;
pub use patience::Patience;
pub use store::RemoteStore;
