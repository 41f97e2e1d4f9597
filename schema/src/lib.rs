//! The data types of Image Hub: what a data set consists of, without I/O.
//!
//! A data set is a list of *fragments* (runs of rows); the columns of a fragment live in one or more
//! *column groups* (Parquet files). A *commit* names the manifests that list the fragments, and the
//! [`Schema`] that gives the columns their meaning. Everything here is plain data: it is built, compared
//! and serialised, and `hub_dataset` moves it to and from an object store.
//!
//! Why a crate of its own: a server, a client and a second implementation all need to agree on these
//! types, and none of them should have to depend on a Parquet reader to name a row. `FORMAT.md` beside this
//! crate says how each of them looks on disk, and [`api`] holds what goes over the wire.
//!
//! ```
//! use hub_schema::{FragmentId, RowId};
//! let row = RowId::new(FragmentId::from_raw(7), 42);
//! assert_eq!(row.fragment().raw(), 7);
//! assert_eq!(row.offset(), 42);
//! ```

pub mod access;
pub mod api;
pub mod arrow_types;
pub mod author;
pub mod commit;
pub mod dataset_meta;
pub mod derived;
mod derived_columns;
pub mod element;
pub mod facts;
pub mod feature;
pub mod frame;
pub mod huggingface;
pub mod ids;
mod label_map;
pub mod layout;
pub mod location;
pub mod manifest;
pub mod name;
pub mod run;
pub mod schema;
pub mod similar;
pub mod view;

pub use access::{Role, Scope};
pub use commit::{
    AppendKey, Commit, CommitCounts, CommitParent, HubFile, KeyLink, ManifestRef, Operation, Skipped, Tag,
};
pub use dataset_meta::{DatasetMeta, Visibility, VisibilityError};
pub use derived::{CopyEncoding, DerivedColumn, DerivedKind};
pub use element::Element;
pub use feature::{DType, Feature, MaskEncoding, StructField, TensorRole};
pub use ids::{CommitId, ContentHash, FieldId, FragmentId, ParseHashError, RowId};
pub use label_map::LabelSynsets;
pub use location::{Location, LocationError};
pub use manifest::{DataFile, Fragment, Patch, RowRun};
pub use name::{BranchName, DatasetName, NameError, Revision, is_reserved};
pub use run::{RunHeader, RunId, RunIdError, RunPredictions};
pub use schema::{Field, Schema, SchemaError};
pub use view::View;

/// The version of the format that this crate writes; readers refuse a higher one.
pub const FORMAT_VERSION: u32 = 1;

/// A sample at most this long lies inside its Parquet file; a longer one is an object under `blobs/`.
pub const BLOB_THRESHOLD_BYTES: u64 = 32 * 1024 * 1024;
