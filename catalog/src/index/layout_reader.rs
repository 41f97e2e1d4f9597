//! Works out the layout of an indexed revision.

use std::sync::Arc;

use hub_dataset::Snapshot;

use super::extents::runs;
use super::failure::Failure;
use super::layout::{Layout, Stretch};
use super::synset_index::SynsetIndex;

impl SynsetIndex {
    /// The layout of an indexed revision.
    pub(crate) async fn layout(&self, snapshot: &Snapshot, generation: i64) -> Result<Arc<Layout>, Failure> {
        let key = (generation, snapshot.at().id);
        if let Some(known) = self.caches.layouts.get(&key).await {
            return Ok(known);
        }
        let dataset = snapshot.dataset().hub_file().uuid;
        let (extents, _) = self.extents(dataset, generation).await?;
        let mut stretches = Vec::new();
        for (at, fragment) in snapshot.index().await?.fragments().iter().enumerate() {
            let mut offset = 0;
            for run in runs(fragment) {
                for (piece, ordinal) in extents.pieces(run) {
                    let ordinal = ordinal.ok_or(Failure::Moved)?;
                    stretches.push(Stretch { ordinal, rows: piece.rows, fragment: at as u32, offset });
                    offset += piece.rows;
                }
            }
        }
        let layout = Arc::new(Layout(stretches));
        self.caches.layouts.insert(key, Arc::clone(&layout)).await;
        Ok(layout)
    }
}
