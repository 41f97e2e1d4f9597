//! Views: named queries, in versions.
//!
//! This crate stores them and does not parse the query: `hub_query` does. Versions of a name count up from 0 without a
//! gap, and creating one that exists fails, so of two concurrent writers one gets the next version.

use chrono::{SubsecRound, Utc};
use futures::stream::TryStreamExt;
use hub_schema::{BranchName, FORMAT_VERSION, View};
use uuid::Uuid;

use crate::author::Author;
use crate::dataset::{Dataset, check_format, from_json, to_json};
use crate::error::{Error, Result};
use crate::layout;
use crate::read::Snapshot;
use crate::store::Created;

/// Maximum attempts to create the next version.
const TRIES: u64 = 32;

impl Dataset {
    /// Saves a query of a revision as the next version of a view; gives the version.
    ///
    /// # Errors
    /// [`Error::Contended`] if other writers came first every time; [`Error::NotStored`] if files of the revision are
    /// missing.
    pub async fn create_view(
        &self,
        name: &BranchName,
        sql: &str,
        base: &Snapshot,
        author: &Author,
    ) -> Result<u64> {
        let _writing = self.begin_writing().await;
        base.check_stored().await?;
        let view = View {
            format: FORMAT_VERSION,
            nonce: Uuid::new_v4(),
            sql: sql.to_owned(),
            base: base.at().clone(),
            author: self.store().author(author).await?,
            message: author.message.clone(),
            time: Utc::now().trunc_subsecs(3),
        };
        let first = self.newest_view(name).await?.map_or(0, |version| version + 1);
        for version in first..first + TRIES {
            let path = layout::view(name, version);
            if self.create_once(&path, to_json(&path, &view)?).await? == Created::Yes {
                self.store().settle(&path).await?;
                return Ok(version);
            }
        }
        Err(Error::Contended { branch: name.clone(), tries: TRIES as u32 })
    }

    /// A version of a view, or its newest; `None` if it doesn't exist.
    pub async fn view(&self, name: &BranchName, version: Option<u64>) -> Result<Option<(u64, View)>> {
        let version = match version {
            Some(version) => version,
            None => match self.newest_view(name).await? {
                Some(version) => version,
                None => return Ok(None),
            },
        };
        let path = layout::view(name, version);
        let Some(json) = self.store().get(&path).await? else { return Ok(None) };
        let path = format!("{}/{path}", self.store().uri());
        let view: View = from_json(&path, &json)?;
        check_format(&path, view.format)?;
        Ok(Some((version, view)))
    }

    /// The names of the views, sorted.
    pub async fn views(&self) -> Result<Vec<BranchName>> {
        let folders = self.store().folders(layout::VIEWS).await?;
        let mut names: Vec<BranchName> = folders.iter().filter_map(|f| f.parse().ok()).collect();
        names.sort();
        Ok(names)
    }

    /// All versions of all views.
    pub(crate) async fn all_views(&self) -> Result<Vec<(BranchName, u64)>> {
        let listed = self.store().list(layout::VIEWS);
        listed.try_filter_map(|o| async move { Ok(layout::parse_view(&o.path)) }).try_collect().await
    }

    async fn newest_view(&self, name: &BranchName) -> Result<Option<u64>> {
        let listed = self.store().list(&format!("{}/{name}", layout::VIEWS));
        let versions = listed
            .try_filter_map(|o| async move { Ok(layout::parse_view(&o.path).map(|(_, version)| version)) });
        versions.try_fold(None, |newest, version| async move { Ok(newest.max(Some(version))) }).await
    }
}
