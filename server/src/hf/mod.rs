//! Data sets as Hugging Face's own clients read them: with `HF_ENDPOINT=http://host:port/hf`, `load_dataset`,
//! `snapshot_download` and `HfFileSystem` take this hub for theirs.
//!
//! They see a repository: `README.md` (the card, with a front matter that names the splits) and
//! `data/{split}-00000-of-0000N.parquet`, whole Parquet files of all columns. None of these files is there. Each
//! is assembled from ranges of the stored files while it is read, see [`hub_dataset::assemble`], and its length
//! and entity tag are known before.
//!
//! Long samples stay outside of these files. Their `path` is an `hf://` address that leads back here
//! (`blobs/<hash>/sample`, under every revision, in no listing); the clients open it when the sample is used.
//!
//! What these clients insist on: a revision's `sha` of 40 hex digits (the first 40 of the commit's id; they are
//! taken as a revision, too), `X-Repo-Commit` on every file, and on every 404 an `X-Error-Code` that says what is
//! missing. A private data set is one that is not there.

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
pub use refusal::{Refusal, nothing_here};
pub use resolve::resolve;
pub use tree::{tree, tree_below};
pub use whole::{Kind, WholeFiles};

pub(crate) use info::{__path_info, __path_info_at};
pub(crate) use paths_info::__path_paths_info;
pub(crate) use repo::base_url;
pub(crate) use resolve::__path_resolve;
pub(crate) use tree::{__path_tree, __path_tree_below};
