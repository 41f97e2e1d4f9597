//! The bytes that a filtered stream reads, compared with the bytes of the rows that match.
//!
//! The data set is on the disk, but is read like a bucket: by range requests, whose bytes are counted.

use std::path::Path as FilePath;
use std::sync::Arc;

use anyhow::Result;
use futures::StreamExt;
use hub_dataset::testing::Recorded;
use hub_dataset::{Dataset, Store};
use hub_schema::Revision;
use hub_stream::StreamBuilder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use serde_json::json;

use crate::clock::report;
use crate::push::local_set;
use crate::scan::encoded_images;

/// Conditions that match scattered rows, adjacent rows, and almost all rows.
const CONDITIONS: [&str; 4] =
    ["_position % 10 = 0", "_position % 3 = 0", "_position BETWEEN 4000 AND 4999", "_position % 10 != 0"];

pub async fn run(images: &FilePath, sets: &FilePath) -> Result<()> {
    let local = local_set(images, sets).await?;
    let root = local.store().directory().unwrap_or(sets).to_path_buf();
    let files = Arc::new(Recorded::new(LocalFileSystem::new_with_prefix(root)?));
    let dataset = Dataset::open(Store::new(files.clone(), Path::default(), "counted://pictures")).await?;
    let snapshot = dataset.snapshot(&Revision::main()).await?;
    // Footers are read once for any stream, so they are not counted.
    StreamBuilder::new(snapshot.clone()).estimate().await?;
    for condition in CONDITIONS {
        files.take_data_bytes();
        let builder = StreamBuilder::new(snapshot.clone()).columns(&["image", "label"]).filter(condition);
        let mut stream = builder.shuffle(1).build().await?;
        let (mut rows, mut bytes) = (0, 0);
        while let Some(batch) = stream.next().await {
            let batch = batch?;
            rows += batch.num_rows();
            bytes += encoded_images(&batch)?.iter().flatten().map(|p| p.len() as u64).sum::<u64>();
        }
        let read = files.take_data_bytes();
        let times = (read as f64 / bytes as f64 * 1000.0).round() / 1000.0;
        report(
            "filter",
            json!({ "where": condition, "rows": rows, "bytes": bytes, "read_bytes": read, "times": times }),
        );
    }
    Ok(())
}
