//! Logging in and out, the caller's account, and setting up the hub's first owner.

mod begin;
mod login;
mod logout;
mod me;
mod setup;

pub(crate) use begin::begin;
pub use login::*;
pub use logout::*;
pub use me::*;
pub use setup::*;
