//! `hub user`: adds, lists and removes users of a server.

mod command;
mod passwd;
mod password;

pub use command::{UserArgs, run};
