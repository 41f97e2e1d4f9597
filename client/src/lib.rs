//! The SDK: open a data set, push samples into it, pull it out.
//!
//! A data set is opened by its [`hub_schema::Location`]: a name in the embedded hub ([`Home`]), a directory, a
//! bucket or a server ([`remote`]); what comes back is a [`hub_dataset::Dataset`], the same for all of them. [`push`] turns a source of
//! samples into fragments on all cores and commits them; [`pull`] copies a revision, or hands its samples to
//! another format. [`hub_stream`] gives batches of what was opened, in order or shuffled.
//!
//! ```no_run
//! # async fn example() -> Result<(), hub_client::Error> {
//! let home = hub_client::Home::from_env()?;
//! let dataset = hub_client::open(&"mnist".parse()?, &home).await?;
//! let snapshot = dataset.snapshot(&hub_schema::Revision::main()).await?;
//! println!("{} rows", snapshot.commit().counts.rows);
//! # Ok(()) }
//! ```

mod error;
mod home;
pub mod pull;
pub mod push;
pub mod remote;

pub use error::{Error, Result};
pub use home::{Home, Listing};

use hub_dataset::{Dataset, Store};
use hub_schema::{DatasetName, Location};
use remote::Hub;

/// The store of a location; names are looked up in `home`.
///
/// # Errors
/// An address that can't be read, bad settings of a bucket.
pub fn store(location: &Location, home: &Home) -> Result<Store> {
    match location {
        Location::Name(name) => Ok(Store::local(&home.directory(name))?),
        Location::Server { base, name } => Ok(Hub::connect(&base.parse()?)?.store(name)),
        other => Ok(Store::at(other)?),
    }
}

/// Opens the data set at a location.
///
/// # Errors
/// There is none; the error lists those of the hub where a name was given.
pub async fn open(location: &Location, home: &Home) -> Result<Dataset> {
    match Dataset::open(store(location, home)?).await {
        Err(hub_dataset::Error::NotFound { uri }) => match location {
            Location::Name(name) => Err(Error::NoDataset {
                name: name.to_string(),
                home: home.path().display().to_string(),
                known: home.names()?.iter().map(ToString::to_string).collect(),
            }),
            Location::Server { base, name } => {
                let hub = Hub::connect(&base.parse()?)?;
                let (name, server) = (name.to_string(), hub.address().to_string());
                Err(Error::NotAtServer { name, server, with_token: hub.has_token() })
            }
            _ => Err(hub_dataset::Error::NotFound { uri }.into()),
        },
        other => Ok(other?),
    }
}

/// Opens the data set at a location, or makes it. A server makes its own, for whoever may write there.
///
/// # Errors
/// The store fails, or the server refuses.
pub async fn open_or_create(location: &Location, home: &Home) -> Result<Dataset> {
    let store = store(location, home)?;
    let Location::Server { base, name } = location else { return Ok(Dataset::open_or_create(store).await?) };
    match Dataset::open(store.clone()).await {
        Err(hub_dataset::Error::NotFound { .. }) => {
            match Hub::connect(&base.parse()?)?.create_dataset(name).await {
                Err(e) if name.namespace() == DatasetName::DEFAULT_NAMESPACE && is_refused(&e) => {
                    return Err(Error::NoNamespace { name: name.name().to_owned(), server: base.clone() });
                }
                made => made?,
            };
            Ok(Dataset::open(store).await?)
        }
        other => Ok(other?),
    }
}

/// May the caller not do it?
fn is_refused(error: &remote::Error) -> bool {
    error.status().is_some_and(|status| status.as_u16() == 403)
}
