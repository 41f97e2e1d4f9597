//! Models, and what they say of an image.

mod classify;
mod list;
mod open;

pub use classify::*;
pub use list::*;
pub(crate) use open::{find, known};
