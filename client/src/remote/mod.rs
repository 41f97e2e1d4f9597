//! A hub on another machine: its data sets open as those of a disk or a bucket do.
//!
//! [`Hub`] is a server, found at an [`Address`] and asked with the [`Token`] that `hub login` kept. A data set
//! there is a [`hub_dataset::Store`] (`store`) over the server's objects: the layout is that of a disk, so
//! pushing, merging, tagging, reading are the same code everywhere, and the server is only what stands between:
//! it checks what comes in, and signs what goes out.
//!
//! From the outside in: [`hub_dataset::Store`] → `store` (what an object store does) → `objects` (what the server
//! offers) → `links` and `origins` (read from the bucket), `download` and `upload` (go on where it broke) → `connection` →
//! `retry` (until there is an answer) → `send` (one try). What a hub's connections know together is its `network`.
//!
//! Nothing that comes from a server is believed: lengths are checked before memory is taken, what has a hash is
//! hashed, what is shown is cleaned, and a token goes to no other address than its own.

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
