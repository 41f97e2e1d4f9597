//! Whose a token or session is, remembered for a minute, so that a request can be accounted to its user before it is
//! looked at. Nothing is allowed by it: every handler verifies the caller anew.

use std::time::Duration;

use moka::future::Cache;
use uuid::Uuid;

/// How long a token is taken for its user's.
const TTL: Duration = Duration::from_secs(60);
/// Maximum tokens and sessions that are remembered.
const MAX_ENTRIES: u64 = 10_000;

/// The users of the tokens and sessions of the last minute, by the hash of what was sent.
#[derive(Debug)]
pub struct KnownCallers(pub(super) Cache<blake3::Hash, Uuid>);

impl Default for KnownCallers {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(MAX_ENTRIES).time_to_live(TTL).build())
    }
}
