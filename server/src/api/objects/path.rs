//! Which object a request is about.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::problem::{Problem, Result};
use crate::store::object::ObjectPath;

/// An object of a data set in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct Object {
    /// The data set's namespace.
    pub ns: String,
    /// The data set's name in its namespace.
    pub name: String,
    /// The object's path below the data set's root: `hub.json`, `data/<hash>.parquet`, `blobs/<hash>`,
    /// `manifests/<hash>`, `refs/<branch>/<version>.json`, `refs/<branch>/hint`, `tags/<name>.json`,
    /// `views/<name>/<version>.json`, `runs/<id>/run.json`,
    /// `runs/<id>/predictions.parquet`.
    pub path: String,
}

impl Object {
    pub(super) fn parse(&self) -> Result<ObjectPath> {
        ObjectPath::parse(&self.path).ok_or_else(|| Problem::not_found(format!("object '{}'", self.path)))
    }
}
