//! Changing what a data set is called and how it is shown.

use hub_schema::{BranchName, DatasetName, Visibility};
use uuid::Uuid;

use super::info::{COLUMNS, DatasetInfo};
use super::text::{search_text, summary};
use super::unfinished::note;
use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::time::now;

/// What to change; none leaves a thing as it is.
#[derive(Clone, Debug, Default)]
pub struct DatasetChange {
    pub visibility: Option<Visibility>,
    pub card: Option<String>,
    /// The branch that is shown where none is named.
    pub default_branch: Option<BranchName>,
}

impl Catalog {
    /// Changes visibility, card or default branch.
    pub async fn update_dataset(&self, uuid: Uuid, change: &DatasetChange) -> Result<DatasetInfo> {
        let mut tx = self.db.begin().await?;
        let touched = tx
            .sql(format!("UPDATE datasets SET updated = $2 WHERE uuid = $1 RETURNING {COLUMNS}"))
            .bind(uuid)
            .bind(now())
            .first::<DatasetInfo>()
            .await?;
        let mut info = touched.ok_or_else(|| Error::not_found("data set", uuid))?;
        if let Some(visibility) = change.visibility {
            tx.sql("UPDATE datasets SET visibility = $2 WHERE uuid = $1")
                .bind(uuid)
                .bind(visibility)
                .run()
                .await?;
            info.visibility = visibility;
        }
        if let Some(card) = &change.card {
            info.summary = summary(card);
            tx.sql("UPDATE datasets SET card = $2, summary = $3, search = $4 WHERE uuid = $1")
                .bind(uuid)
                .bind(card)
                .bind(&info.summary)
                .bind(search_text(&info.name, card))
                .run()
                .await?;
        }
        if let Some(branch) = &change.default_branch {
            tx.sql("UPDATE datasets SET default_branch = $2 WHERE uuid = $1")
                .bind(uuid)
                .bind(branch)
                .run()
                .await?;
            crate::commit::weigh(&mut tx, uuid).await?;
        }
        note(&mut tx, uuid, None, None).await?;
        tx.commit().await?;
        if change.default_branch.is_some() { self.dataset_by_uuid(uuid).await } else { Ok(info) }
    }

    /// Gives a data set another name and place, to which [`Catalog::finish`](crate::Catalog::finish) then moves its
    /// folder. The new namespace must be there.
    ///
    /// # Errors
    /// [`Error::Taken`] for a name in use.
    pub async fn rename_dataset(&self, uuid: Uuid, to: &DatasetName, location: &str) -> Result<DatasetInfo> {
        let mut tx = self.db.begin().await?;
        let namespace = tx.sql("SELECT 1 AS one FROM namespaces WHERE name = $1").bind(to.namespace()).row();
        if namespace.await?.is_none() {
            return Err(Error::not_found("namespace", to.namespace()));
        }
        let old = tx.sql("SELECT card, location FROM datasets WHERE uuid = $1 AND deleted IS NULL");
        let old = old.bind(uuid).row().await?.ok_or_else(|| Error::not_found("data set", uuid))?;
        let (card, old_location): (String, String) = (old.get("card")?, old.get("location")?);
        let renamed = tx
            .sql(format!(
                "UPDATE datasets SET namespace = $2, name = $3, location = $4, search = $5, updated = $6
                 WHERE uuid = $1 RETURNING {COLUMNS}"
            ))
            .bind(uuid)
            .bind(to.namespace())
            .bind(to.name())
            .bind(location)
            .bind(search_text(to, &card))
            .bind(now())
            .first()
            .await
            .map_err(|e| taken(e, "data set", to))?;
        note(&mut tx, uuid, None, (old_location != location).then_some(&old_location)).await?;
        tx.commit().await?;
        renamed.ok_or_else(|| Error::not_found("data set", uuid))
    }
}

/// A broken unique index means that a name is in use.
pub(super) fn taken(error: Error, what: &'static str, name: impl ToString) -> Error {
    match &error {
        Error::Database { source } if source.as_database_error().is_some_and(|e| e.is_unique_violation()) => {
            Error::taken(what, name)
        }
        _ => error,
    }
}
