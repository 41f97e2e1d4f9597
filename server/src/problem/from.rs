//! Converts the errors of other crates to problems.
//!
//! An error that the caller can fix says how. An error that only the operator can fix is logged here, once, with its
//! causes.

use hub_catalog::Error as CatalogError;
use hub_dataset::Error as DatasetError;
use hub_eval::run::RunError;
use hub_schema::{NameError, SchemaError};
use hub_stream::Error as StreamError;

use super::{Kind, Problem};

/// An error with its causes in one line; a cause whose text is contained already is not repeated.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| match cause.to_string() {
        told if text.contains(&told) => text,
        told => format!("{text}: {told}"),
    })
}

/// Was the disk full, or a quota exceeded?
fn is_full(error: &dyn std::error::Error) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    let io =
        |e: &&(dyn std::error::Error + 'static)| e.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    let mut causes = std::iter::successors(error.source(), |e| e.source());
    causes.any(|cause| matches!(io(&cause), Some(StorageFull | QuotaExceeded)))
}

fn full(error: &dyn std::error::Error) -> Problem {
    tracing::error!(error = chain(error), "the store's disk is full");
    let detail = "the disk of the server's store is full; nothing was stored, try again when space was freed";
    Problem::new(Kind::StoreFull, detail)
}

/// The problem for an I/O error of this server's disk.
pub fn disk(error: &std::io::Error) -> Problem {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    if matches!(error.kind(), StorageFull | QuotaExceeded) {
        return full(error);
    }
    tracing::error!(error = chain(error), "the disk failed");
    Problem::new(Kind::StoreDown, "the server's disk failed; the server's log has the reason")
}

/// The problem for an error that only the operator can fix: the reason is logged, but not sent.
pub fn internal(error: &dyn std::error::Error) -> Problem {
    tracing::error!(error = chain(error), "internal error");
    Problem::new(Kind::Internal, "an internal error; the server's log has the reason under this request's id")
}

fn store_down(error: &dyn std::error::Error) -> Problem {
    if is_full(error) {
        return full(error);
    }
    tracing::error!(error = chain(error), "the object store failed");
    Problem::new(Kind::StoreDown, "the object store failed or did not answer; try again in a moment")
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
                tracing::error!(error = chain(error), "a data set of the catalog is missing in the store");
                Self::new(Kind::NotFound, "the data set's files are not in the store")
            }
            // Written without the location, which is internal to the server.
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
                format!("branch '{branch}' has no commit yet; push something first"),
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
            DatasetError::MainBranch(_) => Self::new(Kind::Conflict, error.to_string()),
            DatasetError::NotStored { revision, .. } => {
                Self::new(Kind::Conflict, format!("the files of revision {revision} are no longer stored"))
            }
            DatasetError::Conflict { .. }
            | DatasetError::SchemaMoved { .. }
            | DatasetError::Contended { .. } => Self::new(Kind::Conflict, error.to_string()),
            DatasetError::Schema(_)
            | DatasetError::Build { .. }
            | DatasetError::NotOrdered { .. }
            | DatasetError::NoFacet { .. }
            | DatasetError::NoVectors { .. }
            | DatasetError::NoPictures { .. }
            | DatasetError::TooLong { .. } => Self::new(Kind::Invalid, chain(error)),
            DatasetError::Name(_) | DatasetError::Location(_) => Self::new(Kind::BadName, error.to_string()),
            DatasetError::Damaged { .. }
            | DatasetError::Parquet { .. }
            | DatasetError::Extract { .. }
            | DatasetError::Json { .. } => {
                tracing::error!(error = chain(error), "a stored file is damaged");
                Self::new(
                    Kind::Damaged,
                    "a stored file of this data set is damaged; `hub fsck` reports which, and `hub revert` brings a \
                     branch back to an earlier version",
                )
            }
            DatasetError::Edit(edit) => Self::new(Kind::Invalid, edit.to_string()),
            DatasetError::Arbitration { source, .. } => match source.downcast_ref::<Self>() {
                Some(problem) => problem.clone(),
                None => internal(error),
            },
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
            CatalogError::Denied => Self::new(Kind::BadLogin, "the user name or the password is wrong"),
            _ if error.is_full() => {
                tracing::error!(error = chain(&error), "the database's disk is full");
                let detail = "the disk of the server's database is full; nothing was stored, try again when space was freed";
                Self::new(Kind::StoreFull, detail)
            }
            CatalogError::Unavailable { .. } => {
                tracing::error!(error = chain(&error), "the database failed");
                let detail = "the database failed or did not answer; try again in a moment";
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

impl From<&RunError> for Problem {
    fn from(error: &RunError) -> Self {
        match error {
            RunError::NotFound(_) => Self::new(Kind::NotFound, error.to_string()),
            RunError::NothingInCommon(..) => Self::invalid(error.to_string()),
            RunError::Dataset(error) => error.into(),
            RunError::Table(_) | RunError::Json { .. } => {
                tracing::error!(error = chain(error), "a run is damaged");
                Self::new(Kind::Damaged, "the run's record or its predictions are damaged")
            }
            error => internal(error),
        }
    }
}
