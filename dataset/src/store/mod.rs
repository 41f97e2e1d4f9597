//! A data set's place on an object store: a prefix, and the few operations the format needs.
//!
//! Why not `object_store` as it is: paths here are relative to the data set, every error says which object of
//! which location failed, a create that must not overwrite is an operation of its own, and a local disk gives
//! memory maps. What is written is one of three kinds: content-addressed (writing it twice is harmless),
//! create-only (`hub.json`, commits, tags), and hints (may be lost).

mod coalesce;
mod list;
mod lock;
mod mapped;
mod open;
mod place;
mod prefetch_hint;
mod probe;
mod read;
mod replace;
mod served;
mod vacancy;
mod write;
mod writer_identity;

pub use coalesce::joined;
pub(crate) use coalesce::joined_over;
pub use list::Listed;
pub use lock::Lock;
pub use mapped::MappedFile;
pub use open::s3_settings;
pub use place::Store;
pub use prefetch_hint::{PrefetchHint, Scan};
pub use read::Fetched;
pub use replace::{Access, Replacement, replace_file};
pub use write::{Created, OfAnotherDataset, UploadBytes};
pub use writer_identity::WriterIdentity;
