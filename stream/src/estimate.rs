//! What an epoch will read, before it is read.
//!
//! The rows are found and the footers of their files opened, as a stream does; then the byte ranges are added up instead
//! of read, by the [`Estimate`] that scan plans use too, which defines what is counted.

use std::sync::Arc;

use futures::stream::{self, StreamExt, TryStreamExt};
use hub_dataset::read::Estimate;

use crate::builder::StreamBuilder;
use crate::error::Result;
use crate::load::Loader;

/// Fragments that are opened at a time.
const OPENING: usize = 16;

impl StreamBuilder {
    /// Estimates what an epoch will read, over all consumers: requests and bytes, without a cache.
    ///
    /// # Errors
    /// As [`build`](Self::build); a file that can't be opened.
    pub async fn estimate(self) -> Result<Estimate> {
        let mut sum = Estimate::default();
        for part in self.parts()? {
            sum += part.estimate_one().await?;
        }
        Ok(sum)
    }

    /// That of one data set.
    async fn estimate_one(self) -> Result<Estimate> {
        let (selection, columns) = self.select().await?;
        let loader = Loader {
            snapshot: self.snapshot,
            columns,
            cache: None,
            in_parts: Vec::new(),
            held: Vec::new(),
            counters: Arc::default(),
            verify: false,
            release_pages: false,
        };
        let (loader, selection) = (&loader, &selection);
        let fragments = selection.chunks.chunk_by(|a, b| a.fragment == b.fragment);
        let estimates = stream::iter(fragments.map(async |chunks| {
            let place = chunks[0].fragment as usize;
            let reader = loader.open(place).await?;
            let mut offsets = Vec::new();
            for chunk in chunks {
                match selection.subset(chunk, reader.fragment()) {
                    None => offsets.extend(chunk.start..chunk.start + chunk.rows),
                    Some(subset) => offsets.extend(subset.into_iter().map(|row| chunk.start + row)),
                }
            }
            Ok(reader.estimate(place, offsets)?.reads)
        }));
        estimates
            .buffer_unordered(OPENING)
            .try_fold(Estimate::default(), |a, b| async move { Ok(a + b) })
            .await
    }
}
