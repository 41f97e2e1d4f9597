//! Probes whether a store honours conditional creates.
//!
//! A commit is safe only where a create fails if the file exists. Some S3 servers accept the condition and
//! overwrite silently, others check it without a lock and let several racing writers win. So it is tested, once, when a data set is created: create a file twice, then let several creates race.

use bytes::Bytes;
use futures::future::join_all;
use uuid::Uuid;

use super::place::Store;
use super::write::Created;
use crate::error::Result;
use crate::layout;

/// The number of concurrent creates of one name.
const RACERS: usize = 8;

impl Store {
    /// Tests whether exactly one of several creates of a file succeeds.
    pub async fn honours_create(&self) -> Result<bool> {
        let path = layout::probe(Uuid::new_v4());
        let verdict = self.probe(&path).await;
        self.delete(&path).await?;
        verdict
    }

    async fn probe(&self, path: &str) -> Result<bool> {
        let racers = (0..RACERS).map(|i| self.create(path, Bytes::from(vec![i as u8; 64])));
        let mut winner = None;
        for (i, ended) in join_all(racers).await.into_iter().enumerate() {
            if ended? == Created::Yes && winner.replace(i).is_some() {
                return Ok(false);
            }
        }
        if self.create(path, Bytes::from_static(b"late")).await? == Created::Yes {
            return Ok(false);
        }
        let kept = self.need(path).await?;
        Ok(winner.is_some_and(|w| kept.first() == Some(&(w as u8))))
    }
}
