//! The plain alternative: a table of rows with one synset each, a b-tree, and WordNet in tables beside it.

use std::time::Instant;

use anyhow::{Context, Result};
use hub_catalog::Catalog;
use hub_catalog::index::SynsetIndex;
use hub_dataset::Snapshot;
use hub_wordnet::{SynsetId, WordNet};
use serde_json::json;
use sqlx::{Connection, PgConnection};

use super::column::{PAGE, label};
use crate::clock::{median, report, seconds};

/// Concepts with large subtrees.
pub const LARGE: [&str; 6] =
    ["entity.n.01", "artifact.n.01", "animal.n.01", "plant.n.02", "instrumentality.n.03", "mammal.n.01"];

/// Counts rows with WordNet's closure, in one join.
const CLOSURE: &str = "SELECT count(*) FROM plain_rows WHERE synset IN
    (SELECT descendant FROM wordnet_closure WHERE ancestor = $1)";
/// Counts rows with a recursive query, one level at a time.
const RECURSIVE: &str = "WITH RECURSIVE below(synset) AS (
        SELECT $1::bigint UNION SELECT c.descendant FROM wordnet_closure c, below b
        WHERE c.ancestor = b.synset AND c.distance = 1)
    SELECT count(*) FROM plain_rows WHERE synset IN (SELECT synset FROM below)";
/// The first rows, in order.
const FIRST: &str = "SELECT row FROM plain_rows WHERE synset IN
    (SELECT descendant FROM wordnet_closure WHERE ancestor = $1) ORDER BY row LIMIT $2";

async fn fill(connection: &mut PgConnection, synsets: &[SynsetId], drawn: &[u32]) -> Result<()> {
    let begun = Instant::now();
    sqlx::raw_sql("CREATE TABLE plain_rows (row BIGINT NOT NULL, synset BIGINT NOT NULL)")
        .execute(&mut *connection)
        .await?;
    let numbers: Vec<u32> =
        synsets.iter().map(|id| WordNet::get().noun_number(*id).unwrap_or_default()).collect();
    let mut copy = connection.copy_in_raw("COPY plain_rows FROM STDIN").await?;
    for (at, some) in drawn.chunks(100_000).enumerate() {
        let line =
            |(i, class): (usize, &u32)| format!("{}\t{}\n", at * 100_000 + i, numbers[*class as usize]);
        copy.send(some.iter().enumerate().map(line).collect::<String>().into_bytes()).await?;
    }
    copy.finish().await?;
    for sql in [
        "ALTER TABLE plain_rows ADD PRIMARY KEY (row)",
        "CREATE INDEX plain_synset ON plain_rows (synset, row)",
        "VACUUM ANALYZE plain_rows",
        "VACUUM ANALYZE wordnet_closure",
    ] {
        sqlx::raw_sql(sql).execute(&mut *connection).await?;
    }
    let size: i64 =
        sqlx::query_scalar("SELECT pg_total_relation_size('plain_rows')").fetch_one(&mut *connection).await?;
    let figures = json!({
        "seconds": seconds(begun).round(), "bytes_per_row": (size as f64 / drawn.len() as f64).round(),
    });
    report("index plain build", figures);
    Ok(())
}

/// Queries large concepts both ways, compares the times, and checks that the results are equal.
pub async fn compare(
    url: &str,
    catalog: &Catalog,
    index: &SynsetIndex,
    head: &Snapshot,
    synsets: &[SynsetId],
    drawn: &[u32],
) -> Result<()> {
    let begun = Instant::now();
    index.fill_wordnet().await?;
    report("index postgres wordnet", json!({ "seconds": seconds(begun) }));
    let mut connection = PgConnection::connect(url).await?;
    fill(&mut connection, synsets, drawn).await?;
    let column = label(head)?;
    for concept in LARGE {
        let id = WordNet::get().resolve(concept)?;
        let number = i64::from(WordNet::get().noun_number(id).context("not a noun")?);
        let mut times: [Vec<f64>; 5] = Default::default();
        let mut rows = 0;
        for _ in 0..3 {
            for (sql, times) in [CLOSURE, RECURSIVE].iter().zip(&mut times) {
                let begun = Instant::now();
                rows = sqlx::query_scalar::<_, i64>(*sql).bind(number).fetch_one(&mut connection).await?;
                times.push(seconds(begun));
            }
            let begun = Instant::now();
            let first: Vec<i64> =
                sqlx::query_scalar(FIRST).bind(number).bind(PAGE as i64).fetch_all(&mut connection).await?;
            times[2].push(seconds(begun));
            let cold = catalog.synset_index();
            let begun = Instant::now();
            let count = cold.count(head, &column, id).await?.context("not indexed")?;
            times[3].push(seconds(begun));
            let cold = catalog.synset_index();
            let begun = Instant::now();
            let page = cold.page(head, &column, id, None, PAGE).await?.context("not indexed")?;
            times[4].push(seconds(begun));
            anyhow::ensure!(
                count.subtree == rows as u64,
                "{concept}: the index counts {count:?}, the table {rows}"
            );
            anyhow::ensure!(
                page.iter().map(|p| *p as i64).eq(first.iter().copied()),
                "{concept}: pages differ"
            );
        }
        let [closure, recursive, first, count, page] = times.map(|times| median(times) * 1e3);
        let round = |ms: f64| (ms * 100.0).round() / 100.0;
        let figures = json!({
            "concept": concept, "rows": rows, "closure_ms": round(closure), "recursive_ms": round(recursive),
            "index_count_ms": round(count), "count_times_faster": round(closure.min(recursive) / count),
            "first_page_ms": round(first), "index_page_ms": round(page), "page_times_faster": round(first / page),
        });
        report("index beside plain tables", figures);
    }
    Ok(())
}
