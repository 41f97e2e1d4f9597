//! Lists a data set's branches and tags.

use hub_schema::BranchName;
use uuid::Uuid;

use super::Ref;
use crate::catalog::Catalog;
use crate::error::Result;

impl Catalog {
    /// The branches and tags of a data set, by kind and name; ended branches left out.
    pub async fn refs(&self, dataset: Uuid) -> Result<Vec<Ref>> {
        self.db
            .read(
                "SELECT kind, name, id, branch, version, time, author, message FROM refs
                 WHERE dataset = $1 AND NOT ended ORDER BY kind, name",
            )
            .bind(dataset)
            .all()
            .await
    }

    /// The newest known version of a branch, also of a deleted one; `None` if it never existed.
    pub async fn known_version(&self, dataset: Uuid, branch: &BranchName) -> Result<Option<u64>> {
        let row = self
            .db
            .read("SELECT version FROM refs WHERE dataset = $1 AND kind = 'branch' AND name = $2")
            .bind(dataset)
            .bind(branch)
            .row()
            .await?;
        row.map(|row| row.count("version")).transpose()
    }
}
