//! Rows: as JSON for pages, cells as bytes for players, batches for training programs.

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
