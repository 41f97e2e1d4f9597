//! API tokens of the caller.

mod create;
mod list;
mod revoke;
mod view;

pub use create::*;
pub use list::*;
pub use revoke::*;
pub use view::{ended, view};
