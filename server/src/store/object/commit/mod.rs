//! What others can see of a push: a commit, a tag, a version of a view, a run, each created once and judged before.
//!
//! The client says what the next state is; the server believes none of it. The rules of the format are the data
//! set's own ([`hub_dataset::commit::check`]); the server's are that an author is the caller ([`author`]), and that
//! where a store can't be trusted with a create that must fail if the object is there, the catalog's database decides
//! ([`arbiter`]). So of two committers one wins, and the other hears `taken`.

mod arbiter;
mod author;
mod land;
mod run;
mod tag;
mod view;

pub use land::{Landed, commit};
pub use run::{RECORD_BYTES, create_run_file};
pub use tag::create_tag;
pub use view::create_view;

use hub_dataset::Snapshot;

use crate::problem::{Kind, Problem, Result};

/// A commit, tag or view that is refused, and why.
fn refused(why: impl Into<String>) -> Problem {
    Problem::new(Kind::BadCommit, why)
}

fn taken(path: &str) -> Problem {
    hub_dataset::Error::CameSecond { path: path.to_owned() }.into()
}

/// Refuses a tag or view of a commit whose files were deleted.
async fn check_stored(named: &Snapshot) -> Result<()> {
    match named.check_stored().await {
        // Without the path, which tells where the store is.
        Err(hub_dataset::Error::NotStored { revision, .. }) => Err(refused(format!(
            "the files of the commit that it names ({revision}) are no longer stored; name another commit"
        ))),
        other => Ok(other?),
    }
}
