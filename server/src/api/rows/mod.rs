//! Rows: as JSON for pages, as bytes for players, as batches for programs.

mod cell;
mod list;
mod select;
mod stream;
mod thumbnail;
mod values;

pub use cell::*;
pub use list::*;
pub use stream::*;
pub use thumbnail::*;
