//! Tells those who wait for commits of a data set: pages that show its newest revision.

use tokio::sync::broadcast;
use uuid::Uuid;

/// Commits that a waiting page may miss before it looks by itself.
const KEPT: usize = 64;

/// Data sets that got a commit, a branch or a tag on this server. Others, and programs that write to the store without a
/// server, say nothing: who waits must look now and then.
#[derive(Debug)]
pub struct Commits(broadcast::Sender<Uuid>);

impl Default for Commits {
    fn default() -> Self {
        Self(broadcast::Sender::new(KEPT))
    }
}

impl Commits {
    /// Tells that something of a data set is new.
    pub fn tell(&self, dataset: Uuid) {
        // It fails if nobody waits.
        let _ = self.0.send(dataset);
    }

    pub fn listen(&self) -> broadcast::Receiver<Uuid> {
        self.0.subscribe()
    }
}
