//! Records commits in the catalog: in order, each exactly once.

use hub_schema::Operation;
use uuid::Uuid;

use super::CommitInfo;
use crate::catalog::Catalog;
use crate::db::{Row, Tx};
use crate::error::{Error, Result};
use crate::time::now;

/// The result of recording a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The commit was recorded by this call.
    New,
    /// The commit had been recorded before.
    Known,
    /// Nothing was done: versions from this one on are missing before it. Apply them first.
    Missing {
        /// The first missing version of the branch.
        from: u64,
    },
}

impl Catalog {
    /// Records a commit that is in the store.
    ///
    /// # Errors
    /// [`Error::Conflict`] if another commit is known under this branch and version.
    pub async fn apply_commit(&self, dataset: Uuid, commit: &CommitInfo) -> Result<Applied> {
        let mut tx = self.db.begin().await?;
        // Takes a row lock: other calls for the same data set wait here.
        let locked = tx
            .sql("UPDATE datasets SET updated = $2 WHERE uuid = $1")
            .bind(dataset)
            .bind(now())
            .run()
            .await?;
        if locked == 0 {
            return Err(Error::not_found("data set", dataset));
        }
        let head = tx
            .sql("SELECT version FROM refs WHERE dataset = $1 AND kind = 'branch' AND name = $2")
            .bind(dataset)
            .bind(&commit.at.branch)
            .row()
            .await?;
        let next = head.map_or(Ok(0), |row| row.count("version").map(|v| v + 1))?;
        if commit.at.version > next {
            return Ok(Applied::Missing { from: next });
        }
        if commit.at.version < next {
            return known(&mut tx, dataset, commit).await;
        }
        insert(&mut tx, dataset, commit).await?;
        put_head(&mut tx, dataset, commit).await?;
        weigh(&mut tx, dataset).await?;
        tx.commit().await?;
        Ok(Applied::New)
    }
}

async fn known(tx: &mut Tx, dataset: Uuid, commit: &CommitInfo) -> Result<Applied> {
    let at = &commit.at;
    let row = tx
        .sql("SELECT id FROM commits WHERE dataset = $1 AND branch = $2 AND version = $3")
        .bind(dataset)
        .bind(&at.branch)
        .bind(at.version)
        .row()
        .await?;
    let known = row.map_or_else(|| Ok("nothing".to_owned()), |row| row.get::<String>("id"))?;
    let found = at.id.to_string();
    if known == found {
        return Ok(Applied::Known);
    }
    Err(Error::Conflict { what: format!("{dataset}@{}:{}", at.branch, at.version), known, found })
}

/// Writes a commit's row; one that is there is replaced.
pub(crate) async fn insert(tx: &mut Tx, dataset: Uuid, commit: &CommitInfo) -> Result<()> {
    let parent = commit.parents.first();
    tx.sql(
        "INSERT INTO commits (dataset, branch, version, id, parents, parent_branch, parent_version, time,
                              author, message, operation, rows, bytes, added, removed, changed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         ON CONFLICT (dataset, branch, version) DO UPDATE SET
             id = excluded.id, parents = excluded.parents, parent_branch = excluded.parent_branch,
             parent_version = excluded.parent_version, time = excluded.time, author = excluded.author,
             message = excluded.message, operation = excluded.operation, rows = excluded.rows,
             bytes = excluded.bytes, added = excluded.added, removed = excluded.removed,
             changed = excluded.changed",
    )
    .bind(dataset)
    .bind(&commit.at.branch)
    .bind(commit.at.version)
    .bind(commit.at.id)
    .bind(json("commit's parents", &commit.parents)?)
    .bind(parent.map(|p| &p.branch))
    .bind(parent.map(|p| p.version))
    .bind(commit.time)
    .bind(&commit.author)
    .bind(&commit.message)
    .bind(json("commit's operation", &commit.operation)?)
    .bind(commit.rows)
    .bind(commit.bytes)
    .bind(commit.added)
    .bind(commit.removed)
    .bind(commit.changed)
    .run()
    .await?;
    Ok(())
}

/// Moves a branch to a commit, or ends it there.
pub(crate) async fn put_head(tx: &mut Tx, dataset: Uuid, head: &CommitInfo) -> Result<()> {
    tx.sql(
        "INSERT INTO refs (dataset, kind, name, id, branch, version, ended, time, author, message)
         VALUES ($1, 'branch', $2, $3, $2, $4, $5, $6, $7, $8)
         ON CONFLICT (dataset, kind, name) DO UPDATE SET
             id = excluded.id, version = excluded.version, ended = excluded.ended, time = excluded.time,
             author = excluded.author, message = excluded.message",
    )
    .bind(dataset)
    .bind(&head.at.branch)
    .bind(head.at.id)
    .bind(head.at.version)
    .bind(head.operation == Operation::DeleteBranch)
    .bind(head.time)
    .bind(&head.author)
    .bind(&head.message)
    .run()
    .await?;
    Ok(())
}

/// Copies rows and bytes of the default branch's head to the data set's row, since lists sort by them. Without a
/// `main`, the only branch counts.
pub(crate) async fn weigh(tx: &mut Tx, dataset: Uuid) -> Result<()> {
    let head = tx
        .sql(
            "SELECT c.rows, c.bytes FROM datasets d
             JOIN refs r ON r.dataset = d.uuid AND r.kind = 'branch' AND r.name = d.default_branch
             JOIN commits c ON c.dataset = d.uuid AND c.branch = r.branch AND c.version = r.version
             WHERE d.uuid = $1 AND NOT r.ended",
        )
        .bind(dataset)
        .row()
        .await?;
    let head = match head {
        Some(head) => Some(head),
        None => only_head(tx, dataset).await?,
    };
    let (rows, bytes) = match head {
        Some(row) => (row.count("rows")?, row.count("bytes")?),
        None => (0, 0),
    };
    tx.sql("UPDATE datasets SET rows = $2, bytes = $3 WHERE uuid = $1")
        .bind(dataset)
        .bind(rows)
        .bind(bytes)
        .run()
        .await?;
    Ok(())
}

/// Rows and bytes of the head of the only branch, where `main` would be shown and doesn't exist; none if there are several.
async fn only_head(tx: &mut Tx, dataset: Uuid) -> Result<Option<Row>> {
    let mut heads = tx
        .sql(
            "SELECT c.rows, c.bytes FROM refs r
             JOIN commits c ON c.dataset = r.dataset AND c.branch = r.branch AND c.version = r.version
             JOIN datasets d ON d.uuid = r.dataset AND d.default_branch = 'main'
             WHERE r.dataset = $1 AND r.kind = 'branch' AND NOT r.ended LIMIT 2",
        )
        .bind(dataset)
        .rows()
        .await?;
    Ok(heads.pop().filter(|_| heads.is_empty()))
}

fn json(what: &'static str, value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::invalid(what, e.to_string()))
}
