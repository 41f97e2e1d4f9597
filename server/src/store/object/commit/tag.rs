//! Creating a tag.

use bytes::Bytes;
use hub_dataset::{Dataset, layout};
use hub_schema::{BranchName, Tag};

use super::arbiter::create_to_last;
use super::{author, check_stored, refused, taken};
use crate::problem::Result;

/// Creates `tags/<name>.json` if the commit it names is there and nothing has that name. `None` if this very tag was
/// there: an earlier answer was lost.
pub async fn create_tag(
    catalog: &hub_catalog::Catalog,
    dataset: &Dataset,
    caller: Option<&str>,
    name: &BranchName,
    json: Bytes,
) -> Result<Option<Tag>> {
    let tag: Tag =
        serde_json::from_slice(&json).map_err(|error| refused(format!("not the JSON of a tag: {error}")))?;
    if dataset.head(name).await?.is_some() {
        return Err(refused(format!("there is a branch '{name}' already; a tag needs another name")));
    }
    let Ok(commit) = dataset.at(&tag.commit).await else {
        return Err(refused(format!("the commit {} that it names is not there", tag.commit.id.short())));
    };
    let path = layout::tag(name);
    if let Some(there) = dataset.store().get(&path).await? {
        return if there == json { Ok(None) } else { Err(taken(&path)) };
    }
    check_stored(&commit).await?;
    caller.map_or(Ok(()), |caller| author::check(&tag.author, caller))?;
    match create_to_last(catalog, dataset, &path, json).await? {
        true => Ok(Some(tag)),
        false => Err(taken(&path)),
    }
}
