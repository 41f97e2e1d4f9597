//! Tags: permanent names for commits.

use chrono::{SubsecRound, Utc};
use hub_schema::{BranchName, Tag};

use crate::author::Author;
use crate::dataset::{Dataset, to_json};
use crate::error::{Error, Result};
use crate::layout;
use crate::read::Snapshot;
use crate::store::Created;

impl Dataset {
    /// Creates a tag for a commit.
    ///
    /// # Errors
    /// [`Error::Taken`] if a branch or tag of that name exists; [`Error::NotStored`] if files of the commit are missing.
    pub async fn create_tag(&self, name: &BranchName, at: &Snapshot, author: &Author) -> Result<Tag> {
        if self.head(name).await?.is_some() {
            return Err(Error::Taken { what: "branch", name: name.to_string() });
        }
        let _writing = self.begin_writing().await;
        at.check_stored().await?;
        let tag = Tag {
            commit: at.at().clone(),
            author: self.store().author(author).await?,
            message: author.message.clone(),
            time: Utc::now().trunc_subsecs(3),
        };
        let path = layout::tag(name);
        match self.create_once(&path, to_json(&path, &tag)?).await? {
            Created::Yes => Ok(tag),
            Created::Taken => Err(Error::Taken { what: "tag", name: name.to_string() }),
        }
    }

    /// Deletes a tag; the commit stays.
    pub async fn delete_tag(&self, name: &BranchName) -> Result<()> {
        if self.tag(name).await?.is_none() {
            self.snapshot(&hub_schema::Revision::Named(name.to_string())).await?;
        }
        self.store().delete(&layout::tag(name)).await
    }
}
