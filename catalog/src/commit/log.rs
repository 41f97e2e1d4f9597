//! The log of a branch or commit, from the database alone.

use hub_schema::{BranchName, CommitParent};
use uuid::Uuid;

use super::CommitInfo;
use crate::catalog::Catalog;
use crate::error::Result;
use crate::page::page_length;

impl Catalog {
    /// The commit at a branch and version, and its ancestors along first parents, newest first. The next page begins
    /// at the last one's first parent.
    pub async fn log(
        &self,
        dataset: Uuid,
        branch: &BranchName,
        version: u64,
        limit: u32,
    ) -> Result<Vec<CommitInfo>> {
        self.db
            .read(
                "WITH RECURSIVE log (step, branch, version) AS (
                     SELECT CAST(1 AS BIGINT), branch, version FROM commits
                     WHERE dataset = $1 AND branch = $2 AND version = $3
                     UNION ALL
                     SELECT log.step + 1, c.parent_branch, c.parent_version FROM log
                     JOIN commits c
                         ON c.dataset = $1 AND c.branch = log.branch AND c.version = log.version
                     WHERE c.parent_branch IS NOT NULL AND log.step < $4
                 )
                 SELECT c.id, c.branch, c.version, c.parents, c.time, c.author, c.message, c.operation, c.rows,
                        c.bytes, c.added, c.removed, c.changed
                 FROM log JOIN commits c
                     ON c.dataset = $1 AND c.branch = log.branch AND c.version = log.version
                 ORDER BY log.step",
            )
            .bind(dataset)
            .bind(branch)
            .bind(version)
            .bind(i64::from(page_length(limit)))
            .all()
            .await
    }

    /// The versions of one branch below a version (none: from the head), newest first.
    pub async fn branch_commits(
        &self,
        dataset: Uuid,
        branch: &BranchName,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<CommitInfo>> {
        self.db
            .read(
                "SELECT id, branch, version, parents, time, author, message, operation, rows, bytes, added,
                        removed, changed
                 FROM commits WHERE dataset = $1 AND branch = $2 AND version < $3
                 ORDER BY version DESC LIMIT $4",
            )
            .bind(dataset)
            .bind(branch)
            .bind(before.map_or(i64::MAX, |v| i64::try_from(v).unwrap_or(i64::MAX)))
            .bind(i64::from(page_length(limit)))
            .all()
            .await
    }

    /// The branches and versions of the commits whose id begins with these hex digits; at most two, enough to detect an
    /// ambiguous prefix.
    pub async fn commits_by_id(&self, dataset: Uuid, beginning: &str) -> Result<Vec<CommitParent>> {
        let beginning = beginning.to_ascii_lowercase();
        if beginning.is_empty() || !beginning.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Ok(Vec::new());
        }
        let rows = self
            .db
            .read(
                "SELECT id, min(branch) AS branch, min(version) AS version FROM commits
                 WHERE dataset = $1 AND id >= $2 AND id < $3 GROUP BY id, branch ORDER BY id, branch LIMIT 64",
            )
            .bind(dataset)
            .bind(&beginning)
            // 'g' sorts after every hex digit.
            .bind(format!("{beginning}g"))
            .rows()
            .await?;
        let mut found: Vec<CommitParent> = Vec::new();
        for row in rows {
            let at = CommitParent {
                id: row.parse("id")?,
                branch: row.parse("branch")?,
                version: row.count("version")?,
            };
            if found.last().is_none_or(|last| last.id != at.id) {
                found.push(at);
            }
        }
        found.truncate(2);
        Ok(found)
    }
}
