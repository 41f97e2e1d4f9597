//! The SDK: open a data set, push samples into it, pull a revision of it.
//!
//! A data set is opened by its [`hub_schema::Location`]: a name in the embedded hub ([`Home`]), a directory, a
//! bucket or a server ([`remote`]). The result is a [`hub_dataset::Dataset`], the same for all of them. [`push`]
//! turns a source of samples into fragments on all cores and commits them; [`pull`] copies a revision, or writes its
//! samples in another format. [`hub_stream`] streams batches of what was opened, in order or shuffled.
//!
//! ```no_run
//! # async fn example() -> Result<(), hub_client::Error> {
//! let home = hub_client::Home::from_env()?;
//! let dataset = hub_client::open(&"mnist".parse()?, &home).await?;
//! let snapshot = dataset.snapshot(&hub_schema::Revision::main()).await?;
//! println!("{} rows", snapshot.commit().counts.rows);
//! # Ok(()) }
//! ```

mod author;
pub mod card;
pub mod derive;
pub mod edit;
mod error;
pub mod fetch;
mod home;
mod listing;
mod open;
pub mod pull;
pub mod push;
pub mod remote;
mod rename;
mod worker_thread;

pub use author::author;
pub use error::{Error, Result};
pub use home::{Home, Listing};
pub use listing::{Head, Summary};
pub use open::{open, open_or_create, resolve, server_from_env, store};
pub use rename::rename;
