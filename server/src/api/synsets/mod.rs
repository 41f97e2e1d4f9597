//! WordNet synsets, and the rows that are labelled with them.

mod children;
mod datasets;
mod get;
mod labels;
mod path;
mod rows;
mod search;
mod view;

pub use children::*;
pub use datasets::*;
pub use get::*;
pub use path::SynsetPath;
pub use rows::*;
pub use search::*;
pub(crate) use view::view as view_of;
