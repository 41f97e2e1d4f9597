//! Data sets: names, visibility, cards, deletion and garbage collection.

mod card;
mod create;
mod delete;
mod finish_soon;
mod gc;
mod get;
mod list;
mod rename;
mod restore;
mod update;
mod view;

use finish_soon::finish_soon;

pub use card::*;
pub use create::*;
pub use delete::*;
pub use gc::*;
pub use get::*;
pub use list::*;
pub use rename::*;
pub use restore::*;
pub use update::*;
