//! Revisions of a data set: commits, refs, diffs, schemas, statistics.

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

/// Which revision to read.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Rev {
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    pub rev: Option<String>,
}
