//! Data sets as the hub knows them: names, visibility, cards, and where each lies in the store.
//!
//! The catalog decides names and places; the objects are `hub_dataset`'s. A deleted data set keeps its place
//! and its objects until it is purged after the grace time, but its name is free at once.
//!
//! A change is made in the database first and then in the store. A process that ends in between leaves a row in the
//! table `unfinished`, and any other carries the change out: see [`Catalog::finish`](crate::Catalog::finish).

mod create;
mod delete;
mod get;
mod info;
mod list;
mod text;
mod unfinished;
mod update;
mod viewer;

pub use create::NewDataset;
pub(crate) use create::insert;
pub use get::Seen;
pub use info::DatasetInfo;
pub use list::{ListQuery, Sort};
pub(crate) use text::{search_text, summary};
pub use update::DatasetChange;
pub use viewer::Viewer;
