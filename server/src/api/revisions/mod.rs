//! Revisions of a data set: commits, refs, diffs, schemas, statistics.

mod branches;
mod commit;
mod commits;
mod diff;
mod events;
mod refs;
mod row_log;
mod schema;
mod stats;

use serde::Deserialize;
use utoipa::IntoParams;

pub use branches::*;
pub use commit::*;
pub use commits::*;
pub use diff::*;
pub use events::*;
pub use refs::*;
pub use row_log::*;
pub use schema::*;
pub use stats::*;

/// Which revision to read.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Rev {
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    pub rev: Option<String>,
}
