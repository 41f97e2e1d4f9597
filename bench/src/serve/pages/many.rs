//! Ten thousand data sets: twenty that are created like any other, and hard links to their files under other names, each
//! with its own id, card and visibility.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use chrono::{TimeDelta, Utc};
use hub_dataset::ops::fragment_builder::encode_rows;
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::sample::Value;
use hub_dataset::{Author, Dataset, Store};
use hub_schema::{BranchName, DatasetMeta, Feature, HubFile, Schema, Visibility};
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use uuid::Uuid;

use crate::serve::links;

const COUNT: usize = 10_000;
/// Namespaces over which they are distributed.
const NAMESPACES: usize = 100;
/// Data sets to whose files the others are links.
const MODELS: usize = 20;
/// Words of which cards consist, and for which searches run.
pub const WORDS: [&str; 24] = [
    "flowers",
    "street",
    "faces",
    "birds",
    "satellite",
    "medical",
    "speech",
    "music",
    "handwriting",
    "digits",
    "animals",
    "vehicles",
    "indoor",
    "night",
    "thermal",
    "depth",
    "video",
    "captions",
    "boxes",
    "masks",
    "synthetic",
    "benchmark",
    "licence",
    "photographs",
];

pub fn namespaces() -> impl Iterator<Item = String> {
    (0..NAMESPACES).map(|i| format!("team{i:02}"))
}

/// Creates the data sets below a hub's root.
pub async fn make(root: &Path) -> Result<()> {
    let models = tempfile::tempdir_in(root.parent().context("the root has no parent directory")?)?;
    for i in 0..MODELS {
        model(&models.path().join(i.to_string()), i).await?;
    }
    let names: Vec<String> = namespaces().collect();
    let mut random = SmallRng::seed_from_u64(11);
    for i in 0..COUNT {
        let folder = root.join(&names[i % NAMESPACES]).join(format!("set{i:05}"));
        let model = models.path().join((i % MODELS).to_string());
        for part in ["data", "manifests", "refs"] {
            links::tree(&model.join(part), &folder.join(part))?;
        }
        let hub: HubFile = serde_json::from_slice(&fs::read(model.join("hub.json"))?)?;
        let created = Utc::now() - TimeDelta::minutes(random.random_range(0..1_000_000));
        let hub = HubFile { uuid: Uuid::new_v4(), created, ..hub };
        fs::write(folder.join("hub.json"), serde_json::to_vec(&hub)?)?;
        let name = format!("{}/{}-{i:05}", names[i % NAMESPACES], word(&mut random));
        let about = DatasetMeta {
            card: card(&mut random),
            visibility: if i % 2 == 0 { Visibility::Public } else { Visibility::Private },
            ..DatasetMeta::of_folder(name.parse()?)
        };
        fs::write(folder.join(DatasetMeta::PATH), serde_json::to_vec(&about)?)?;
    }
    Ok(())
}

fn word(random: &mut SmallRng) -> &'static str {
    WORDS.choose(random).copied().unwrap_or_default()
}

fn words(random: &mut SmallRng, count: usize) -> String {
    (0..count).map(|_| word(random)).collect::<Vec<_>>().join(" ")
}

/// A card of about three kilobytes, like those that people write.
fn card(random: &mut SmallRng) -> String {
    let tags = [word(random), word(random), word(random)].join(", ");
    let first = words(random, 30);
    let rest: Vec<String> = (0..8).map(|i| format!("## Part {i}\n\n{}", words(random, 40))).collect();
    format!(
        "---\nlicense: cc-by-4.0\ntags: [{tags}]\n---\n# A data set\n\n{first}.\n\n{}\n",
        rest.join("\n\n")
    )
}

async fn model(folder: &Path, i: usize) -> Result<()> {
    let dataset = Dataset::create(Store::local(folder)?).await?;
    let schema = Schema::new([("text", Feature::Text), ("label", Feature::labels(["a", "b"]))])?;
    for commit in 0..3 {
        let row = |n: usize| {
            let text = Value::text(format!("row {n} of {commit}"));
            HashMap::from([("text", text), ("label", Value::Int((n % 2) as i64))])
        };
        let rows: Vec<_> = (0..5 + 10 * i).map(row).collect();
        let encoded = encode_rows(&schema, None, &rows)?;
        let (fragment, _) = dataset.put_fragment(encoded, &HashSet::new()).await?;
        let packed =
            PackedRows { schema: schema.clone(), fragments: vec![fragment], ..PackedRows::default() };
        dataset.append(&BranchName::main(), &Author::new("bench", ""), &packed).await?;
    }
    Ok(())
}
