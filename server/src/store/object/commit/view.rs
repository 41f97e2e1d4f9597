//! Creating a version of a view.

use bytes::Bytes;
use hub_dataset::{Dataset, layout};
use hub_schema::{BranchName, FORMAT_VERSION, View};

use super::arbiter::create_to_last;
use super::{author, check_stored, refused, taken};
use crate::problem::Result;

/// Creates `views/<name>/<version>.json` if the commit it asks is there and no version is left out. False if this
/// very view was there: an earlier answer was lost.
pub async fn create_view(
    catalog: &hub_catalog::Catalog,
    dataset: &Dataset,
    caller: Option<&str>,
    (name, version): (&BranchName, u64),
    json: Bytes,
) -> Result<bool> {
    let view: View =
        serde_json::from_slice(&json).map_err(|error| refused(format!("not the JSON of a view: {error}")))?;
    if view.format != FORMAT_VERSION {
        let found = view.format;
        return Err(refused(format!("it has format version {found}, this server takes {FORMAT_VERSION}")));
    }
    let Ok(base) = dataset.at(&view.base).await else {
        return Err(refused(format!("the commit {} that it asks is not there", view.base.id.short())));
    };
    let path = layout::view(name, version);
    if let Some(there) = dataset.store().get(&path).await? {
        return if there == json { Ok(false) } else { Err(taken(&path)) };
    }
    if let Some(before) = version.checked_sub(1)
        && dataset.store().head(&layout::view(name, before)).await?.is_none()
    {
        return Err(refused(format!("view '{name}' has no version {before} that it could follow")));
    }
    check_stored(&base).await?;
    caller.map_or(Ok(()), |caller| author::check(&view.author, caller))?;
    match create_to_last(catalog, dataset, &path, json).await? {
        true => Ok(true),
        false => Err(taken(&path)),
    }
}
