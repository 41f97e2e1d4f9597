//! Revisions of a data set: commits, refs, what differs, columns, statistics.

mod commit;
mod commits;
mod diff;
mod refs;
mod schema;
mod stats;
mod view;

use serde::Deserialize;
use utoipa::IntoParams;

pub use commit::*;
pub use commits::*;
pub use diff::*;
pub use refs::*;
pub use schema::*;
pub use stats::*;
pub use view::commit_view;

/// Which revision.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Rev {
    /// A branch, tag, `branch:version` or commit; the default branch where it is missing.
    pub rev: Option<String>,
}
