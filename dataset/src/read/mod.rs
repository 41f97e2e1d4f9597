//! Reading a revision: its fragments, its rows by position and by id.

mod blob;
mod column_path;
mod estimate;
mod fragment;
mod index;
mod labels;
mod lookup;
mod postings;
mod row_groups;
mod snapshot;
mod stored;

pub use blob::StoredBlob;
pub use column_path::{ColumnPath, Leaf};
pub use estimate::{Estimate, FragmentEstimate};
pub use fragment::FragmentReader;
pub use index::{FragmentIndex, Place};
pub use labels::{LabelColumn, LabelIndex, LabelIndexError};
pub use lookup::{FoundRow, RowLookup};
pub use postings::Postings;
pub use snapshot::Snapshot;
pub(crate) use stored::missing_file;
