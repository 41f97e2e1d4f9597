//! `hub ls`: lists the data sets of the embedded hub, or of the server that `HUB_URL` names.

mod command;
mod server;
mod short;

pub use command::{Ls, run};
