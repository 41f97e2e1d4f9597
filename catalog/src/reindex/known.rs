//! Compares the catalog's view of a data set with the store's.

use hub_schema::{BranchName, CommitId, Visibility};

use super::read::Outline;
use crate::catalog::Catalog;
use crate::error::Result;

impl Catalog {
    /// Whether name, visibility, card, versions and tags are known. A version never changes, so that it is known
    /// says enough.
    pub(super) async fn is_known(&self, outline: &Outline) -> Result<bool> {
        let new = &outline.new;
        let sql = "SELECT namespace, name, visibility, card, default_branch, location, created, deleted
                   FROM datasets WHERE uuid = $1";
        let Some(row) = self.db.read(sql).bind(new.uuid).row().await? else { return Ok(false) };
        let micros = |time: chrono::DateTime<chrono::Utc>| time.timestamp_micros();
        let same = row.get::<String>("namespace")? == new.name.namespace()
            && row.get::<String>("name")? == new.name.name()
            && row.parse::<Visibility>("visibility")? == new.visibility
            && row.get::<String>("card")? == new.card
            && row.parse::<BranchName>("default_branch")? == new.default_branch
            && row.get::<String>("location")? == new.location
            && micros(row.time("created")?) == micros(new.created)
            && row.time_optional("deleted")?.map(micros) == outline.deleted.map(micros);
        Ok(same && self.versions_are_known(outline).await? && self.tags_are_known(outline).await?)
    }

    async fn versions_are_known(&self, outline: &Outline) -> Result<bool> {
        let sql = "SELECT branch, version FROM commits WHERE dataset = $1";
        let rows = self.db.read(sql).bind(outline.new.uuid).rows().await?;
        let place = |row: &crate::db::Row| Ok((row.parse::<BranchName>("branch")?, row.count("version")?));
        let mut known = rows.iter().map(place).collect::<Result<Vec<_>>>()?;
        known.sort();
        Ok(known == outline.places)
    }

    async fn tags_are_known(&self, outline: &Outline) -> Result<bool> {
        let sql = "SELECT name, id FROM refs WHERE dataset = $1 AND kind = 'tag'";
        let rows = self.db.read(sql).bind(outline.new.uuid).rows().await?;
        let tag = |row: &crate::db::Row| Ok((row.parse::<BranchName>("name")?, row.parse::<CommitId>("id")?));
        let mut known = rows.iter().map(tag).collect::<Result<Vec<_>>>()?;
        known.sort();
        let found = outline.tags.iter().map(|(name, tag)| (name.clone(), tag.commit.id));
        Ok(known == found.collect::<Vec<_>>())
    }
}
