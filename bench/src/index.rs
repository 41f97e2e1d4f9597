//! The label index at ImageNet-21k's scale, on both databases, compared with plain tables in PostgreSQL.
//!
//! The data set has only labels: the requested number of rows in 21,841 classes of uneven sizes, shuffled. It is
//! indexed, queried and appended to like any other. Queries run *warm* (with the caches of a server that has run them
//! before) and *cold* (everything is read from the database). The plain alternative is a table of rows with one
//! synset each and a b-tree, queried through WordNet's closure and by a recursive query, in the same PostgreSQL.

mod column;
mod plain;

use std::collections::HashSet;
use std::time::Instant;

use anyhow::{Context, Result};
use hub_catalog::Catalog;
use hub_catalog::index::SynsetIndex;
use hub_dataset::ops::fragment_builder::FragmentBuilder;
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::sample::Value;
use hub_dataset::{Author, Dataset, Snapshot, Store};
use hub_schema::{BranchName, Feature, FieldId, Schema};
use hub_wordnet::{SynsetId, WordNet, imagenet21k};
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::json;

use column::{PAGE, label};

use crate::clock::{median, percentile, report, seconds};

/// Rows of a fragment and of a row group.
const FRAGMENT: u64 = 40_000;
const APPENDED: u64 = 10_000;
/// Number of concepts to query.
const CONCEPTS: usize = 200;

/// Draws classes at random, with uneven frequencies.
struct Classes {
    synsets: Vec<SynsetId>,
    /// Running sum of the classes' weights.
    ends: Vec<u32>,
    random: SmallRng,
}

impl Classes {
    fn new() -> Result<Self> {
        let mut random = SmallRng::seed_from_u64(21);
        let synsets = imagenet21k().to_vec();
        let mut end = 0;
        let mut next = || {
            end += random.random_range(1..1300);
            end
        };
        let ends = synsets.iter().map(|_| next()).collect();
        Ok(Self { synsets, ends, random })
    }

    fn draw(&mut self) -> usize {
        let at = self.random.random_range(0..self.ends.last().copied().unwrap_or(1));
        self.ends.partition_point(|end| *end <= at)
    }
}

/// Appends `rows` rows with random classes; returns the new head and the classes drawn.
async fn append(dataset: &Dataset, classes: &mut Classes, rows: u64) -> Result<(Snapshot, Vec<u32>)> {
    let names = classes.synsets.iter().map(|id| WordNet::get().synset(*id).map(|s| s.name()));
    let names = names.enumerate().map(|(i, name)| format!("{}_{i}", name.unwrap_or_default())).collect();
    let synsets = classes.synsets.iter().map(|id| Some(id.to_string())).collect();
    let schema = Schema::new([("label", Feature::ClassLabel { names, synsets })])?;
    let ids: Vec<FieldId> = schema.fields.iter().map(|f| f.id).collect();
    let mut packed = PackedRows { schema: schema.clone(), ..PackedRows::default() };
    let mut drawn = Vec::with_capacity(rows as usize);
    let mut left = rows;
    while left > 0 {
        let some = left.min(FRAGMENT);
        let labels: Vec<u32> = (0..some).map(|_| classes.draw() as u32).collect();
        let values: Vec<_> = labels.iter().map(|class| vec![Value::Int(i64::from(*class))]).collect();
        drawn.extend(labels);
        let mut builder = FragmentBuilder::new(&schema, &ids, Some("train".into()))?;
        builder.row_group(&values)?;
        let (fragment, _) = dataset.put_fragment(builder.finish()?, &HashSet::new()).await?;
        packed.fragments.push(fragment);
        left -= some;
    }
    dataset.append(&BranchName::main(), &Author::new("bench", ""), &packed).await?;
    let head = dataset.head(&BranchName::main()).await?.context("nothing was appended")?;
    head.index().await?;
    Ok((head, drawn))
}

/// A random sample of the classes and of the concepts above them.
fn concepts(classes: &Classes) -> Vec<SynsetId> {
    let mut all: HashSet<SynsetId> = HashSet::new();
    for class in &classes.synsets {
        all.extend(WordNet::get().ancestors(*class));
    }
    let mut all: Vec<SynsetId> = all.into_iter().collect();
    all.sort_unstable();
    let mut random = SmallRng::seed_from_u64(7);
    all.choose_multiple(&mut random, CONCEPTS).copied().collect()
}

/// 50 concepts of a tree, as one page shows them.
fn page_of_tree() -> Result<Vec<SynsetId>> {
    let wn = WordNet::get();
    Ok(wn.descendants(wn.resolve("animal.n.01")?).into_iter().take(50).collect())
}

/// Median and 99th percentile, in milliseconds.
fn millis(name: &str, times: Vec<f64>) -> serde_json::Value {
    let mut sorted = times.clone();
    sorted.sort_by(f64::total_cmp);
    let digits = |figure: f64| (figure * 1e5).round() / 1e2;
    json!({ "question": name, "median_ms": digits(median(times)), "p99_ms": digits(percentile(&sorted, 99)) })
}

/// Times each kind of query; `index` returns the index for each query: always the same one (warm), or a new one without
/// any cache (cold).
async fn time_queries(
    what: &str,
    index: impl Fn() -> SynsetIndex,
    head: &Snapshot,
    concepts: &[SynsetId],
) -> Result<()> {
    let column = label(head)?;
    let (mut counts, mut pages, mut trees) = (Vec::new(), Vec::new(), Vec::new());
    for concept in concepts {
        let instance = index();
        let begun = Instant::now();
        instance.count(head, &column, *concept).await?.context("not indexed")?;
        counts.push(seconds(begun));
        let instance = index();
        let begun = Instant::now();
        instance.page(head, &column, *concept, None, PAGE).await?.context("not indexed")?;
        pages.push(seconds(begun));
    }
    let nodes = page_of_tree()?;
    for _ in 0..50 {
        let instance = index();
        let begun = Instant::now();
        instance.tree(head, &column, &nodes).await?.context("not indexed")?;
        trees.push(seconds(begun));
    }
    for (name, times) in [("count", counts), ("first page of 100 rows", pages), ("tree of 50 nodes", trees)] {
        report(what, millis(name, times));
    }
    Ok(())
}

async fn measure(name: &str, catalog: &Catalog, head: &Snapshot, classes: &Classes) -> Result<SynsetIndex> {
    let index = catalog.synset_index();
    let rows = head.commit().counts.rows;
    let begun = Instant::now();
    index.apply(head).await?;
    let build = seconds(begun);
    let size = index.size_bytes(Some(head.dataset().hub_file().uuid)).await?;
    let figures = json!({
        "rows": rows, "seconds": (build * 100.0).round() / 100.0, "rows_per_s": (rows as f64 / build).round(),
        "bytes_per_row": (size as f64 / rows as f64 * 100.0).round() / 100.0,
    });
    report(&format!("index {name} build"), figures);
    let concepts = concepts(classes);
    time_queries(&format!("index {name} warm"), || index.clone(), head, &concepts).await?;
    time_queries(&format!("index {name} cold"), || catalog.synset_index(), head, &concepts).await?;
    for concept in plain::LARGE {
        let id = WordNet::get().resolve(concept)?;
        let begun = Instant::now();
        let all = index.rows(head, &label(head)?, id).await?.context("not indexed")?;
        let figures = json!({ "concept": concept, "rows": all.len(), "seconds": seconds(begun) });
        report(&format!("index {name} all rows"), figures);
    }
    Ok(index)
}

pub async fn run(rows: u64, runs: usize) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let dataset = Dataset::create(Store::local(&folder.path().join("set"))?).await?;
    let mut classes = Classes::new()?;
    let begun = Instant::now();
    let (head, drawn) = append(&dataset, &mut classes, rows).await?;
    report("index data set made", json!({ "rows": rows, "seconds": seconds(begun).round() }));

    let file = folder.path().join("catalog.db");
    let sqlite = hub_catalog::open(&format!("sqlite://{}", file.display())).await?;
    let mut indexes = vec![("sqlite", sqlite.clone(), measure("sqlite", &sqlite, &head, &classes).await?)];
    // Much of the data is in the write-ahead log until the file is closed or the log is full.
    let log = std::fs::metadata(folder.path().join("catalog.db-wal")).map_or(0, |log| log.len());
    let on_disk = std::fs::metadata(&file)?.len().max(log);
    report("index sqlite file", json!({ "bytes_per_row": on_disk as f64 / rows as f64 }));
    match std::env::var("HUB_TEST_POSTGRES_URL") {
        Ok(url) => {
            let postgres = hub_catalog::open(&url).await?;
            indexes.push((
                "postgres",
                postgres.clone(),
                measure("postgres", &postgres, &head, &classes).await?,
            ));
            plain::compare(&url, &postgres, &indexes[1].2, &head, &classes.synsets, &drawn).await?;
        }
        Err(_) => {
            eprintln!("index: PostgreSQL is skipped; run this with scripts/with-postgres.sh to include it")
        }
    }

    let mut times = vec![Vec::new(); indexes.len()];
    let mut head = head;
    for _ in 0..runs.max(3) * 4 {
        (head, _) = append(&dataset, &mut classes, APPENDED).await?;
        for ((_, _, index), times) in indexes.iter().zip(&mut times) {
            let begun = Instant::now();
            index.apply(&head).await?;
            times.push(seconds(begun));
        }
    }
    let concepts = concepts(&classes);
    for ((name, catalog, index), times) in indexes.into_iter().zip(times) {
        report(&format!("index {name} append"), millis("10,000 rows", times));
        time_queries(&format!("index {name} warm after appends"), || index.clone(), &head, &concepts).await?;
        time_queries(
            &format!("index {name} cold after appends"),
            || catalog.synset_index(),
            &head,
            &concepts,
        )
        .await?;
    }
    Ok(())
}
