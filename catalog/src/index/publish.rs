//! Putting a revision into the index: one transaction, in which its segments become whole.
//!
//! Its first statement takes the data set's row, so transactions that publish, give out ordinals or drop the index of
//! the same data set wait. Then it checks that what the work was based on still exists: the generation of the
//! ordinals, and the older segments. If not, it is rolled back and retried from the current state.

use std::collections::HashSet;

use hub_dataset::Snapshot;
use uuid::Uuid;

use super::failure::Failure;
use super::segment::Segment;
use super::segment_writer::{bind_postings, insert_postings, packets, places};
use super::synset_index::SynsetIndex;
use crate::db::{Tx, Value};
use crate::error::{Error, Result};
use crate::time::now;

/// Revisions of a data set that stay indexed. One that is queried again later is indexed again, at the cost of
/// what differs from the nearest.
const KEPT: i64 = 64;
/// How many more pile up before they are cleaned away.
const SLACK: i64 = 16;
/// After how long a segment without a header is taken for one whose writer died.
const ABANDONED: chrono::TimeDelta = chrono::TimeDelta::days(1);

/// A label column of a revision that is to be published.
#[derive(Debug)]
pub(crate) struct NewColumn {
    pub key: String,
    pub name: String,
    pub segments: Vec<Segment>,
}

impl SynsetIndex {
    /// Publishes a revision: the ids of its segments; none if it was published meanwhile.
    pub(crate) async fn publish(
        &self,
        snapshot: &Snapshot,
        dataset: Uuid,
        generation: i64,
        columns: &[NewColumn],
    ) -> Result<Option<Vec<i64>>, Failure> {
        let at = snapshot.at();
        let mut tx = self.db.begin().await?;
        let locked = tx
            .sql("UPDATE index_datasets SET touched = $3 WHERE dataset = $1 AND generation = $2")
            .bind(dataset)
            .bind(generation)
            .bind(now());
        if locked.run().await? == 0 {
            return Err(Failure::Moved);
        }
        let new = tx
            .sql(
                "INSERT INTO index_revisions (dataset, id, branch, version, made)
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT (dataset, id) DO NOTHING",
            )
            .bind(dataset)
            .bind(at.id)
            .bind(&at.branch)
            .bind(at.version)
            .bind(now());
        if new.run().await? == 0 {
            return Ok(None);
        }
        let mut used = Vec::new();
        for column in columns {
            write_column(&mut tx, dataset, snapshot, column).await?;
            used.extend(column.segments.iter().map(|segment| segment.id));
        }
        clean(&mut tx, dataset).await?;
        tx.commit().await?;
        Ok(Some(used))
    }
}

async fn write_column(
    tx: &mut Tx,
    dataset: Uuid,
    snapshot: &Snapshot,
    column: &NewColumn,
) -> Result<(), Failure> {
    for segment in &column.segments {
        write_segment(tx, dataset, segment).await?;
    }
    let ids: Vec<i64> = column.segments.iter().map(|segment| segment.id).collect();
    let ids = serde_json::to_string(&ids).map_err(|e| Error::invalid("list of segments", e.to_string()))?;
    tx.sql("INSERT INTO index_columns (dataset, id, label, name, segments) VALUES ($1, $2, $3, $4, $5)")
        .bind(dataset)
        .bind(snapshot.at().id)
        .bind(&column.key)
        .bind(&column.name)
        .bind(ids)
        .run()
        .await?;
    Ok(())
}

/// Writes what the database lacks of a segment. One that was whole must still be there.
async fn write_segment(tx: &mut Tx, dataset: Uuid, segment: &Segment) -> Result<(), Failure> {
    let Some(unwritten) = &segment.unwritten else {
        let there =
            tx.sql("SELECT 1 AS there FROM index_segments WHERE id = $1").bind(segment.id).row().await?;
        return there.map(drop).ok_or(Failure::Moved);
    };
    let sql = if unwritten.begun {
        "UPDATE index_segments SET size = $3, head = $4, made = $5 WHERE id = $1 AND dataset = $2"
    } else {
        "INSERT INTO index_segments (id, dataset, size, head, made) VALUES ($1, $2, $3, $4, $5)"
    };
    let written = tx.sql(sql).bind(segment.id).bind(dataset).bind(segment.size).bind(segment.header.encode());
    if written.bind(now()).run().await? == 0 {
        return Err(Failure::Moved);
    }
    for (first, postings) in packets(unwritten.first, unwritten.postings.clone()) {
        bind_postings(tx.sql(insert_postings(postings.len())), segment.id, first, postings).run().await?;
    }
    Ok(())
}

/// Drops what a writer that died left, the oldest revisions once there are many, and the segments that no
/// revision needs any more.
async fn clean(tx: &mut Tx, dataset: Uuid) -> Result<()> {
    tx.sql("DELETE FROM index_segments WHERE dataset = $1 AND head IS NULL AND made < $2")
        .bind(dataset)
        .bind(now() - ABANDONED)
        .run()
        .await?;
    let count =
        tx.sql("SELECT count(*) AS n FROM index_revisions WHERE dataset = $1").bind(dataset).row().await?;
    if count.map_or(Ok(0), |row| row.get::<i64>("n"))? <= KEPT + SLACK {
        return Ok(());
    }
    tx.sql(
        "DELETE FROM index_revisions WHERE dataset = $1 AND id NOT IN
             (SELECT id FROM index_revisions WHERE dataset = $1 ORDER BY made DESC LIMIT $2)",
    )
    .bind(dataset)
    .bind(KEPT)
    .run()
    .await?;
    sweep(tx, dataset).await
}

/// Drops the segments that no revision needs.
async fn sweep(tx: &mut Tx, dataset: Uuid) -> Result<()> {
    let mut needed: HashSet<i64> = HashSet::new();
    let lists =
        tx.sql("SELECT DISTINCT segments FROM index_columns WHERE dataset = $1").bind(dataset).rows().await?;
    for row in lists {
        needed.extend(row.json::<Vec<i64>>("segments")?);
    }
    let there = tx
        .sql("SELECT id FROM index_segments WHERE dataset = $1 AND head IS NOT NULL")
        .bind(dataset)
        .rows()
        .await?;
    let there: Vec<i64> = there.iter().map(|row| row.get("id")).collect::<Result<_>>()?;
    let unneeded: Vec<i64> = there.into_iter().filter(|id| !needed.contains(id)).collect();
    for ids in unneeded.chunks(500) {
        let sql = format!("DELETE FROM index_segments WHERE id IN ({})", places(1, ids.len()));
        tx.sql(sql).bind_all(ids.iter().map(|id| Value::from(*id))).run().await?;
    }
    Ok(())
}
