//! Objects of a data set: the files on which a client's remote store is built.

mod delete;
mod get;
mod list;
mod path;
mod put;

pub use delete::*;
pub use get::*;
pub use list::*;
pub use path::Object;
pub use put::*;
