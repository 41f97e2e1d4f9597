//! Building the catalog's view of all data sets again, from the store alone.
//!
//! Every `<namespace>/<name>/hub.json` below the root is a data set; `about.json` beside it says what it is
//! called and who may see it; its refs and tags say the rest. Each data set is read whole, then written in one
//! transaction, so that a run that is cut off leaves nothing half done and can be repeated. One that can't be
//! read is reported and passed over. What the catalog knows and the store doesn't hold is reported, never
//! dropped: a bucket that is out of reach must not cost a catalog.
//!
//! A server that starts over a directory does the same and passes over what is known already ([`Catalog::take_in`](crate::Catalog::take_in)):
//! of ten thousand data sets that did not change it reads a few small files each and writes nothing.

mod known;
mod read;
mod run;
mod write;

pub use run::{ReindexFailure, Reindexed};
