//! Namespaces and their members.

mod create;
mod list;
mod members;
mod view;

pub use create::*;
pub use list::*;
pub use members::*;
