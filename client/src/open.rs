//! The one place where a location becomes a store or an open data set.
//!
//! A name is a folder in the embedded hub's directory, a server's data set is opened over the network state of the
//! hub's handle ([`Home`]), directories and buckets are opened by [`Store::at`]. An unknown name is an error that
//! lists the names that exist.

use hub_dataset::{Dataset, Store};
use hub_schema::{DatasetName, Location};

use crate::error::{Error, Result};
use crate::home::Home;
use crate::remote::{self, Address};

/// The server that names are looked up at: that of `HUB_URL`; `None` where they are the embedded hub's.
///
/// # Errors
/// `HUB_URL` is not an address.
pub fn server_from_env() -> remote::Result<Option<Address>> {
    let url = std::env::var("HUB_URL").ok().filter(|url| !url.is_empty());
    url.map(|url| url.parse()).transpose()
}

/// The location of a data set: with a server a bare name is one at that server; others stay as they are.
pub fn resolve(location: &Location, server: Option<&Address>) -> Location {
    match (location, server) {
        (Location::Name(name), Some(server)) => {
            Location::Server { base: server.to_string(), name: name.clone() }
        }
        _ => location.clone(),
    }
}

/// The store of a location; names are looked up in `home`.
///
/// # Errors
/// An invalid address, invalid settings of a bucket.
pub fn store(location: &Location, home: &Home) -> Result<Store> {
    match location {
        Location::Name(name) => home.store(name),
        Location::Server { base, name } => Ok(home.connect(&base.parse()?)?.store(name)),
        other => Ok(Store::at(other)?),
    }
}

/// Opens the data set at a location.
///
/// # Errors
/// It doesn't exist ([`Error::NoDataset`] lists the names in the embedded hub), or the store fails.
pub async fn open(location: &Location, home: &Home) -> Result<Dataset> {
    match location {
        Location::Name(name) => home.open(name).await,
        Location::Server { base, name } => {
            let hub = home.connect(&base.parse()?)?;
            match Dataset::open(hub.store(name)).await {
                Err(hub_dataset::Error::NotFound { .. }) => {
                    // For suggestions alone: an error of the list is not the one to report.
                    let listed = hub.datasets(None).await.unwrap_or_default();
                    let known = listed.iter().map(|dataset| dataset.name.to_string()).collect();
                    let (name, server) = (name.to_string(), hub.address().to_string());
                    Err(Error::NotAtServer { name, server, with_token: hub.has_token(), known })
                }
                other => Ok(other?),
            }
        }
        _ => Ok(Dataset::open(store(location, home)?).await?),
    }
}

/// Opens the data set at a location, or creates it. A server creates its own, if the caller may write there.
///
/// # Errors
/// The store fails, or the server refuses.
pub async fn open_or_create(location: &Location, home: &Home) -> Result<Dataset> {
    let Location::Server { base, name } = location else {
        return Ok(Dataset::open_or_create(store(location, home)?).await?);
    };
    let hub = home.connect(&base.parse()?)?;
    let store = hub.store(name);
    match Dataset::open(store.clone()).await {
        Err(hub_dataset::Error::NotFound { .. }) => {
            match hub.create_dataset(name).await {
                Err(e) if name.namespace() == DatasetName::DEFAULT_NAMESPACE && is_refused(&e) => {
                    return Err(Error::NoNamespace { name: name.name().to_owned(), server: base.clone() });
                }
                created => created?,
            };
            Ok(Dataset::open(store).await?)
        }
        other => Ok(other?),
    }
}

/// Whether the server refused for a lack of permission.
fn is_refused(error: &remote::Error) -> bool {
    error.status().is_some_and(|status| status.as_u16() == 403)
}
