//! Open: a data set up to its index of rows, for the images and for a data set of 100,000 fragments.

use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use hub_dataset::{Dataset, Store};
use hub_schema::Revision;
use serde_json::json;

use crate::append::many_fragments;
use crate::clock::{median, report, seconds};
use crate::push::local_set;

pub async fn run(images: &Path, sets: &Path, runs: usize) -> Result<()> {
    let small = local_set(images, sets).await?.store().clone();
    let directory = tempfile::tempdir_in(sets)?;
    let big = Store::local(&directory.path().join("fragments"))?;
    many_fragments(big.clone(), 100_000).await?;
    for (what, store) in [("pictures", small), ("100,000 fragments", big)] {
        let mut millis = Vec::new();
        let (mut rows, mut fragments) = (0, 0);
        for _ in 0..runs {
            let begun = Instant::now();
            let snapshot = Dataset::open(store.clone()).await?.snapshot(&Revision::main()).await?;
            let index = snapshot.index().await?;
            millis.push(seconds(begun) * 1e3);
            (rows, fragments) = (index.rows(), index.fragments().len());
        }
        let millis = (median(millis) * 100.0).round() / 100.0;
        report("open", json!({ "set": what, "ms": millis, "rows": rows, "fragments": fragments }));
    }
    Ok(())
}
