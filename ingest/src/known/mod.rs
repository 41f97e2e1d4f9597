//! Well-known data sets, fetched from where their makers publish them.
//!
//! In goes a name (`mnist`, `coco2017`), out comes a folder that [`crate::read::open`] reads, and the options
//! to read it with. Between them: the official addresses, sizes and hashes (`data/known.json`, see
//! [`Catalogue`]), a download that resumes where it stopped ([`download`]), a check of size and SHA-256 before
//! a file gets its name, and unpacking for what the readers can't read packed.
//!
//! A cache folder holds, for each data set, `archives/` (what must be unpacked; removed once it is) and `data/`
//! (what is read). A file under its own name is complete and checked; an incomplete one ends in `.part`. So a
//! second fetch only checks that the names exist.
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
mod fetched;
mod folder;
mod part;
mod progress;

#[cfg(test)]
mod test_server;
#[cfg(test)]
mod tests;

pub use catalogue::{Catalogue, Known, KnownFile, find, names};
pub use download::Patience;
pub use error::FetchError;
pub use fetch::{Fetcher, fetch};
pub use fetched::Fetched;
pub use folder::from_folder;
pub use progress::{FetchProgress, Silent};
