//! Tokens: what programs sign in with.
//!
//! `hub_` and 256 random bits, shown once when made. A token can do no more than its user, and less if its
//! scope or namespace says so; it may run out. When it was last used is noted at most once a minute, so that a
//! busy client costs no write a request.

mod create;
mod record;
mod verify;

pub use create::NewToken;
pub use hub_schema::Scope;
pub use record::{Access, Token};
