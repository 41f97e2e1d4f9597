//! Keeps, lists and takes back answers.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::catalog::Catalog;
use crate::db::{Record, Row};
use crate::error::{Error, Result};
use crate::page::{Page, decode, page_length};
use crate::text::on_one_line;
use crate::time::now;

/// An answer about a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    pub queue: String,
    /// The row's id, as a number.
    pub row: u64,
    pub answer: String,
    /// The name of the user who gave it.
    pub by: String,
    pub time: DateTime<Utc>,
}

impl Record for Review {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            queue: row.get("queue")?,
            row: row_of(row.get("row_id")?),
            answer: row.get("answer")?,
            by: row.get("actor")?,
            time: row.time("time")?,
        })
    }
}

/// The id of a row alone.
struct RowNumber(u64);

impl Record for RowNumber {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self(row_of(row.get("row_id")?)))
    }
}

/// Databases have no unsigned numbers: the bits are those of a signed one.
const fn row_of(stored: i64) -> u64 {
    stored.cast_unsigned()
}

impl Catalog {
    /// Keeps an answer about rows; an earlier one is replaced.
    pub async fn put_reviews(
        &self,
        dataset: Uuid,
        queue: &str,
        rows: &[u64],
        answer: &str,
        by: &str,
    ) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let known = tx.sql("SELECT 1 AS one FROM datasets WHERE uuid = $1").bind(dataset).row().await?;
        if known.is_none() {
            return Err(Error::not_found("data set", dataset));
        }
        for row in rows {
            tx.sql(
                "INSERT INTO reviews (dataset, queue, row_id, answer, actor, time) VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (dataset, queue, row_id) DO UPDATE SET
                     answer = excluded.answer, actor = excluded.actor, time = excluded.time",
            )
            .bind(dataset)
            .bind(queue)
            .bind(row.cast_signed())
            .bind(answer)
            .bind(on_one_line(by))
            .bind(now())
            .run()
            .await?;
        }
        tx.commit().await
    }

    /// Takes back the answers about rows.
    pub async fn remove_reviews(&self, dataset: Uuid, queue: &str, rows: &[u64]) -> Result<()> {
        let mut tx = self.db.begin().await?;
        for row in rows {
            tx.sql("DELETE FROM reviews WHERE dataset = $1 AND queue = $2 AND row_id = $3")
                .bind(dataset)
                .bind(queue)
                .bind(row.cast_signed())
                .run()
                .await?;
        }
        tx.commit().await
    }

    /// The answers about a data set's rows, of one queue or of all, by queue and row.
    pub async fn reviews(
        &self,
        dataset: Uuid,
        queue: Option<&str>,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<Review>> {
        let limit = page_length(limit);
        let (after_queue, after_row): (String, i64) = decode(cursor)?.unwrap_or((String::new(), i64::MIN));
        let reviews = self
            .db
            .read(
                "SELECT queue, row_id, answer, actor, time FROM reviews
                 WHERE dataset = $1 AND ($2 IS NULL OR queue = $2)
                   AND (queue > $3 OR (queue = $3 AND row_id > $4))
                 ORDER BY queue, row_id LIMIT $5",
            )
            .bind(dataset)
            .bind(queue)
            .bind(after_queue)
            .bind(after_row)
            .bind(i64::from(limit) + 1)
            .all::<Review>()
            .await?;
        Ok(Page::of(reviews, limit, |review| (review.queue.clone(), review.row.cast_signed())))
    }

    /// The ids of all rows that a queue has an answer about.
    pub async fn reviewed_rows(&self, dataset: Uuid, queue: &str) -> Result<Vec<u64>> {
        let rows = self
            .db
            .read("SELECT row_id FROM reviews WHERE dataset = $1 AND queue = $2")
            .bind(dataset)
            .bind(queue)
            .all::<RowNumber>()
            .await?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }
}
