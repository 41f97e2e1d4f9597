//! The last stage of a push: encoded fragments are written to the store, a few at a time.

use std::collections::HashSet;
use std::sync::Arc;

use hub_dataset::Dataset;
use hub_dataset::ops::fragment_builder::Uploaded;
use hub_dataset::ops::packed_rows::PackedFragment;
use hub_schema::{ContentHash, Skipped};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{JoinError, JoinSet};

use super::content::RowsContent;
use super::encode::Encoded;
use super::progress::StageProgress;
use crate::error::{Error, Result};

/// Fragments that are uploaded at a time.
const UPLOADS: usize = 2;

/// The last stage: writes encoded fragments to the store.
#[derive(Debug)]
pub struct Uploader {
    pub dataset: Dataset,
    /// The files of the branch's head.
    pub known: Arc<HashSet<ContentHash>>,
    pub progress: StageProgress,
    /// Count what would be written, but write nothing.
    pub dry_run: bool,
}

/// What was written; fragments and samples with their place among the fragments, in no order.
#[derive(Debug, Default)]
pub struct Gathered {
    pub fragments: Vec<(usize, PackedFragment)>,
    /// Samples that were left out.
    pub skipped: Vec<(usize, Skipped)>,
    pub uploaded: Uploaded,
    /// What the rows hold, if it was asked for.
    pub content: RowsContent,
}

impl Uploader {
    /// Writes the fragments that it receives until the senders are dropped.
    ///
    /// # Errors
    /// The first one, a stage's or the store's. Nothing more is received then.
    pub async fn run(&self, mut encoded: mpsc::Receiver<Result<Encoded>>) -> Result<Gathered> {
        let mut gathered = Gathered::default();
        let room = Arc::new(Semaphore::new(UPLOADS));
        let mut running = JoinSet::new();
        while let Some(next) = encoded.recv().await {
            let Encoded { index, fragment, skipped, blobs, content } = next?;
            gathered.content.merge(content);
            gathered.skipped.extend(skipped.into_iter().map(|s| (index, s)));
            gathered.uploaded += blobs;
            self.progress.uploaded(blobs);
            let Some(fragment) = fragment else { continue };
            while let Some(done) = running.try_join_next() {
                self.gather(done, &mut gathered)?;
            }
            let Ok(permit) = Arc::clone(&room).acquire_owned().await else { break };
            let (dataset, known, dry_run) = (self.dataset.clone(), Arc::clone(&self.known), self.dry_run);
            running.spawn(async move {
                let put = async {
                    if dry_run {
                        dataset.estimate_fragment(fragment, &known).await
                    } else {
                        dataset.put_fragment(fragment, &known).await
                    }
                };
                let (fragment, up) = put.await?;
                drop(permit);
                Ok((index, fragment, up))
            });
        }
        while let Some(done) = running.join_next().await {
            self.gather(done, &mut gathered)?;
        }
        Ok(gathered)
    }

    fn gather(
        &self,
        done: Result<Result<(usize, PackedFragment, Uploaded)>, JoinError>,
        gathered: &mut Gathered,
    ) -> Result<()> {
        let (index, fragment, up) = done.map_err(|e| Error::Worker(e.to_string()))??;
        self.progress.uploaded(up);
        gathered.uploaded += up;
        gathered.fragments.push((index, fragment));
        Ok(())
    }
}
