//! Well-known data sets, fetched from where their makers publish them.
//!
//! In goes a name (`mnist`, `coco2017`), out comes a folder that [`crate::read::open`] reads, and the options
//! to read it with. Between them: the official addresses, sizes and hashes (`data/known.json`, see
//! [`Catalogue`]), a download that goes on where it stopped ([`download`]), a check of size and SHA-256 before
//! a file gets its name, and unpacking for what the readers can't read packed ([`unpack`]).
//!
//! A cache folder holds, for each data set, `archives/` (what must be unpacked; removed once it is) and
//! `data/` (what is read). A file under its own name is whole and checked; a file that is not ends in `.part`.
//! So a second fetch costs a look at the names.
//!
//! ```no_run
//! # async fn f() -> Result<(), Box<dyn std::error::Error>> {
//! use hub_ingest::{known, read};
//! let mnist = known::find("mnist").ok_or("no such data set")?;
//! let fetched = known::fetch(mnist, "cache".as_ref(), None, &known::Silent).await?;
//! let source = read::open(&fetched.folder, &fetched.options)?;
//! # Ok(()) }
//! ```

mod blocking;
mod catalogue;
mod download;
mod error;
mod fetch;
mod folder;
mod part;
mod progress;
mod unpack;

#[cfg(test)]
mod test_server;
#[cfg(test)]
mod tests;

use std::path::Path;

pub use catalogue::{Catalogue, Known, KnownFile};
pub use download::Patience;
pub use error::FetchError;
pub use fetch::{Fetched, Fetcher};
pub use folder::from_folder;
pub use progress::{FetchProgress, Silent};

/// The data set of that name (`CIFAR-10` finds `cifar10`).
pub fn find(name: &str) -> Option<&'static Known> {
    Catalogue::official().find(name)
}

/// The names there are.
pub fn names() -> Vec<&'static str> {
    Catalogue::official().names()
}

/// Fetches a data set's official files into `cache`, or takes what is there already.
///
/// `mirror` is an `http(s)` address or a folder that has the same files under the same names.
///
/// # Errors
/// See [`FetchError`]; what was downloaded stays, and the next call goes on from there.
pub async fn fetch(
    known: &Known,
    cache: &Path,
    mirror: Option<&str>,
    progress: &dyn FetchProgress,
) -> Result<Fetched, FetchError> {
    Fetcher::default().fetch(known, cache, mirror, progress).await
}
