//! The hub's users, for its owners.

mod create;
mod delete;
mod list;
mod path;
mod update;
mod view;

pub use create::*;
pub use delete::*;
pub use list::*;
pub use path::UserPath;
pub use update::*;
pub use view::view;
