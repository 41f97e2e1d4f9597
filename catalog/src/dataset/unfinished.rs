//! Changes that are in the database and not yet in the store, and carrying them out.
//!
//! Making, changing, renaming, deleting and restoring a data set are one transaction each, which also notes in the table
//! `unfinished` what is left to do in the store: create `hub.json`, move the folder, write `about.json`. Whoever made the
//! change does this next; if it ends before, any server does: the next one that opens the data set, that starts, or that
//! runs its hourly jobs. Every step can be repeated, by any number of servers at once.

use futures::stream::TryStreamExt;
use hub_dataset::store::Created;
use hub_dataset::{Store, layout};
use hub_schema::HubFile;
use hub_schema::commit::Arbiter;
use uuid::Uuid;

use super::info::DatasetInfo;
use crate::catalog::Catalog;
use crate::db::{Record, Row, Tx};
use crate::error::{Error, Result};
use crate::page::page_length;
use crate::time::now;

/// What is left to do in the store.
struct Unfinished {
    change: String,
    hub: Option<Vec<u8>>,
    moved_from: Option<String>,
}

impl Record for Unfinished {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self { change: row.get("change")?, hub: row.get("hub")?, moved_from: row.get("moved_from")? })
    }
}

/// Notes a change of a data set. What an earlier one left to do stays to be done.
pub(crate) async fn note(
    tx: &mut Tx,
    dataset: Uuid,
    hub: Option<&[u8]>,
    moved_from: Option<&str>,
) -> Result<()> {
    tx.sql(
        "INSERT INTO unfinished (dataset, change, hub, moved_from, created) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (dataset) DO UPDATE SET
             change = excluded.change, hub = coalesce(unfinished.hub, excluded.hub),
             moved_from = coalesce(unfinished.moved_from, excluded.moved_from)",
    )
    .bind(dataset)
    .bind(Uuid::new_v4())
    .bind(hub)
    .bind(moved_from)
    .bind(now())
    .run()
    .await?;
    Ok(())
}

impl Catalog {
    /// Carries out in the store what a change of a data set has left to do; `root` is the store's root. True if there
    /// was anything.
    ///
    /// # Errors
    /// [`Error::Taken`] if another data set is at its location; a failure of the store or the database, after which it
    /// can be called again.
    pub async fn finish(&self, dataset: Uuid, root: &Store) -> Result<bool> {
        let mut finished = false;
        while let Some(left) = self.unfinished(dataset).await? {
            let info = self.dataset_by_uuid(dataset).await?;
            let store = root.below(&info.location);
            if let Some(from) = left.moved_from.filter(|from| *from != info.location) {
                move_folder(root, &from, &info).await?;
            }
            if let Some(hub) = left.hub {
                create_hub_file(&store, &info, hub).await?;
            }
            self.write_about(dataset, &store).await?;
            finished = true;
            // A change that came meanwhile has drawn another number: once more.
            let done = self.db.write("DELETE FROM unfinished WHERE dataset = $1 AND change = $2");
            if done.bind(dataset).bind(left.change).run().await? > 0 {
                break;
            }
        }
        Ok(finished)
    }

    async fn unfinished(&self, dataset: Uuid) -> Result<Option<Unfinished>> {
        self.db
            .read("SELECT change, hub, moved_from FROM unfinished WHERE dataset = $1")
            .bind(dataset)
            .first()
            .await
    }

    /// The data sets with changes that may not be in the store yet, the oldest change first.
    pub async fn unfinished_datasets(&self, limit: u32) -> Result<Vec<Uuid>> {
        let rows = self
            .db
            .read("SELECT dataset FROM unfinished ORDER BY created LIMIT $1")
            .bind(i64::from(page_length(limit)))
            .rows()
            .await?;
        rows.iter().map(|row| row.parse("dataset")).collect()
    }

    /// Undoes the making of a data set whose `hub.json` was never created, so that its name is free again. False if
    /// there is nothing to undo.
    pub async fn undo_create(&self, dataset: Uuid) -> Result<bool> {
        let undone = self
            .db
            .write(
                "DELETE FROM datasets WHERE uuid = $1
                   AND EXISTS (SELECT 1 FROM unfinished WHERE dataset = $1 AND hub IS NOT NULL)",
            )
            .bind(dataset)
            .run()
            .await?;
        Ok(undone > 0)
    }

    /// Notes that `hub.json` of a data set has to be created again; [`Catalog::finish`] does it.
    pub async fn make_again(&self, dataset: Uuid, hub: &[u8]) -> Result<()> {
        let mut tx = self.db.begin().await?;
        note(&mut tx, dataset, Some(hub), None).await?;
        tx.commit().await
    }

    /// Is there a change of a data set that may not be in the store yet?
    pub(crate) async fn is_unfinished(tx: &mut Tx, dataset: Uuid) -> Result<bool> {
        let left = tx.sql("SELECT 1 AS one FROM unfinished WHERE dataset = $1").bind(dataset).row();
        Ok(left.await?.is_some())
    }

    /// Does the catalog know of a commit of a data set?
    pub async fn has_commits(&self, dataset: Uuid) -> Result<bool> {
        let found =
            self.db.read("SELECT 1 AS one FROM commits WHERE dataset = $1 LIMIT 1").bind(dataset).row();
        Ok(found.await?.is_some())
    }
}

/// Creates `hub.json`, unless it is there.
async fn create_hub_file(store: &Store, info: &DatasetInfo, hub: Vec<u8>) -> Result<()> {
    let wanted: HubFile = serde_json::from_slice(&hub)
        .map_err(|_| Error::Damaged { column: "hub", found: String::from_utf8_lossy(&hub).into_owned() })?;
    if let Some(there) = store.get(layout::HUB_FILE).await? {
        return own_hub_file(&there, info);
    }
    // What is left of another data set would become part of this one.
    if store.list(layout::REFS).try_next().await?.is_some() {
        return Err(Error::taken("data set in the folder", &info.location));
    }
    match wanted.arbiter {
        // The catalog's row is the claim, so a plain write is enough.
        Arbiter::Catalog => store.put(layout::HUB_FILE, bytes::Bytes::from(hub)).await?,
        Arbiter::Store => {
            if store.create(layout::HUB_FILE, hub.into()).await? == Created::Taken {
                // Another server was faster, or another data set.
                return own_hub_file(&store.need(layout::HUB_FILE).await?, info);
            }
        }
    }
    Ok(store.settle(layout::HUB_FILE).await?)
}

fn own_hub_file(there: &[u8], info: &DatasetInfo) -> Result<()> {
    match serde_json::from_slice::<HubFile>(there) {
        Ok(hub) if hub.uuid == info.uuid => Ok(()),
        _ => Err(Error::taken("data set in the folder", &info.location)),
    }
}

/// Moves a data set's folder to its location. Only on a disk: in a bucket a data set keeps its location.
async fn move_folder(root: &Store, from: &str, info: &DatasetInfo) -> Result<()> {
    let Some(folder) = root.directory() else { return Ok(()) };
    let is_own = async |location: &str| match root.below(location).get(layout::HUB_FILE).await? {
        Some(hub) => own_hub_file(&hub, info).map(|()| true),
        None => Ok(false),
    };
    if is_own(&info.location).await? {
        return Ok(());
    }
    if !is_own(from).await? {
        if is_own(&info.location).await? {
            // Moved by another server between the two looks.
            return Ok(());
        }
        let problem = format!("'{from}' and '{}' hold no hub.json of data set {}", info.location, info.uuid);
        return Err(Error::invalid("folder", problem));
    }
    let (from, to) = (folder.join(from), folder.join(&info.location));
    let moving = move || {
        if let Some(parent) = to.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::rename(from, to)
    };
    let moved = tokio::task::spawn_blocking(moving).await.map_err(|e| std::io::Error::other(e.to_string()));
    match moved.and_then(|moved| moved) {
        // Another server may have moved it at the same time.
        Err(_) if is_own(&info.location).await? => Ok(()),
        Err(source) => {
            let path = info.location.clone();
            Err(hub_dataset::Error::Io { path, action: "move the data set's folder there", source }.into())
        }
        Ok(()) => Ok(()),
    }
}
