//! From the errors of the other crates to problems.
//!
//! What a caller can mend says how. What only the operator can mend is logged here, once, with its causes.

use hub_catalog::Error as CatalogError;
use hub_dataset::Error as DatasetError;
use hub_schema::{NameError, SchemaError};
use hub_stream::Error as StreamError;

use super::{Kind, Problem};

/// An error with its causes, in one line; a cause that the error tells itself is not told again.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| match cause.to_string() {
        told if text.contains(&told) => text,
        told => format!("{text}: {told}"),
    })
}

/// Was there no room for what was to be written?
fn is_full(error: &dyn std::error::Error) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    let io =
        |e: &&(dyn std::error::Error + 'static)| e.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    let mut causes = std::iter::successors(error.source(), |e| e.source());
    causes.any(|cause| matches!(io(&cause), Some(StorageFull | QuotaExceeded)))
}

fn full(error: &dyn std::error::Error) -> Problem {
    tracing::error!(error = chain(error), "no room is left");
    let detail = "the disk under the server's store is full; nothing was kept, try again when there is room";
    Problem::new(Kind::StoreFull, detail)
}

/// A file of this server's disk that could not be read or written.
pub fn disk(error: &std::io::Error) -> Problem {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    if matches!(error.kind(), StorageFull | QuotaExceeded) {
        return full(error);
    }
    tracing::error!(error = chain(error), "the disk failed");
    Problem::new(Kind::StoreDown, "the server's disk gave an error; its log has the reason")
}

/// Something that only the operator can mend: logged, and told without a word about why.
pub fn internal(error: &dyn std::error::Error) -> Problem {
    tracing::error!(error = chain(error), "internal error");
    Problem::new(Kind::Internal, "an error inside the server; its log has the reason under this request's id")
}

fn store_down(error: &dyn std::error::Error) -> Problem {
    if is_full(error) {
        return full(error);
    }
    tracing::error!(error = chain(error), "the object store failed");
    Problem::new(Kind::StoreDown, "the object store gave an error or no answer; try again in a moment")
}

impl From<NameError> for Problem {
    fn from(error: NameError) -> Self {
        Self::new(Kind::BadName, error.to_string())
    }
}

impl From<SchemaError> for Problem {
    fn from(error: SchemaError) -> Self {
        Self::new(Kind::Invalid, error.to_string())
    }
}

impl From<DatasetError> for Problem {
    fn from(error: DatasetError) -> Self {
        (&error).into()
    }
}

impl From<&DatasetError> for Problem {
    fn from(error: &DatasetError) -> Self {
        match error {
            DatasetError::NotFound { .. } => {
                tracing::error!(error = chain(error), "a data set of the catalog is not in the store");
                Self::new(Kind::NotFound, "the data set's files are not in the store")
            }
            // The location is the server's own business.
            DatasetError::NoRevision { revision, branches, tags, .. } => Self::new(
                Kind::NotFound,
                format!(
                    "there is no revision '{revision}'; branches: {}; tags: {}",
                    list(branches),
                    list(tags)
                ),
            ),
            DatasetError::EmptyBranch { branch, .. } => Self::new(
                Kind::NotFound,
                format!("branch '{branch}' holds no commit yet; push something first"),
            ),
            DatasetError::Ambiguous { .. }
            | DatasetError::NoRow(_)
            | DatasetError::NoPosition { .. }
            | DatasetError::NoSplit { .. } => Self::new(Kind::NotFound, error.to_string()),
            // Its path is told in the request.
            DatasetError::BadCommit { problem, .. } => Self::new(Kind::BadCommit, problem.to_string()),
            DatasetError::Taken { .. } | DatasetError::CameSecond { .. } => {
                Self::new(Kind::Taken, error.to_string())
            }
            DatasetError::Conflict { .. }
            | DatasetError::SchemaMoved { .. }
            | DatasetError::Contended { .. } => Self::new(Kind::Conflict, error.to_string()),
            DatasetError::Schema(_) | DatasetError::Build { .. } => Self::new(Kind::Invalid, chain(error)),
            DatasetError::Name(_) | DatasetError::Location(_) => Self::new(Kind::BadName, error.to_string()),
            DatasetError::Damaged { .. }
            | DatasetError::Parquet { .. }
            | DatasetError::Extract { .. }
            | DatasetError::Json { .. } => {
                tracing::error!(error = chain(error), "a stored file is damaged");
                Self::new(Kind::Damaged, "a stored file of this data set is damaged; `hub fsck` names it")
            }
            DatasetError::Store { .. } => store_down(error),
            _ if is_full(error) => full(error),
            _ => internal(error),
        }
    }
}

impl From<StreamError> for Problem {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::Dataset(error) => error.into(),
            StreamError::Setting { .. } | StreamError::State { .. } | StreamError::TooLong { .. } => {
                Self::new(Kind::Invalid, error.to_string())
            }
            _ => internal(&error),
        }
    }
}

impl From<CatalogError> for Problem {
    fn from(error: CatalogError) -> Self {
        match error {
            CatalogError::Dataset(error) => (*error).into(),
            CatalogError::Name(error) => error.into(),
            CatalogError::NotFound { what, name } => Self::not_found(format_args!("{what} '{name}'")),
            CatalogError::Taken { .. } | CatalogError::LastOwner { .. } => {
                Self::new(Kind::Conflict, error.to_string())
            }
            CatalogError::Invalid { .. } => Self::new(Kind::Invalid, error.to_string()),
            CatalogError::Denied => Self::new(Kind::BadLogin, error.to_string()),
            _ if error.is_full() => {
                tracing::error!(error = chain(&error), "the database has no room left");
                let detail = "the disk under the server's database is full; nothing was kept, try again when there is room";
                Self::new(Kind::StoreFull, detail)
            }
            CatalogError::Unavailable { .. } => {
                tracing::error!(error = chain(&error), "the database failed");
                let detail = "the database gave an error or no answer; try again in a moment";
                Self::new(Kind::DatabaseDown, detail)
            }
            _ => internal(&error),
        }
    }
}

impl From<object_store::Error> for Problem {
    fn from(error: object_store::Error) -> Self {
        store_down(&error)
    }
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
