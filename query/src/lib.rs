//! Queries: SQL over data sets, computed from the few columns and rows that a query needs.
//!
//! In goes SQL over the table `samples` (one data set, or all that a user may read); out comes a stream of
//! Arrow batches, or for a filter the positions of the rows that it keeps. DataFusion parses, plans and computes;
//! this crate adds:
//!
//! * [`table`]: a revision of a data set as a table. Only the columns that a query names are read, only the
//!   row groups that can't be pruned by their statistics, and of media only the rows that meet every condition.
//! * [`sql`] and [`labels`]: `isa(label, 'canine.n.02')`, `label = 'dog'`, `objects.category`, `image.width`
//!   become plain conditions on stored numbers before planning. So a label index can answer them without reading
//!   labels, and without an index the row groups' statistics still help.
//! * [`functions`]: `synset`, `lca`, `wup`, `area`, `iou`, `cosine_distance`.
//! * [`limits`]: a query is read-only, and limited in time, memory and rows, since it may come from an untrusted user.
//!
//! Why not tables registered from Parquet files by DataFusion itself: a data set's columns are found by id and
//! lie in several files a fragment, rows may be deleted, and media must be read row by row.
//!
//! ```no_run
//! # async fn example(snapshot: hub_dataset::Snapshot) -> Result<(), hub_query::QueryError> {
//! use hub_query::{Limits, NamedSnapshot, Tables};
//!
//! let pets = NamedSnapshot::new("vision/pets", snapshot);
//! let sql = "SELECT label, count(*) AS n FROM samples WHERE isa(label, 'canine.n.02') GROUP BY label";
//! let result = hub_query::query(&Tables::one(pets), sql, &Limits::default()).await?;
//! hub_query::write::write(result, hub_query::write::Format::Table, std::io::stdout()).await?;
//! # Ok(())
//! # }
//! ```

pub mod error;
mod filter;
pub mod functions;
pub mod labels;
mod late_media;
pub mod limits;
mod members;
mod notes;
mod planner;
mod planner_thread;
mod run;
pub mod sql;
pub mod table;
#[cfg(test)]
mod tests;
mod text;
pub mod view;
pub mod write;

pub use error::{Position, QueryError};
pub use filter::{check_filter, filter, unmapped_rows};
pub use limits::{Limits, QueryStream};
pub use run::{check, query};
pub use table::{NamedSnapshot, Tables};
pub use text::nearest;
pub use view::{ViewRows, rows as rows_of_query, view_rows};
