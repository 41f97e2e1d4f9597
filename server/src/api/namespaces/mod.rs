//! Namespaces, and who may do what in them.

mod create;
mod list;
mod members;
mod view;

pub use create::*;
pub use list::*;
pub use members::*;
