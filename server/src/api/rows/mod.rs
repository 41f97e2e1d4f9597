//! Rows: as JSON for pages, cells as bytes for players, batches for training programs.

mod audio;
mod cell;
mod frames;
mod list;
mod mask;
mod one;
mod stream;
mod thumbnail;
mod thumbnails;

pub use audio::*;
pub use cell::*;
pub use frames::*;
pub use list::*;
pub use mask::*;
pub use one::*;
pub use stream::*;
pub use thumbnail::*;
pub use thumbnails::*;
