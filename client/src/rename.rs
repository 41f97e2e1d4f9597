//! Renames a data set of the embedded hub.

use hub_schema::DatasetName;

use crate::card;
use crate::error::{Error, Result};
use crate::home::Home;

/// Gives a data set of an embedded hub another name: its folder is moved.
///
/// # Errors
/// [`Error::NoDataset`]; [`Error::Taken`] if the new name's folder holds anything.
pub async fn rename(home: &Home, name: &DatasetName, to: &DatasetName) -> Result<()> {
    let dataset = home.open(name).await?;
    let (from, dest) = (home.directory(name), home.directory(to));
    if std::fs::read_dir(&dest).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Error::Taken(to.to_string()));
    }
    let fail = |action| move |source| Error::Io { path: to.to_string(), action, source };
    if let Some(namespace) = dest.parent() {
        std::fs::create_dir_all(namespace).map_err(fail("create its folder"))?;
    }
    card::rename(&dataset, to).await?;
    std::fs::rename(&from, &dest).map_err(fail("move the data set there"))?;
    if let Some(namespace) = from.parent() {
        // Fails while it holds other data sets.
        let _ = std::fs::remove_dir(namespace);
    }
    Ok(())
}
