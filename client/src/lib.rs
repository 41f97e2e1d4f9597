//! The SDK: open a data set, push samples into it, pull it out, stream it.
//!
//! A data set is opened by its [`hub_schema::Location`]: a name in the embedded hub ([`Home`]), a directory or a
//! bucket; what comes back is a [`hub_dataset::Dataset`], which needs no server. [`push`] turns a source of
//! samples into fragments on all cores and commits them; [`pull`] copies a revision, or hands its samples to
//! another format; [`stream`] gives batches in order or shuffled.
//!
//! ```no_run
//! # async fn example() -> Result<(), hub_client::Error> {
//! let home = hub_client::Home::from_env()?;
//! let dataset = hub_client::open(&"mnist".parse()?, &home).await?;
//! let snapshot = dataset.snapshot(&hub_schema::Revision::main()).await?;
//! println!("{} rows", snapshot.commit().counts.rows);
//! # Ok(()) }
//! ```

pub mod cache;
mod error;
mod home;
pub mod pull;
pub mod push;
pub mod stream;

pub use error::{Error, Result};
pub use home::{Home, Listing};

use hub_dataset::{Dataset, Store};
use hub_schema::Location;

/// The store of a location; names are looked up in `home`.
///
/// # Errors
/// A server's address, which this version can't open, and bad settings of a bucket.
pub fn store(location: &Location, home: &Home) -> Result<Store> {
    match location {
        Location::Name(name) => Ok(Store::local(&home.directory(name))?),
        Location::Server { .. } => Err(Error::Server(location.to_string())),
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
            _ => Err(hub_dataset::Error::NotFound { uri }.into()),
        },
        other => Ok(other?),
    }
}
