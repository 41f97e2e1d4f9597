//! Rows: as JSON for pages, cells as bytes for players, batches for training programs.

mod cell;
mod list;
mod select;
mod stream;
mod thumbnail;
mod values;

pub use cell::*;
pub(crate) use list::rows_at;
pub use list::*;
pub(crate) use select::Selected;
pub use stream::*;
pub use thumbnail::*;
