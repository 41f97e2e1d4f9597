//! Giving out ordinals: in a short transaction of its own, before a scan, so that the scan holds no lock.
//!
//! An ordinal that was given to a row stays its own, even if the process that requested it dies before it uses it.
//! Two processes that request at once are serialized by the next free ordinal, which both read and only one can advance.

use hub_schema::Fragment;
use uuid::Uuid;

use super::extents::{Extents, decode, encode, runs};
use super::failure::{Failure, TRIES};
use super::synset_index::SynsetIndex;
use crate::db::Value;
use crate::error::Result;
use crate::time::now;

/// Stored pieces that are read side by side before they are put together.
const PIECES: usize = 64;

impl SynsetIndex {
    /// The generation of a data set's index, which is begun if there is none.
    pub(crate) async fn generation(&self, dataset: Uuid) -> Result<i64> {
        let known =
            || self.db.read("SELECT generation FROM index_datasets WHERE dataset = $1").bind(dataset).row();
        if let Some(row) = known().await? {
            return row.get("generation");
        }
        let drawn = (rand::random::<u64>() >> 1) as i64;
        self.db
            .write(
                "INSERT INTO index_datasets (dataset, generation, next, touched) VALUES ($1, $2, 0, $3)
                 ON CONFLICT (dataset) DO NOTHING",
            )
            .bind(dataset)
            .bind(drawn)
            .bind(now())
            .run()
            .await?;
        known().await?.map_or(Ok(drawn), |row| row.get("generation"))
    }

    /// The ordinals of a generation, and in how many pieces they are stored.
    pub(crate) async fn extents(&self, dataset: Uuid, generation: i64) -> Result<(Extents, usize), Failure> {
        let rows = self
            .db
            .read(
                "SELECT d.generation, e.runs FROM index_datasets d
                 LEFT JOIN index_extents e ON e.dataset = d.dataset WHERE d.dataset = $1 ORDER BY e.base",
            )
            .bind(dataset)
            .rows()
            .await?;
        let mut extents = Extents::default();
        let mut now_is = None;
        for row in &rows {
            now_is = Some(row.get::<i64>("generation")?);
            if let Some(runs) = row.get::<Option<Vec<u8>>>("runs")? {
                decode(&runs)?.into_iter().try_for_each(|run| extents.push(run))?;
            }
        }
        if now_is == Some(generation) { Ok((extents, rows.len())) } else { Err(Failure::Moved) }
    }

    /// The ordinals of a generation, after all rows of these fragments were given one.
    pub(crate) async fn cover(
        &self,
        dataset: Uuid,
        generation: i64,
        fragments: &[Fragment],
    ) -> Result<Extents, Failure> {
        for _ in 0..TRIES {
            let (mut extents, pieces) = self.extents(dataset, generation).await?;
            let (before, mut new) = (extents.next(), Vec::new());
            for fragment in fragments {
                runs(fragment).into_iter().try_for_each(|run| extents.cover(run, &mut new))?;
            }
            if new.is_empty() {
                return Ok(extents);
            }
            let mut tx = self.db.begin().await?;
            let moved = tx
                .sql(
                    "UPDATE index_datasets SET next = $4, touched = $5
                     WHERE dataset = $1 AND generation = $2 AND next = $3",
                )
                .bind(dataset)
                .bind(generation)
                .bind(before)
                .bind(extents.next())
                .bind(now());
            if moved.run().await? == 0 {
                continue;
            }
            let (base, stored) = if pieces < PIECES {
                (before, encode(&new))
            } else {
                tx.sql("DELETE FROM index_extents WHERE dataset = $1").bind(dataset).run().await?;
                (0, encode(&extents.all()))
            };
            tx.sql("INSERT INTO index_extents (dataset, base, runs) VALUES ($1, $2, $3)")
                .bind(dataset)
                .bind(base)
                .bind(Value::from(stored))
                .run()
                .await?;
            tx.commit().await?;
            return Ok(extents);
        }
        Err(Failure::Moved)
    }
}
