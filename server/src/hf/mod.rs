//! Data sets for Hugging Face's own clients: with `HF_ENDPOINT=http://host:port/hf`, `load_dataset`,
//! `snapshot_download` and `HfFileSystem` read from this hub.
//!
//! They see a repository: `README.md` (the card, with a front matter that lists the splits) and
//! `data/{split}-00000-of-0000N.parquet`, Parquet files with all columns. None of these files is stored. Each is
//! assembled from ranges of the stored files while it is read (see [`hub_dataset::assemble`]); its length and entity tag
//! are computed before.
//!
//! Long samples are not part of these files. Their `path` is an `hf://` address of this hub (`blobs/<hash>/sample`,
//! valid in every revision but not listed), which the clients open when the sample is used.
//!
//! These clients require a revision's `sha` of 40 hex digits (here the first 40 of the commit's id, which are accepted
//! as a revision too), `X-Repo-Commit` with every file, and `X-Error-Code` with every 404, which tells what is missing.
//! A private data set is reported as missing.

mod blob;
mod card;
mod info;
mod paths_info;
mod plan;
mod refusal;
mod repo;
mod resolve;
mod tree;
mod whole;

pub use card::front_matter;
pub use info::{info, info_at};
pub use paths_info::paths_info;
pub use plan::{Plan, Split};
pub use refusal::{Refusal, no_route};
pub use resolve::resolve;
pub use tree::{tree, tree_below};
pub use whole::{Kind, WholeFiles};

pub(crate) use info::{__path_info, __path_info_at};
pub(crate) use paths_info::__path_paths_info;
pub(crate) use repo::base_url;
pub(crate) use resolve::__path_resolve;
pub(crate) use tree::{__path_tree, __path_tree_below};
