//! Arguments that several commands share, parsed into typed values once.

mod author;
mod depth;
mod global;
mod hub;
mod rows;
mod size;
mod target;
mod time;
mod view;

pub use author::AuthorArgs;
pub use depth::DepthArg;
pub use global::{Global, JsonArg};
pub use hub::HubArg;
pub use rows::{RowRef, find as find_rows};
pub use size::{SizeArg, parse_size};
pub use target::{ReadArgs, Target, WriteArgs, last_part};
pub use time::parse_duration;
pub use view::ViewRef;
