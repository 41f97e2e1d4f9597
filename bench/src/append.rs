//! Append: 100 rows, to an empty data set and to one of 100,000 fragments. The cost must depend on the rows that are
//! appended, not on the size of the data set.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use anyhow::Result;
use hub_dataset::ops::fragment_builder::encode_rows;
use hub_dataset::ops::packed_rows::{PackedFragment, PackedRows};
use hub_dataset::sample::Value;
use hub_dataset::{Author, Dataset, Store, layout};
use hub_schema::{BranchName, ContentHash, DataFile, Feature, FieldId, Schema};
use serde_json::json;

use crate::clock::{median, report, seconds};

fn schema() -> Result<Schema> {
    Ok(Schema::new([("text", Feature::Text), ("label", Feature::labels(["a", "b"]))])?)
}

/// Files that the fragments are paired from: enough for 100,000 pairs.
const FILES: u32 = 400;
const FILE_BYTES: u64 = 1000;

fn file(i: u32, fields: Vec<FieldId>) -> DataFile {
    let mut hash = [7; 32];
    hash[..4].copy_from_slice(&i.to_le_bytes());
    let hash = ContentHash(hash);
    let (footer_bytes, footer_crc) = (100, i);
    DataFile { hash, bytes: FILE_BYTES, footer_bytes, footer_crc, fields, patches: vec![], blobs: vec![] }
}

/// A data set of many fragments whose files hold zeros, for measurements that read no rows.
pub async fn many_fragments(store: Store, count: u32) -> Result<Dataset> {
    let dataset = Dataset::create(store).await?;
    let schema = schema()?;
    for i in 0..FILES {
        dataset.store().put(&layout::data(file(i, vec![]).hash), vec![0; FILE_BYTES as usize]).await?;
    }
    // Every fragment is another pair of files.
    let fragment = |i: u32| {
        let files = [(i / FILES, 0), (i % FILES, 1)];
        let files = files.map(|(i, column)| file(i, vec![schema.fields[column].id]));
        PackedFragment {
            split: Some("train".into()),
            row_groups: vec![100],
            files: files.to_vec(),
            derived: Vec::new(),
        }
    };
    let fragments = (0..count).map(fragment).collect();
    let rows = PackedRows { schema: schema.clone(), fragments, ..PackedRows::default() };
    dataset.append(&BranchName::main(), &Author::new("bench", ""), &rows).await?;
    Ok(dataset)
}

async fn append(dataset: &Dataset, seed: usize) -> Result<()> {
    let schema = schema()?;
    let row = |i: usize| {
        HashMap::from([("text", Value::text(format!("{seed}/{i}"))), ("label", Value::Int((i % 2) as i64))])
    };
    let rows: Vec<_> = (0..100).map(row).collect();
    let encoded = encode_rows(&schema, Some("train"), &rows)?;
    let (fragment, _) = dataset.put_fragment(encoded, &HashSet::new()).await?;
    let rows = PackedRows { schema, fragments: vec![fragment], ..PackedRows::default() };
    dataset.append(&BranchName::main(), &Author::new("bench", ""), &rows).await?;
    Ok(())
}

pub async fn run(runs: usize) -> Result<()> {
    let directory = tempfile::tempdir()?;
    for fragments in [0, 100_000] {
        let store = Store::local(&directory.path().join(fragments.to_string()))?;
        let dataset = match fragments {
            0 => Dataset::create(store).await?,
            count => many_fragments(store, count).await?,
        };
        let mut millis = Vec::new();
        // Enough appends to pay for the merging of small manifests too.
        for seed in 0..runs * 20 {
            let begun = Instant::now();
            append(&dataset, seed).await?;
            millis.push(seconds(begun) * 1e3);
        }
        let mean = millis.iter().sum::<f64>() / millis.len() as f64;
        let digits = |figure: f64| (figure * 100.0).round() / 100.0;
        let figures = json!({
            "fragments": fragments, "rows": 100, "median_ms": digits(median(millis)), "mean_ms": digits(mean),
        });
        report("append", figures);
    }
    Ok(())
}
