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
//!
//! They can also list data sets, refs and commits, and ask who they are (`hf auth login`). The hub is read-only for them;
//! what it doesn't offer is refused by name, and not as a missing repository.

mod auth;
mod blob;
mod card;
mod commits;
mod front_matter;
mod info;
mod list;
mod paths_info;
mod plan;
mod refs;
mod refusal;
mod repo;
mod resolve;
mod revision;
mod tree;
mod whole;

pub use auth::{auth_check, whoami};
pub use commits::commits;
pub use front_matter::{Card, Cards, check_card};
pub use info::{info, info_at};
pub use list::list;
pub use paths_info::paths_info;
pub use plan::{Plan, Split};
pub use refs::refs;
pub use refusal::{Refusal, no_method, no_route};
pub use resolve::resolve;
pub use tree::{tree, tree_below};
pub use whole::{Kind, WholeFiles};

pub(crate) use auth::{__path_auth_check, __path_whoami};
pub(crate) use commits::__path_commits;
pub(crate) use info::{__path_info, __path_info_at};
pub(crate) use list::__path_list;
pub(crate) use paths_info::__path_paths_info;
pub(crate) use refs::__path_refs;
pub(crate) use repo::base_url;
pub(crate) use resolve::__path_resolve;
pub(crate) use tree::{__path_tree, __path_tree_below};
