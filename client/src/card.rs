//! The card of a data set: Markdown that says what it holds, where it comes from and under which licence.
//!
//! A server keeps it in its database. On a disk or in a bucket it is in `about.json` beside the commits, where a server
//! that is started over the directory finds it.

use hub_dataset::Dataset;
use hub_schema::api::UpdateDataset;
use hub_schema::{DatasetMeta, DatasetName, Location};

use crate::error::{Error, Result};
use crate::home::Home;
use crate::open::open;

/// The longest card in bytes.
pub const MAX_CARD_BYTES: usize = 1024 * 1024;

/// The card of the data set at a location; empty if it has none.
///
/// # Errors
/// There is no data set, or the server refuses.
pub async fn card(location: &Location, home: &Home) -> Result<String> {
    match location {
        Location::Server { base, name } => {
            // Opened for the error that names similar data sets.
            open(location, home).await?;
            Ok(home.connect(&base.parse()?)?.dataset(name).await?.card)
        }
        _ => Ok(about(&open(location, home).await?, location).await?.card),
    }
}

/// Gives the data set at a location a card, in place of an earlier one.
///
/// # Errors
/// The card is too long; there is no data set; the server refuses.
pub async fn set_card(location: &Location, home: &Home, card: &str) -> Result<()> {
    if card.len() > MAX_CARD_BYTES {
        return Err(Error::CardTooLong { bytes: card.len(), max: MAX_CARD_BYTES });
    }
    let dataset = open(location, home).await?;
    if let Location::Server { base, name } = location {
        let change = UpdateDataset { card: Some(card.to_owned()), ..UpdateDataset::default() };
        home.connect(&base.parse()?)?.update_dataset(name, &change).await?;
        return Ok(());
    }
    let mut about = about(&dataset, location).await?;
    about.card = card.to_owned();
    write(&dataset, &about).await
}

/// What is known of a data set beyond its commits, on a disk or in a bucket.
async fn about(dataset: &Dataset, location: &Location) -> Result<DatasetMeta> {
    let store = dataset.store();
    let Some(listed) = store.head(DatasetMeta::PATH).await? else {
        return Ok(DatasetMeta { embedded: true, ..DatasetMeta::of_folder(name(location)?) });
    };
    let bad = |problem: String| {
        let path = format!("{}/{}", store.uri(), DatasetMeta::PATH);
        Error::Dataset(hub_dataset::Error::Damaged { path, problem })
    };
    if listed.size_bytes > DatasetMeta::LONGEST_BYTES {
        return Err(bad(format!("it has {} bytes", listed.size_bytes)));
    }
    serde_json::from_slice(&store.need(DatasetMeta::PATH).await?).map_err(|e| bad(e.to_string()))
}

async fn write(dataset: &Dataset, about: &DatasetMeta) -> Result<()> {
    let path = format!("{}/{}", dataset.store().uri(), DatasetMeta::PATH);
    let json =
        serde_json::to_vec_pretty(about).map_err(|source| hub_dataset::Error::Json { path, source })?;
    Ok(dataset.store().put(DatasetMeta::PATH, json).await?)
}

/// Gives the data set its new name in `about.json`, if there is one.
pub(crate) async fn rename(dataset: &Dataset, to: &DatasetName) -> Result<()> {
    if dataset.store().head(DatasetMeta::PATH).await?.is_none() {
        return Ok(());
    }
    let mut about = about(dataset, &Location::Name(to.clone())).await?;
    about.name = to.clone();
    write(dataset, &about).await
}

/// The name that a data set without one gets: that of its folder.
fn name(location: &Location) -> Result<DatasetName> {
    let last = match location {
        Location::Name(name) | Location::Server { name, .. } => return Ok(name.clone()),
        Location::Directory(path) => {
            path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
        }
        Location::Bucket { prefix, .. } => prefix.rsplit('/').next().unwrap_or_default().to_owned(),
    };
    // A folder may have a name that a data set of a hub can't have.
    Ok(last.parse().or_else(|_| "dataset".parse())?)
}
