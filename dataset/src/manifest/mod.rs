//! Manifests: immutable lists of fragments.
//!
//! A commit names its manifests in the order of its rows, and a new commit names the old ones again, so that
//! it costs what it adds. Small neighbours are merged as they pile up ([`list`]), so that the list stays
//! short.

mod codec;
mod limits;
pub mod list;
mod used_ids;

pub use codec::{decode, decode_ids, encode};
pub use limits::{MANIFEST_BYTES, SPLIT_BYTES};
pub use used_ids::{KnownIds, UsedIds};
