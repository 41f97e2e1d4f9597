//! The id of stored bytes.

use bytes::Bytes;
use hub_schema::ContentHash;

/// The id of stored bytes: their BLAKE3.
pub(crate) fn hash(bytes: &Bytes) -> ContentHash {
    ContentHash(*blake3::hash(bytes).as_bytes())
}
