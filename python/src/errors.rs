//! Failures as the package's exceptions (`imagehub/errors.py`).

use std::error::Error as StdError;

use hub_client::remote;
use hub_dataset::Error as DatasetError;
use hub_query::QueryError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString};

/// Which exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    NotFound,
    Conflict,
    Corrupt,
    Decode,
    Limit,
    State,
    Auth,
    Network,
    Unsupported,
    /// A setting, a name or a condition that is not valid.
    Value,
    Other,
}

impl Kind {
    const fn class(self) -> &'static str {
        match self {
            Self::NotFound => "NotFound",
            Self::Conflict => "Conflict",
            Self::Corrupt => "Corrupt",
            Self::Decode => "DecodeError",
            Self::Limit => "Limit",
            Self::State => "StateError",
            Self::Auth => "AuthError",
            Self::Network => "NetworkError",
            Self::Unsupported => "Unsupported",
            Self::Value => "InvalidValue",
            Self::Other => "Error",
        }
    }
}

/// Where in a data set something is wrong, as far as it is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place<'a> {
    pub row: Option<u64>,
    pub id: Option<u64>,
    pub column: Option<&'a str>,
}

/// An exception of the package, with the data set's location where it is known.
pub fn raise(py: Python<'_>, kind: Kind, message: &str, location: Option<&str>) -> PyErr {
    raise_at(py, kind, message, location, &Place::default())
}

/// As [`raise`], with the place.
pub fn raise_at(
    py: Python<'_>,
    kind: Kind,
    message: &str,
    location: Option<&str>,
    place: &Place<'_>,
) -> PyErr {
    static MODULE: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    let build = || -> PyResult<PyErr> {
        let module = MODULE.get_or_try_init(py, || py.import("imagehub.errors").map(Bound::unbind))?;
        let class = module.bind(py).getattr(kind.class())?;
        let members = PyDict::new(py);
        members.set_item("location", location)?;
        members.set_item("row", place.row)?;
        members.set_item("id", place.id)?;
        members.set_item("column", place.column)?;
        let error = class.call((PyString::new(py, message),), Some(&members))?;
        Ok(PyErr::from_value(error))
    };
    build().unwrap_or_else(|error| error)
}

/// The exception of a failure of the crates below; its message has the causes too.
pub fn from_stream(py: Python<'_>, error: &hub_stream::Error, location: &str) -> PyErr {
    let place = match error {
        hub_stream::Error::Image { column, position, id, .. } => {
            Place { row: Some(*position), id: Some(id.raw()), column: Some(column) }
        }
        hub_stream::Error::ImageColumn { column, .. }
        | hub_stream::Error::LabelColumn { column, .. }
        | hub_stream::Error::Weights { column, .. } => Place { column: Some(column), ..Place::default() },
        _ => Place::default(),
    };
    raise_at(py, stream_kind(error), &with_causes(error), Some(location), &place)
}

/// As [`from_stream`].
pub fn from_dataset(py: Python<'_>, error: &DatasetError, location: &str) -> PyErr {
    raise(py, dataset_kind(error), &with_causes(error), Some(location))
}

/// As [`from_stream`].
pub fn from_client(py: Python<'_>, error: &hub_client::Error, location: &str) -> PyErr {
    use hub_client::Error;
    let kind = match error {
        Error::Dataset(error) => dataset_kind(error),
        Error::Stream(error) => stream_kind(error),
        Error::NoDataset { .. } | Error::NotAtServer { .. } => Kind::NotFound,
        Error::Remote(error) => remote_kind(error),
        Error::Sample(_) | Error::Schema(_) => Kind::Value,
        Error::NoNamespace { .. } => Kind::Auth,
        _ => Kind::Other,
    };
    raise(py, kind, &with_causes(error), Some(location))
}

/// As [`from_stream`].
pub fn from_query(py: Python<'_>, error: &QueryError, location: &str) -> PyErr {
    raise(py, query_kind(error), &with_causes(error), Some(location))
}

fn stream_kind(error: &hub_stream::Error) -> Kind {
    use hub_stream::Error;
    match error {
        Error::Dataset(error) => dataset_kind(error),
        Error::Filter(error) => query_kind(error),
        Error::State { .. } => Kind::State,
        Error::Setting { .. }
        | Error::ImageColumn { .. }
        | Error::LabelColumn { .. }
        | Error::Plan { .. }
        | Error::Weights { .. } => Kind::Value,
        Error::Image { .. } => Kind::Decode,
        Error::TooLong { .. } => Kind::Limit,
        _ => Kind::Other,
    }
}

fn query_kind(error: &QueryError) -> Kind {
    match error {
        QueryError::Dataset(error) => dataset_kind(error),
        _ => Kind::Value,
    }
}

fn dataset_kind(error: &DatasetError) -> Kind {
    match error {
        DatasetError::NotFound { .. }
        | DatasetError::NoRevision { .. }
        | DatasetError::NoSplit { .. }
        | DatasetError::EmptyBranch { .. }
        | DatasetError::Schema(_) => Kind::NotFound,
        DatasetError::Damaged { .. } | DatasetError::Json { .. } | DatasetError::Parquet { .. } => {
            Kind::Corrupt
        }
        DatasetError::Conflict { .. }
        | DatasetError::CameSecond { .. }
        | DatasetError::SchemaMoved { .. }
        | DatasetError::Exists { .. } => Kind::Conflict,
        DatasetError::NoRow(_) => Kind::NotFound,
        DatasetError::NewerFormat { .. } => Kind::Unsupported,
        DatasetError::Store { .. } => Kind::Network,
        _ => Kind::Other,
    }
}

fn remote_kind(error: &remote::Error) -> Kind {
    match error.status().map(|status| status.as_u16()) {
        Some(401 | 403) => Kind::Auth,
        Some(404) => Kind::NotFound,
        Some(409 | 412) => Kind::Conflict,
        Some(_) => Kind::Other,
        None => Kind::Network,
    }
}

/// An error's message and those of its causes, joined by colons; a cause that the message already has is left out.
fn with_causes(error: &dyn StdError) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !message.contains(&text) {
            message.push_str(": ");
            message.push_str(&text);
        }
        cause = error.source();
    }
    message
}
